"""A digest whose items are milestones of a campaign and acts on an annual plan: its text, its HTML, where its lines lead (T1–T5, R9)."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from committee.actions.campaigns import open_campaign
from committee.delivery.letters import raw_of
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.models import CampaignMilestone, Digest, DigestKind
from committee.queries.digest_summaries import summary_contents
from recruitment.models import Due, PlanRemark
from recruitment.planning import PlanDue
from tests.committee.reminders.conftest import at
from tests.recruitment.plans import Way

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(cast):
    """{what: Due}: last year's campaign, of which nothing was reported, and two plans of this year on their way."""
    year = cast.today.year
    open_campaign(
        by=cast.office, unit=cast.institute, title="发展党员专项", year=year - 1, basis="2018 年通知",
        begins_on=cast.today.replace(year=year - 1, month=11, day=1), now=at(cast.today, 6),
    )  # fmt: skip
    ours = Way(cast, year=year)
    ours.draft()
    ours.submit()
    ours.remark()
    theirs = Way(cast, unit=cast.desert, secretary=cast.neighbour_secretary, year=year)
    theirs.draft()
    theirs.submit()
    dues = Due.objects.open()
    return {
        "study": dues.get(kind="campaign", unit=cast.glacier, title__startswith="传达学习"),
        "outline": dues.filter(kind="campaign", unit=cast.institute).first(),
        "reply": dues.get(kind=PlanDue.REPLY, unit=cast.glacier),
        "consultation": dues.get(kind=PlanDue.CONSULTATION, unit=cast.desert),
    }


@pytest.fixture
def sent(owed, today, smtp):
    """{(user, "plain" or "html"): what they read} of the morning's daily digests."""
    create_due(at(today))
    deliver_due(clock=lambda: at(today))

    def read(user, kind):
        [mail] = [
            one.message
            for one in smtp.deliveries
            if one.recipients == [user.person.email] and "工作提醒" in one.message["Subject"]
        ]
        return mail.get_body(preferencelist=(kind,)).get_content()

    return read


def lines_of(cast, owed):
    """(reader, due) pairs: what the branch owes stands in the secretary's mail, what the committee owes in the office's."""
    return [
        (cast.secretary, owed["study"]),
        (cast.secretary, owed["reply"]),
        (cast.office, owed["outline"]),
        (cast.office, owed["consultation"]),
    ]


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_every_milestone_names_its_unit_its_basis_its_day_and_its_address(cast, owed, sent, settings, kind):
    for reader, due in lines_of(cast, owed):
        text = sent(reader, kind)
        assert due.title in text
        assert due.unit.short_name in text
        assert due.article in text
        assert f"{settings.YINLING_SITE_URL}{reverse('due', args=[due.pk])}" in text
        assert (f"{due.due_on:%Y-%m-%d}" if kind == "plain" else f"{due.due_on:%m-%d}") in text


def test_every_line_leads_to_its_act_in_at_most_two_clicks(cast, client, owed, sent):
    glacier, desert = cast.glacier.code, cast.desert.code
    year, remark = cast.today.year, PlanRemark.objects.get()
    milestone = {
        due.pk: CampaignMilestone.objects.get(pk=due.key.partition(":")[2])
        for due in owed.values()
        if due.kind == "campaign"
    }
    acts = {
        "study": reverse("completion-record", args=[milestone[owed["study"].pk].code, glacier]),
        "outline": reverse("completion-record", args=[milestone[owed["outline"].pk].code, cast.institute.code]),
        "reply": reverse("plan-answer", args=[glacier, year, remark.pk]),
        "consultation": reverse("plan-office", args=[desert, year, "agree"]),
    }
    readers = {due.pk: reader for reader, due in lines_of(cast, owed)}
    for name, act in acts.items():
        client.force_login(readers[owed[name].pk])
        first = client.get(reverse("due", args=[owed[name].pk]), follow=True)
        assert first.status_code == 200
        if first.redirect_chain[-1][0] != act:
            assert f'href="{act}"' in first.content.decode(), f"{name}: the second click is not on the page"
        page = client.get(act)
        assert page.status_code == 200
        assert 'method="post"' in page.content.decode()


def test_what_is_late_stands_in_the_weekly_digest_with_whom_it_lies(cast, owed, today):
    digest = Digest(
        pk=1,
        recipient=cast.office,
        local_date=today,
        kind=DigestKind.WEEKLY,
        created_at=at(today),
        message_id="<d.1@x>",
    )
    content = summary_contents([digest], today, mask=True)[1]
    [line] = [line for line in content.late if line.due_id == owed["study"].pk]
    assert (line.who, line.where) == (cast.glacier.short_name, ""), "a unit's line says the unit once"
    assert cast.secretary.display_name in line.with_whom
    assert raw_of(digest, content) == raw_of(digest, content)


class Markup(HTMLParser):
    """What mail readers stumble over: (tag, attributes) of everything."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_its_markup_is_what_outlook_and_foxmail_can_lay_out(cast, owed, sent, settings):
    for reader in (cast.secretary, cast.office):
        found = Markup(sent(reader, "html")).found
        tags = {tag for tag, _ in found}
        assert tags <= {
            "html", "head", "meta", "title", "body", "div", "table", "tbody", "tr", "td", "th", "a", "b", "br", "span",
        }, "no pictures, no styles to load, no scripts, no forms"  # fmt: skip
        for tag, attributes in found:
            if tag == "table":
                assert (attributes["cellpadding"], attributes["cellspacing"], attributes["border"]) == ("0", "0", "0")
            style = attributes.get("style", "")
            assert not any(word in style for word in ("url(", "flex", "grid", "float", "position", "var(", "calc("))
        [sheet] = [attributes for tag, attributes in found if tag == "table" and attributes.get("class") == "sheet"]
        assert sheet["width"] == "600" and sheet["bgcolor"]
        assert "max-width: 600px" in sheet["style"].replace("max-width:600px", "max-width: 600px")
        assert all(
            attributes["href"].startswith(f"{settings.YINLING_SITE_URL}/") for tag, attributes in found if tag == "a"
        )
