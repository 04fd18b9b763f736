"""The question bank and the articles that the product ships with."""

from django.db import migrations

from evaluations.knowledge.shipped import install

MODELS = ("Topic", "Article", "ArticleVersion", "Question", "QuestionVersion")


def ship(apps, schema_editor):
    install({name: apps.get_model("knowledge", name) for name in MODELS})


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0002_bank")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
