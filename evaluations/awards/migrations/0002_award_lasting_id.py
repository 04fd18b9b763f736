"""An award keeps one id over the revisions of its ranking."""

from uuid import UUID, uuid5

from django.db import migrations, models

# Frozen here: evaluations.awards.models.lists says the same.
NAMESPACE = UUID("6f1d5b5e-0b5c-5c0e-9a39-3a6b1f6d2f11")


def name_lastingly(apps, schema_editor):
    Award = apps.get_model("awards", "Award")
    rows = Award.objects.select_related("award_list__run", "standing")
    batch = []
    for award in rows.iterator(chunk_size=1000):
        listed = award.award_list
        parts = (
            listed.period,
            listed.run.scheme_id,
            listed.level,
            listed.title,
            award.place_code,
            award.standing.employee_uuid,
        )
        award.lasting_id = uuid5(NAMESPACE, "/".join(map(str, parts)))
        batch.append(award)
        if len(batch) == 1000:
            Award.objects.bulk_update(batch, ["lasting_id"])
            batch = []
    Award.objects.bulk_update(batch, ["lasting_id"])


class Migration(migrations.Migration):
    # One alteration at a time: PostgreSQL does not alter a table with rows pending.
    atomic = False

    dependencies = [("awards", "0001_initial"), ("rankings", "0002_shipped_schemes")]

    operations = [
        migrations.AddField(
            model_name="award",
            name="lasting_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(name_lastingly, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="award",
            name="lasting_id",
            field=models.UUIDField(editable=False),
        ),
    ]
