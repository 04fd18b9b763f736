"""The schemes that come with the product: Service Star as written, and on-site alone."""

from django.db import migrations

from evaluations.rankings.shipped import ship

SHIPPED = (("service_star", 1), ("onsite", 1))


def add(apps, schema_editor):
    schemes = apps.get_model("rankings", "Scheme").objects
    versions = apps.get_model("rankings", "SchemeVersion").objects
    for code, number in SHIPPED:
        ship(schemes, versions, code, number)


def remove(apps, schema_editor):
    apps.get_model("rankings", "SchemeVersion").objects.all().delete()
    apps.get_model("rankings", "Scheme").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("rankings", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
