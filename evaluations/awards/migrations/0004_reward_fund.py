"""The general manager's reward fund, empty."""

from django.db import migrations

CODE = "reward-fund"


def found(apps, schema_editor):
    Fund = apps.get_model("awards", "Fund")
    Fund.objects.get_or_create(
        code=CODE, defaults={"name": "General manager's reward fund"}
    )


def close(apps, schema_editor):
    Fund = apps.get_model("awards", "Fund")
    Fund.objects.filter(code=CODE, lines=None).delete()


class Migration(migrations.Migration):
    dependencies = [("awards", "0003_rounds_and_what_comes_of_them")]
    operations = [migrations.RunPython(found, close)]
