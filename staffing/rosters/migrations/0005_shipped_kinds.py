"""What the shipped shift kinds count as, their colours, and the cap of Night 7."""

from django.db import migrations

SHIPPED = {
    "EARLY": {"counts_as": "early", "colour": "yellow"},
    "MID": {"counts_as": "", "colour": "green"},
    "NIGHT": {"counts_as": "night", "colour": "blue"},
    "SPECIAL_N7": {"counts_as": "night", "colour": "purple", "most_a_month": 2},
}


def describe(apps, schema_editor):
    kinds = apps.get_model("rosters", "ShiftKind")
    for code, fields in SHIPPED.items():
        kinds.objects.filter(code=code).update(**fields)


class Migration(migrations.Migration):
    dependencies = [("rosters", "0004_planning")]

    operations = [migrations.RunPython(describe, migrations.RunPython.noop)]
