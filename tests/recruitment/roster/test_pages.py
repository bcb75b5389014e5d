"""HR's pages, from the file to what was sent; and that nothing in them tells who is on the road."""

import re
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from branches.models import Person, TalentMovement
from committee.actions.movements import acknowledge_movements, deliver_movements
from recruitment.imports.limits import LIMITS
from recruitment.models import RosterBatch
from recruitment.roster.states import NEW_DEPARTMENT, RosterState
from tests.recruitment.imports import ledgers

COLUMNS = ["工号", "姓名", "部门", "职称", "离所日期"]
# Tables that know who is on the road; HR's requests ask none of them.
OF_THE_ROAD = re.compile(
    r'"(recruitment_(?:candidate|decline|due|steprecord|periodicreview|situation|ledgerentry|departmentshare|document)'
    r'|committee_(?:talk|problem|focuslisting|consultation))"'
)
CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{16}(?=")|\d\d:\d\d(:\d\d(\.\d+)?)?'
)


@pytest.fixture
def hr(client, cast):
    client.force_login(cast.hr)
    return client


def sent(rows, name="花名册.xlsx"):
    return SimpleUploadedFile(name, ledgers.xlsx(rows) if isinstance(rows, list) else rows)


def form_of(page):
    form = page.context["form"]
    return {name: form[name].initial or "" for name in form.fields if form[name].initial is not False}


def walk(client, rows):
    """Every answer of HR's way from the file to what was sent."""
    answers = [client.post(reverse("roster-import"), {"file": sent(rows)})]
    code = RosterBatch.objects.latest("pk").code
    page = client.get(reverse("roster-import-columns", args=[code]))
    answers += [page, client.post(reverse("roster-import-columns", args=[code]), form_of(page))]
    preview = reverse("roster-import-preview", args=[code])
    views = ("problems", "new", "changed", "same", "missing")
    answers += [client.get(preview, {"view": view}) for view in views]
    fingerprint = answers[-1].context["consent"]["fingerprint"].value()
    answers.append(client.post(reverse("roster-import-commit", args=[code]), {"fingerprint": fingerprint}, follow=True))
    answers += [client.get(preview, {"view": view}) for view in views]
    answers += [client.get(reverse("movements-sent")), client.get(reverse("roster-import"))]
    return answers


# --- The way


def test_hr_walks_from_the_file_to_what_was_sent(hr, cast, factory):
    person, other = factory.person("柳明"), factory.person("胡杨")
    rows = ledgers.table(
        COLUMNS,
        [
            [person.staff_number, person.name, "高原大气研究室", "研究员", ""],
            [other.staff_number, other.name, "", "", "2025.2.30"],
            ["T0001", "白桦", cast.ice_lab.name, "副研究员", ""],
        ],
    )
    response = hr.post(reverse("roster-import"), {"file": sent(rows)})
    batch = RosterBatch.objects.get()
    assert response.url == reverse("roster-import-columns", args=[batch.code])
    page = hr.get(response.url)
    assert "离所日期" in page.text
    response = hr.post(response.url, form_of(page))
    assert response.url == reverse("roster-import-preview", args=[batch.code])
    text = hr.get(response.url).text
    assert "名册中没有的部门" in text and "2 月只有 28 天" in text and "更新 1 人" in text
    hr.post(response.url, {"department_0": NEW_DEPARTMENT})
    page = hr.get(response.url, {"view": "changed"})
    assert "副研究员 → <b>研究员</b>" in page.text
    assert "冰冻圈实验室 → <b>高原大气研究室（新设）</b>" in page.text
    assert "白桦" in hr.get(response.url, {"view": "new"}).text
    assert cast.scientists[0].name in hr.get(response.url, {"view": "missing"}).text
    assert Person.objects.get(pk=person.pk).title == "副研究员"
    fingerprint = page.context["consent"]["fingerprint"].value()
    done = hr.post(reverse("roster-import-commit", args=[batch.code]), {"fingerprint": fingerprint}, follow=True)
    assert "名册已更新" in done.text
    assert Person.objects.get(pk=person.pk).title == "研究员"
    text = hr.get(reverse("movements-sent")).text
    assert "晋升" in text and "副研究员 → 研究员" in text and "白桦" in text
    assert "白桦" not in hr.get(reverse("movements-sent"), {"kind": "promoted"}).text
    assert hr.get(reverse("roster-import-batch", args=[batch.code])).url == response.url
    assert "花名册.xlsx" in hr.get(reverse("roster-import")).text


def test_a_roster_can_be_given_up(hr, cast, factory):
    person = factory.person()
    hr.post(reverse("roster-import"), {"file": sent(ledgers.table(COLUMNS, [[person.staff_number, "某某"]]))})
    batch = RosterBatch.objects.get()
    assert hr.post(reverse("roster-import-cancel", args=[batch.code])).url == reverse("roster-import")
    batch.refresh_from_db()
    assert batch.state == RosterState.CANCELLED
    assert hr.get(reverse("roster-import-columns", args=[batch.code]), follow=True).status_code == 200


