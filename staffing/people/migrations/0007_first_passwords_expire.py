from django.db import migrations, models
from django.utils import timezone


def begin_now(apps, schema_editor):
    """First passwords that wait to be replaced get their days from the upgrade on."""
    users = apps.get_model("people", "User").objects.using(
        schema_editor.connection.alias
    )
    users.filter(must_change_password=True).update(first_password_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_personal"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="first_password_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("must_change_password", False),
                    ("first_password_at__isnull", False),
                    _connector="OR",
                ),
                name="user_first_password_at_some_time",
            ),
        ),
    ]
