"""A blueprint for every post, switched off until somebody switches it on."""

from django.conf import settings
from django.db import migrations

POSTS = (
    *("clerk", "flow_consultant", "supervisor"),
    *("store_manager", "account_manager"),
)
# Ten questions; nobody who is not told of the test must score 0 in it.
QUESTIONS = {
    "grooming": 1,
    "conduct": 2,
    "environment": 1,
    "complaints": 2,
    "red_lines": 2,
    "customer_flow": 2,
}


def ship(apps, schema_editor):
    blueprint = apps.get_model("knowledge", "Blueprint")
    for post in POSTS:
        blueprint.objects.get_or_create(
            post=post,
            defaults={
                "minutes": 15,
                "pass_mark": settings.KNOWLEDGE_PASS_MARK,
                "attempts": 1,
                "questions": QUESTIONS,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0004_sittings")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