def test_another_sheet_can_be_chosen(hr, cast):
    def add_sheet(book):
        sheet = book.create_sheet("二")
        sheet.append(["工号", "姓名", "职称"])
        sheet.append(["T0009", "白桦", "研究员"])

    content = ledgers.xlsx(ledgers.table(["工号", "姓名", "部门"], [["T1", "某某", ""]]), prepare=add_sheet)
    hr.post(reverse("roster-import"), {"file": sent(content)})
    batch = RosterBatch.objects.get()
    url = reverse("roster-import-columns", args=[batch.code])
    hr.post(url, {"sheet": "1"})
    assert "职称" in hr.get(url).text
    hr.post(url, {"sheet": "7"}, follow=True)
    batch.refresh_from_db()
    assert batch.layout["sheet"] == 1


def test_what_is_no_roster_is_answered_in_words(hr):
    response = hr.post(reverse("roster-import"), {"file": sent(b"%PDF-1.7")})
    assert response.status_code == 422
    assert "PDF" in response.text
    assert hr.post(reverse("roster-import"), {}).status_code == 422


def test_a_file_far_too_large_is_answered_before_it_is_kept(hr):
    huge = SimpleUploadedFile("a.xlsx", b"x" * (LIMITS.file_bytes + 200_000))
    response = hr.post(reverse("roster-import"), {"file": huge})
    assert response.status_code == 413
    assert "MB" in response.text
    assert not RosterBatch.objects.exists()


def test_what_the_office_reported_is_not_hrs(hr, cast, factory):
    TalentMovement.objects.create(
        person=factory.person("沙枣"),
        kind="returned",
        happened_on=cast.today,
        summary="党办得知的红砂",
        reported_by=cast.office,
        reported_at=timezone.now(),
    )
    assert "红砂" not in hr.get(reverse("movements-sent")).text


# --- Nothing flows back


@contextmanager
def undone():
    """Whatever happens within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def plain(answers, person):
    """What the answers say, without the person's own name and number and what differs every time."""
    texts = []
    for answer in answers:
        said = f"{answer.status_code} {answer.headers.get('Location', '')} {answer.content.decode()}"
        for own in (person.name, person.staff_number):
            said = said.replace(own, "…")
        texts.append(CHANGING.sub("", said))
    return texts


@pytest.fixture
def four(cast, factory):
    """Four people alike but for the road: nothing known, listed to be contacted, on the road, said no."""
    people = [factory.person(name) for name in ("柳甲明", "柳乙明", "柳丙明", "柳丁明")]
    _, listed, walking, declined = people
    factory.prospect(person=listed)
    factory.candidate(5, person=walking)
    factory.declined(3, person=declined)
    return people


def test_every_answer_is_the_same_whoever_is_on_the_road(hr, cast, four):
    said, asked = [], []
    for person in four:
        rows = ledgers.table(COLUMNS, [[person.staff_number, person.name, cast.sand_lab.name, "研究员", ""]])
        with undone(), CaptureQueriesContext(connection) as queries:
            Person.objects.exclude(pk=person.pk).filter(pk__in=[other.pk for other in four]).update(left_on=cast.today)
            answers = walk(hr, rows)
        said.append(plain(answers, person))
        asked.append([re.sub(r"\d+|'[^']*'", "?", query["sql"]) for query in queries])
    assert [len(texts) for texts in said] == [len(said[0])] * 4
    for place, text in enumerate(said[0]):
        for other in said[1:]:
            assert other[place].splitlines() == text.splitlines(), place
    assert asked[1] == asked[2] == asked[3] == asked[0]


def test_no_request_of_hr_asks_about_the_road(hr, cast, four):
    rows = ledgers.table(COLUMNS, [[person.staff_number, person.name, "", "研究员", ""] for person in four])
    with undone(), CaptureQueriesContext(connection) as queries:
        walk(hr, rows)
        for person in four:
            url = reverse("person-edit", args=[person.code])
            page = hr.get(url)
            form = page.context["form"]
            data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
            assert hr.post(url, {**data, "left_on": str(cast.today)}).status_code == 302
            hr.get(reverse("person", args=[person.code]))
        hr.get(reverse("roster"))
    assert TalentMovement.objects.count() == 0
    assert len(queries) > 50
    wrong = {found.group(1) for query in queries if (found := OF_THE_ROAD.search(query["sql"]))}
    assert not wrong


def test_what_the_office_does_with_a_movement_is_not_told(hr, cast, four):
    rows = ledgers.table(COLUMNS, [[person.staff_number, person.name, "", "研究员", ""] for person in four])
    walk(hr, rows)
    before = CHANGING.sub("", hr.get(reverse("movements-sent")).text)
    deliver_movements(now=timezone.now())
    ids = list(TalentMovement.objects.values_list("pk", flat=True))
    assert acknowledge_movements(by=cast.office, movements=ids, now=timezone.now()) == 3
    assert CHANGING.sub("", hr.get(reverse("movements-sent")).text) == before
