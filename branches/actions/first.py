"""The very first login of an empty site, which sets up all others."""

from django.db import transaction
from django.utils import timezone

from branches.actions.refusals import refuse
from branches.models import Person, Posting, User
from branches.offices import Office
from branches.pinyin import pinyin_of


@transaction.atomic
def create_first_administrator(*, staff_number, name, username, password, now):
    """Enter a person, their login and the post of system administrator, on a site that has none yet.

    The system administrator sets up units, people, logins and the posts of the party office in the Django admin, and
    sees no candidate. ``password`` was chosen and validated by the person at the terminal. Returns the User.
    """
    if Posting.objects.filter(office=Office.SYSTEM_ADMINISTRATOR).exists():
        refuse("not_the_first", "已有系统管理员，请由其在管理后台增加其他账号。")
    pinyin, initials = pinyin_of(name)
    person = Person.objects.create(staff_number=staff_number, name=name, pinyin=pinyin[:200], initials=initials[:30])
    user = User(username=username, person=person)
    user.set_password(password)
    user.save()
    Posting.objects.create(
        person=person, office=Office.SYSTEM_ADMINISTRATOR, starts_on=timezone.localdate(now), reason="系统启用"
    )
    return user
