"""Writing some hundred rows of an import at once: people, files, facts, ties, dues, history and ledger."""

from dataclasses import replace

from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from branches.models import Person
from branches.offices import PoliticalStatus
from branches.pinyin import pinyin_of
from recruitment import rules
from recruitment.actions import ledger
from recruitment.actions.roads import DUE_FIELDS, ROAD, ROAD_FIELDS, SETTLED_FIELDS, apply_road, difference
from recruitment.actions.steps import NAMES_MENTORS, NAMES_RECOMMENDERS, ledger_details
from recruitment.facts import Facts
from recruitment.imports.choices import rank_of
from recruitment.imports.judging import fact_of
from recruitment.imports.states import Outcome
from recruitment.models import Candidate, Due, ImportedRow, Mentorship, Recommender, StepPerson, StepRecord
from recruitment.queries.facts import STEP_FIELDS, VOTE_FIELDS, facts_for, person_fact
from recruitment.steps import step as step_row

REASON = "Excel 导入"
SLICE = 500
_TIES = {NAMES_MENTORS: Mentorship, NAMES_RECOMMENDERS: Recommender}
# What membership a road that comes with the file has led to.
_MEMBERSHIPS = {24: PoliticalStatus.FULL_MEMBER, 17: PoliticalStatus.PROBATIONARY_MEMBER}
_FOR_NEWCOMERS = ("political_status", "category")


