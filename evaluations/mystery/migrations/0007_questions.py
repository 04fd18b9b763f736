"""The questionnaire and the scenarios that the product ships with."""

from django.db import migrations

from evaluations.mystery.shipped import install

MODELS = ("Questionnaire", "QuestionnaireVersion", "VisitQuestion", "Scenario")


def ship(apps, schema_editor):
    install({name: apps.get_model("mystery", name) for name in MODELS})


class Migration(migrations.Migration):
    dependencies = [("mystery", "0006_fieldwork")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
