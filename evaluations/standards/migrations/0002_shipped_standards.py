"""The standards that the product ships with."""

from django.db import migrations

from evaluations.standards.shipped import install


def ship(apps, schema_editor):
    install(
        apps.get_model("standards", "Standard"),
        apps.get_model("standards", "StandardVersion"),
        apps.get_model("standards", "Item"),
    )


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
