"""Sessions of the institute's secretaries: ``python -m tests.chaos.logins N`` prints N of them with a due each owes, as JSON."""

import json
import os
import sys

import django


def main(count):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client

    from branches.models import User
    from recruitment.models import Due

    owed = dict(Due.objects.open().filter(candidate__isnull=False).values_list("unit_id", "pk"))
    logins = []
    for user in User.objects.filter(person__isnull=False).select_related("person").order_by("pk")[: int(count)]:
        client = Client()
        client.force_login(user)
        logins.append({"session": client.cookies[settings.SESSION_COOKIE_NAME].value, "due": owed[user.person.unit_id]})
    print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "logins": logins}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
