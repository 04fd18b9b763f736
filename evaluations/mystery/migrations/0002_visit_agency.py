import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mystery", "0001_initial"),
        ("people", "0004_grant_constraints"),
    ]

    operations = [
        migrations.RenameField("visit", "agency", "agency_text"),
        migrations.AddField(
            model_name="visit",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="people.agency",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="badge",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
