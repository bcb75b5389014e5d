"""An institute where everybody owes something today: ``python -m tests.chaos.institute N`` fills a database up to N branches."""

import os
import sys
from datetime import timedelta

import django


def build(count):
    """Up to ``count`` branches, each with a secretary who can log in and one applicant whose first talk is late or near."""
    from django.utils import timezone

    from branches.models import Person, Posting, Unit, User, Workday
    from branches.models.calendar import DayKind
    from branches.offices import Office, PoliticalStatus, UnitKind
    from recruitment.actions.registering import register_applicant
    from recruitment.calendar import add_months

    now = timezone.now()
    today = timezone.localdate(now)
    root = Unit.objects.filter(parent=None).first()
    if root is None:
        # whatever day the tests run on, it is worked
        Workday.objects.all().delete()
        for n in range(-15, 16):
            if (day := today + timedelta(days=n)).weekday() >= 5:
                Workday.objects.create(day=day, kind=DayKind.WORK, source="test")
        root = Unit.objects.create(
            name="研究院党委", short_name="院党委", kind=UnitKind.COMMITTEE, may_approve=True, digest_hour=0
        )
        root.path = root.path_below("")
        root.save()
    for n in range(Unit.objects.branches().count(), count):
        unit = Unit.objects.create(
            name=f"第{n}党支部", short_name=f"第{n}", kind=UnitKind.BRANCH, parent=root, digest_hour=0
        )
        unit.path = unit.path_below(root.path)
        unit.save()
        member = {"political_status": PoliticalStatus.FULL_MEMBER, "member_since_on": today - timedelta(days=4000)}
        secretary = Person.objects.create(
            staff_number=f"S{n:05d}", name=f"书记{n}", unit=unit, email=f"s{n}@institute.test", **member
        )
        user = User.objects.create(username=f"s{n}", person=secretary, password="!", email=secretary.email)
        Posting.objects.create(
            person=secretary, office=Office.SECRETARY, unit=unit, starts_on=today - timedelta(days=400)
        )
        applicant = Person.objects.create(
            staff_number=f"A{n:05d}", name=f"甲{n}", unit=unit, birth_on=today - timedelta(days=14000)
        )
        applied_on = add_months(today, -1) - timedelta(days=n % 3)
        register_applicant(by=user, person=applicant, unit=unit, applied_on=applied_on, now=now)


def main(count):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    build(int(count))


if __name__ == "__main__":
    main(sys.argv[1])
