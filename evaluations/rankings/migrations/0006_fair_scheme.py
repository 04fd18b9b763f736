"""The scheme that ranks by the adjusted score, beside the one as written."""

from django.db import migrations

from evaluations.rankings.shipped import ship

CODE, NUMBER = "service_star_fair", 1


def add(apps, schema_editor):
    schemes = apps.get_model("rankings", "Scheme").objects
    if not schemes.filter(code=CODE).exists():
        versions = apps.get_model("rankings", "SchemeVersion").objects
        ship(schemes, versions, CODE, NUMBER)


def remove(apps, schema_editor):
    apps.get_model("rankings", "SchemeVersion").objects.filter(
        scheme__code=CODE
    ).delete()
    apps.get_model("rankings", "Scheme").objects.filter(code=CODE).delete()


class Migration(migrations.Migration):
    dependencies = [("rankings", "0005_kept")]

    operations = [migrations.RunPython(add, remove)]
