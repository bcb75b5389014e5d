"""Let the database write or check the chain itself and refuse change and removal (recruitment.ledger.walls)."""

from django.db import migrations

from recruitment.ledger.walls import raise_walls


def put_up(apps, schema_editor):
    raise_walls(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('recruitment', '0003_ledger'),
    ]

    operations = [
        migrations.RunPython(put_up, migrations.RunPython.noop),
    ]
