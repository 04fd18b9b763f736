"""The shift kinds that the product ships with."""

from datetime import time

from django.db import migrations

SHIPPED = [
    ("EARLY", "Early shift", "早班", time(8), time(16)),
    ("MID", "Middle shift", "中班", time(10), time(18)),
    ("NIGHT", "Night shift", "夜班", time(15, 30), time(23, 30)),
    ("SPECIAL_N7", "Night 7", "夜7班", time(16, 30), time(0, 30)),
]


def ship(apps, schema_editor):
    kinds = apps.get_model("rosters", "ShiftKind")
    for code, name_en, name_zh, starts_at, ends_at in SHIPPED:
        kinds.objects.get_or_create(
            code=code,
            defaults={
                "name_en": name_en,
                "name_zh": name_zh,
                "starts_at": starts_at,
                "ends_at": ends_at,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("rosters", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