class SliceWriter:
    """Writes slices of (Row, Finding) for one batch, inside the caller's transaction; ``by`` confirmed the batch."""

    def __init__(self, *, batch, by, now, snapshot):
        self.batch, self.by, self.now, self.snapshot = batch, by, now, snapshot
        self.today = timezone.localdate(now)
        self.history = {"default_user": by, "default_change_reason": REASON, "default_date": now}

    def write(self, pairs):
        """Write one slice; every pair is NEW or CHANGE and was checked in this transaction."""
        people = self._people(pairs)
        candidates, facts = self._candidates(pairs, people)
        records = self._records(pairs, candidates)
        roads = {}
        for row, finding in pairs:
            candidate = candidates[row.number]
            if finding.steps:
                added = tuple(fact for _, fact, _ in records[row.number])
                merged = self._with_added(facts[row.number], added)
                roads[row.number] = rules.road_on_record(merged, today=self.today, calendar=self.snapshot.calendar)
                apply_road(candidate, roads[row.number])
            candidate.version += 1
        self._save_candidates(pairs, candidates)
        self._save_records(records, candidates)
        ties = self._tie(pairs, candidates, records)
        self._owe(pairs, candidates, roads)
        self._enter(pairs, candidates, records)
        self._note(pairs, people, candidates, ties)

    # --- People

    def _people(self, pairs):
        """{row number: Person}, the new ones made and the blanks of the others filled in."""
        made, known = {}, {}
        there = Person.objects.in_bulk([finding.person_pk for _, finding in pairs if finding.person_pk])
        for row, finding in pairs:
            if finding.person_pk is None:
                made[row.number] = self._newcomer(row, finding)
            else:
                known[row.number] = there[finding.person_pk]
        if made:
            bulk_create_with_history(list(made.values()), Person, **self.history)
        self._fill_in([(row, finding, known[row.number]) for row, finding in pairs if finding.profile])
        return made | known

    def _newcomer(self, row, finding):
        pinyin, initials = pinyin_of(row.name)
        values = {key: row.profile[key] for key in (*self._profile_keys(row), *_FOR_NEWCOMERS) if key in row.profile}
        if "title_rank" not in values and (rank := rank_of(str(values.get("title", "")))):
            values["title_rank"] = rank
        if reached := next((status for number, status in _MEMBERSHIPS.items() if number in finding.steps), None):
            values["political_status"] = reached
        return Person(
            staff_number=row.staff_number,
            name=row.name,
            pinyin=pinyin[:200],
            initials=initials[:30],
            birth_on=row.birth_on,
            unit_id=finding.place.pk,
            department_id=self.snapshot.departments.get(row.profile.get("department")),
            **values,
        )

    @staticmethod
    def _profile_keys(row):
        return [key for key in row.profile if key not in ("department", *_FOR_NEWCOMERS)]

    def _fill_in(self, filled):
        self._before = {}
        fields = set()
        for row, finding, person in filled:
            before = {}
            for key in finding.profile:
                value = row.birth_on if key == "birth_on" else row.profile[key]
                before[key] = [_plain(getattr(person, key)), _plain(value)]
                setattr(person, key, value)
            self._before[row.number] = before
            fields |= before.keys()
        if filled:
            bulk_update_with_history([person for _, _, person in filled], Person, sorted(fields), **self.history)

    # --- Files and facts

    def _candidates(self, pairs, people):
        """{row number: Candidate}, and {row number: Facts before this import}."""
        there = {
            candidate.pk: candidate
            for candidate in Candidate.objects.filter(
                pk__in=[finding.candidate_pk for _, finding in pairs if finding.candidate_pk]
            ).select_related("person", "unit")
        }
        on_file = facts_for(there.values()) if there else {}
        candidates, facts = {}, {}
        for row, finding in pairs:
            if finding.candidate_pk is not None:
                candidates[row.number] = there[finding.candidate_pk]
                facts[row.number] = on_file[finding.candidate_pk]
                continue
            place = finding.place
            frame = self.snapshot.frames[place.pk]
            person = people[row.number]
            candidates[row.number] = Candidate(
                person=person, unit_id=place.pk, unit_path=place.path, opened_at=self.now
            )
            facts[row.number] = Facts(
                person_fact(person), frame.unit, frame.superior, local_limits=frame.limits, papers=frozenset()
            )
        return candidates, facts

    def _records(self, pairs, candidates):
        """{row number: [(unsaved StepRecord, StepFact, members)]} of the steps that rows add."""
        records = {}
        for row, finding in pairs:
            records[row.number] = rows = []
            for number in finding.steps:
                parts, members = row.steps[number], finding.members.get(number, ())
                fact = fact_of(number, parts, tuple(members))
                values = {name: getattr(fact, name) for name in STEP_FIELDS}
                if fact.votes:
                    values |= {name: getattr(fact.votes, name) for name in VOTE_FIELDS}
                record = StepRecord(
                    candidate=candidates[row.number],
                    batch=self.batch,
                    remark=parts.get("borrowed") or parts.get("remark", ""),
                    recorded_by=self.by,
                    recorded_at=self.now,
                    **values,
                )
                rows.append((record, replace(fact, id=str(record.code)), members))
        return records

    @staticmethod
    def _with_added(facts, added):
        """The facts with the steps of this import; who is named in steps 5 and 9 mentors and recommends from now on."""
        changes = {"steps": (*facts.steps, *added)}
        for fact in added:
            if fact.step == NAMES_MENTORS and not facts.mentors:
                changes["mentors"] = fact.persons
            if fact.step == NAMES_RECOMMENDERS and not facts.recommenders:
                changes["recommenders"] = fact.persons
        return replace(facts, **changes)

    def _save_candidates(self, pairs, candidates):
        made = [candidates[row.number] for row, finding in pairs if finding.candidate_pk is None]
        changed = [candidates[row.number] for row, finding in pairs if finding.candidate_pk is not None]
        if made:
            bulk_create_with_history(made, Candidate, **self.history)
        if changed:
            bulk_update_with_history(changed, Candidate, [*ROAD_FIELDS, "version"], **self.history)

    def _save_records(self, records, candidates):
        rows = [(number, record, members) for number, found in records.items() for record, _, members in found]
        for number, record, _ in rows:
            record.candidate = candidates[number]  # which has its key only now
        StepRecord.objects.bulk_create([record for _, record, _ in rows])
        StepPerson.objects.bulk_create(
            StepPerson(
                record=record, person_id=member.pk, standing=member.fact.standing, was_suspended=member.fact.suspended
            )
            for _, record, members in rows
            for member in members
        )

    def _tie(self, pairs, candidates, records):
        """Mentorships and recommendations of those named; {row number: {"mentorship": [keys], "recommender": [keys]}}."""
        written = {row.number: {} for row, _ in pairs}
        for number, model in _TIES.items():
            there = set(
                model.objects.open()
                .filter(candidate__in=[candidates[row.number] for row, finding in pairs if finding.candidate_pk])
                .values_list("candidate_id", "party_member_id")
            )
            ties = [
                (row_number, model(
                    candidate=record.candidate, party_member_id=member.pk, starts_on=record.decided_on, reason=REASON, decided_by=self.by
                ))
                for row_number, found in records.items()
                for record, _, members in found
                if record.step == number
                for member in members
                if (record.candidate.pk, member.pk) not in there
            ]  # fmt: skip
            if ties:
                bulk_create_with_history([tie for _, tie in ties], model, **self.history)
            for row_number, tie in ties:
                written[row_number].setdefault(model._meta.model_name, []).append(tie.pk)
        return written

    def _owe(self, pairs, candidates, roads):
        """Open, change and settle the dues of the roads that moved."""
        changed = [candidates[row.number] for row, finding in pairs if finding.candidate_pk and finding.steps]
        open_dues = {candidate.pk: [] for candidate in changed}
        for due in Due.objects.open().filter(candidate__in=changed, key__startswith=ROAD):
            open_dues[due.candidate_id].append(due)
        opened, moved, settled = [], [], []
        for row, finding in pairs:
            if row.number not in roads:
                continue
            candidate = candidates[row.number]
            result = difference(candidate, open_dues.get(candidate.pk, ()), roads[row.number].dues, now=self.now)
            opened += result.opened
            moved += result.changed
            for due in result.settled:
                done = due.step in finding.steps
                due.settled_at, due.was_done = self.now, done
                due.settled_on = row.steps[due.step]["decided_on"] if done else self.today
                settled.append(due)
        if opened:
            Due.objects.bulk_create(opened)
        if moved:
            Due.objects.bulk_update(moved, [*DUE_FIELDS, "unit", "unit_path"])
        if settled:
            Due.objects.bulk_update(settled, SETTLED_FIELDS)

    # --- Proof and the way back

    def _enter(self, pairs, candidates, records):
        """One ledger entry for every fact, as if it had been recorded by hand, and one for what only fills in the roster."""
        acts = []
        for row, finding in pairs:
            candidate = candidates[row.number]
            for record, fact, members in records[row.number]:
                details = ledger_details(record) | {"source": "import", "batch": str(self.batch.code)}
                if members:
                    details["persons"] = [member.fact.key for member in members]
                acts.append(
                    ledger.Act(
                        candidate=candidate, action="step", step=fact.step, summary=step_row(fact.step).name,
                        decided_on=fact.decided_on, actor=self.by, now=self.now, details=details,
                    )
                )  # fmt: skip
            if not finding.steps:
                details = {"batch": str(self.batch.code), "fields": sorted(finding.profile)}
                acts.append(
                    ledger.Act(
                        candidate=candidate, action="imported", summary="导入补充基本情况", actor=self.by, now=self.now, details=details
                    )
                )  # fmt: skip
        ledger.append_many(acts)

    def _note(self, pairs, people, candidates, ties):
        """Keep what each row wrote, for the list of the batch and for undoing it."""
        ImportedRow.objects.bulk_create(
            ImportedRow(
                batch=self.batch,
                number=row.number,
                outcome=finding.outcome,
                person=people[row.number],
                candidate=candidates[row.number],
                made_person=finding.person_pk is None,
                made_candidate=finding.outcome == Outcome.NEW,
                version=candidates[row.number].version,
                before={"profile": self._before.get(row.number, {}), **ties[row.number]},
            )
            for row, finding in pairs
        )


def _plain(value):
    """A value of a person's attribute as JSON knows it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
