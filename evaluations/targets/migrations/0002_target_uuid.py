"""Targets are addressed by a UUID, never by their place in the table."""

import uuid

from django.db import migrations, models


def give_uuids(apps, schema_editor):
    Target = apps.get_model("targets", "Target")
    batch = []
    for target in Target.objects.only("pk").iterator(chunk_size=2000):
        target.uuid = uuid.uuid4()
        batch.append(target)
        if len(batch) == 2000:
            Target.objects.bulk_update(batch, ["uuid"])
            batch.clear()
    Target.objects.bulk_update(batch, ["uuid"])


class Migration(migrations.Migration):
    # PostgreSQL cannot alter a table in the transaction that has just filled it.
    atomic = False
    dependencies = [("targets", "0001_initial")]

    operations = [
        migrations.AddField("target", "uuid", models.UUIDField(null=True)),
        migrations.RunPython(give_uuids, migrations.RunPython.noop),
        migrations.AlterField(
            "target",
            "uuid",
            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
