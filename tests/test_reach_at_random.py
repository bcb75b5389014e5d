"""Posts, company and grants begin, end and run out at random; after every move everybody reaches exactly what they hold."""

import random
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from branches.models import Posting, User
from branches.offices import ADMINISTRATOR_OFFICES, Office
from committee.actions.talks import record_talk
from recruitment.actions.documents import attach
from recruitment.models import Candidate, CandidateGrant, DesignatedContact, Document, Mentorship, UnitGrant
from recruitment.scope import SUBTREE_OFFICES, scope_of
from tests.cast import grant_candidate, grant_unit
from tests.recruitment.documents import samples

OFFICES = (
    Office.DEPUTY_SECRETARY, Office.ORGANISATION_COMMISSIONER, Office.PARTY_OFFICE, Office.COMMITTEE_SECRETARY,
    Office.COMMITTEE_MEMBER, Office.HR_LIAISON, Office.GROUP_LEADER, Office.AUDITOR,
)  # fmt: skip
PLAYERS = ("secretary", "neighbour_secretary", "sub_office", "member", "mentor", "stranger", "grantee", "hr")
MOVES = 25


def afresh(user):
    """The user as the next request loads it, with nothing remembered."""
    return User.objects.select_related("person").get(pk=user.pk)


def models_with_a_fence():
    """Every model about a candidate whose rows are asked for through visible_to."""
    return [
        model
        for model in apps.get_models()
        if hasattr(getattr(model, "objects", None), "visible_to")
        and any(field.name == "candidate" and field.related_model is Candidate for field in model._meta.get_fields())
    ]


class Game:
    """Moves of one kind each, and what they leave everybody with by the plain reading of the tables."""

    def __init__(self, cast, people, rng):
        self.cast, self.people, self.rng = cast, people, rng
        self.units = [cast.institute, cast.general, cast.glacier, cast.desert, cast.ecology, cast.sub_committee]

    def player(self):
        return self.cast.users[self.rng.choice(PLAYERS)]

    def ends(self):
        """Yesterday, today (over already) or a month ahead."""
        return self.cast.today + timedelta(days=self.rng.choice((-1, 0, 1, 30)))

    def begin_post(self):
        person, office, unit = self.player().person, self.rng.choice(OFFICES), self.rng.choice(self.units)
        others = person.postings.filter(ends_on=None)
        if (office in ADMINISTRATOR_OFFICES) != others.filter(office__in=ADMINISTRATOR_OFFICES).exists() and others:
            return
        starts_on = self.cast.today + timedelta(days=self.rng.choice((-9, 0, 3)))
        Posting.objects.get_or_create(
            person=person, office=office, unit=unit, ends_on=None, defaults={"starts_on": starts_on}
        )

    def end_post(self):
        held = list(Posting.objects.filter(ends_on=None, person__user__username__in=PLAYERS))
        if held:
            posting = self.rng.choice(held)
            posting.ends_on = max(self.ends(), posting.starts_on)
            posting.save()

    def begin_company(self):
        model, who = self.rng.choice(((Mentorship, "party_member"), (DesignatedContact, "leader")))
        model.objects.get_or_create(
            candidate=self.rng.choice(self.people), ends_on=None, **{who: self.player().person},
            defaults={"starts_on": self.cast.today + timedelta(days=self.rng.choice((-9, 0, 3)))},
        )  # fmt: skip

    def end_company(self):
        model = self.rng.choice((Mentorship, DesignatedContact))
        if open_ties := list(model.objects.open()):
            tie = self.rng.choice(open_ties)
            tie.ends_on = max(self.ends(), tie.starts_on)
            tie.save()

    def grant(self):
        if self.rng.random() < 0.5:
            user, candidate = self.player(), self.rng.choice(self.people)
            CandidateGrant.objects.filter(user=user, content_object=candidate).delete()
            grant_candidate(candidate, user, self.ends(), by=self.cast.office)
        else:
            user, unit = self.player(), self.rng.choice(self.units)
            UnitGrant.objects.filter(user=user, content_object=unit).delete()
            grant_unit(unit, user, self.ends(), by=self.cast.office)

    def take_back(self):
        model = self.rng.choice((CandidateGrant, UnitGrant))
        if rows := list(model.objects.all()):
            self.rng.choice(rows).delete()

    def owed(self, user):
        """Codes of the people whom ``user`` may know of today, by the plain reading of the tables."""
        today, person = self.cast.today, user.person
        posts = [
            post
            for post in Posting.objects.filter(person=person).select_related("unit")
            if post.starts_on <= today and (post.ends_on is None or post.ends_on > today)
        ]
        if any(post.office in ADMINISTRATOR_OFFICES for post in posts):
            return set()
        paths = [post.unit.path for post in posts if post.office in SUBTREE_OFFICES and post.unit]
        paths += [row.content_object.path for row in UnitGrant.objects.filter(user=user) if row.ends_on > today]
        tied = {row.content_object_id for row in CandidateGrant.objects.filter(user=user) if row.ends_on > today}
        for model, who in ((Mentorship, "party_member"), (DesignatedContact, "leader")):
            tied |= {
                tie.candidate_id
                for tie in model.objects.filter(**{who: person})
                if tie.starts_on <= today and (tie.ends_on is None or tie.ends_on > today)
            }
        return {
            one.code for one in self.people if one.pk in tied or any(one.unit_path.startswith(path) for path in paths)
        }


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_nobody_keeps_what_they_lost_and_nobody_misses_what_they_hold(cast, factory, seed, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    units = (cast.glacier, cast.desert, cast.ecology)
    people = [factory.candidate(2, unit=unit) for unit in units]
    for one in people:
        by, now = factory.acting_for(one.unit), timezone.now()
        record_talk(by=afresh(by), code=one.code, held_on=cast.today, way="phone", topics=["study"], now=now)
        attach(
            by=afresh(by),
            code=one.code,
            step=1,
            paper="application_letter",
            files=[("书.pdf", samples.pdf(1))],
            now=now,
        )
    fenced = models_with_a_fence()
    assert len(fenced) > 6
    game = Game(cast, people, random.Random(seed))
    moves = (game.begin_post, game.end_post, game.begin_company, game.end_company, game.grant, game.take_back)
    by_pk = {one.pk: one.code for one in people}
    reached = 0
    for _ in range(MOVES):
        game.rng.choice(moves)()
        for who in PLAYERS:
            user = afresh(cast.users[who])
            owed = game.owed(user)
            reached += len(owed)
            assert set(Candidate.objects.visible_to(user).values_list("code", flat=True)) == owed, who
            for one in people:
                assert user.has_perm("recruitment.view_candidate", one) == (one.code in owed), who
        # what lies behind a person goes with the person: facts, files, dues, ledger
        user = afresh(game.player())
        owed = game.owed(user)
        for model in fenced:
            told = set(model.objects.visible_to(user).exclude(candidate=None).values_list("candidate", flat=True))
            assert {by_pk[pk] for pk in told} <= owed, model.__name__
        readable = set(Document.objects.readable_by(user).values_list("candidate", flat=True))
        assert {by_pk[pk] for pk in readable} <= owed
        assert scope_of(user).opened_ids == frozenset()
    assert reached, "a game in which nobody reaches anybody proves nothing"
