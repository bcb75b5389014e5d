"""The criteria that the notice itself names (F1); the office changes them as it sees fit."""

from django.db import migrations

CRITERIA = [
    # name, kind, low, high, words
    ("副高级以上", "title_rank", 3, None, ""),
    ("中青年（45 岁以下）", "age", None, 45, ""),
    ("人才计划入选者", "programme", None, None, ""),
    ("海外回国", "returned", None, None, ""),
]


def add(apps, schema_editor):
    criterion = apps.get_model("committee", "FocusCriterion")
    for name, kind, low, high, words in CRITERIA:
        criterion.objects.get_or_create(name=name, defaults={"kind": kind, "low": low, "high": high, "words": words})


class Migration(migrations.Migration):
    dependencies = [("committee", "0005_digest_about")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
