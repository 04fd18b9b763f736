"""The scheme of outlets that comes with the product."""

from django.db import migrations

from evaluations.rankings.shipped import VALID_FROM, rules_of


def add(apps, schema_editor):
    apps.get_model("rankings", "PlaceScheme").objects.get_or_create(
        code="outlet_service",
        number=1,
        defaults={"valid_from": VALID_FROM, "rules": rules_of("outlet_service-1")},
    )


def remove(apps, schema_editor):
    apps.get_model("rankings", "PlaceScheme").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("rankings", "0008_places")]

    operations = [migrations.RunPython(add, remove)]
