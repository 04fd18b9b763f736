"""Make an agency of every name that visits carry, however it was spelt.

The key in the ledger was made of the name, so that it stays what it was. The rules are
written out here as they were on that day.
"""

from hashlib import sha256

from django.db import migrations


def _key(name):
    folded = " ".join(name.casefold().split())
    return f"agency:{sha256(folded.encode()).hexdigest()[:16]}" if folded else ""


def forwards(apps, schema_editor):
    visits = apps.get_model("mystery", "Visit").objects
    agencies = apps.get_model("people", "Agency").objects
    texts = visits.exclude(agency_text="").order_by("agency_text")
    for text in texts.values_list("agency_text", flat=True).distinct():
        key = _key(text)
        if not key:
            continue
        agency, _made = agencies.get_or_create(
            key=key,
            defaults={
                "code": f"AG-{key[-8:].upper()}",
                "name": " ".join(text.split()),
            },
        )
        visits.filter(agency_text=text).update(agency=agency)


def backwards(apps, schema_editor):
    visits = apps.get_model("mystery", "Visit").objects
    for agency in apps.get_model("people", "Agency").objects.all():
        visits.filter(agency=agency).update(agency_text=agency.name)


class Migration(migrations.Migration):
    dependencies = [("mystery", "0002_visit_agency")]

    operations = [migrations.RunPython(forwards, backwards)]
