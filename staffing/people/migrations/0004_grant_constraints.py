"""A grant fits its role, ends after it starts, and is given once at a time.

What a constraint cannot say on both databases, a trigger says: no two grants of the
same role and scope to the same user overlap. A later migration that rebuilds the table
on SQLite must create the trigger again; tests/staffing/people/test_grants.py notices.
"""

import uuid

from django.db import migrations, models

OVERLAP = """
    SELECT 1 FROM people_rolegrant AS other
    WHERE other.id <> COALESCE(NEW.id, -1)
      AND other.user_id = NEW.user_id AND other.role = NEW.role
      AND COALESCE(other.region_id, 0) = COALESCE(NEW.region_id, 0)
      AND COALESCE(other.outlet_id, 0) = COALESCE(NEW.outlet_id, 0)
      AND COALESCE(other.agency_id, 0) = COALESCE(NEW.agency_id, 0)
      AND NOT other.withdrawn
      AND (other.ends_on IS NULL OR other.ends_on >= NEW.starts_on)
      AND (NEW.ends_on IS NULL OR NEW.ends_on >= other.starts_on)
"""
SQLITE = [
    f"""
    CREATE TRIGGER grant_once_{name} {moment} ON people_rolegrant
    WHEN NOT NEW.withdrawn AND EXISTS ({OVERLAP})
    BEGIN SELECT RAISE(ABORT, 'grant_once'); END;
    """
    for name, moment in (
        ("insert", "BEFORE INSERT"),
        ("update", "BEFORE UPDATE"),
    )
]
# The lock on the user lets two transactions grant one after the other only.
POSTGRESQL = f"""
CREATE FUNCTION people_grant_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.withdrawn THEN RETURN NEW; END IF;
    PERFORM 1 FROM people_user WHERE id = NEW.user_id FOR UPDATE;
    IF EXISTS ({OVERLAP}) THEN
        RAISE EXCEPTION 'grant_once' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_once BEFORE INSERT OR UPDATE ON people_rolegrant
    FOR EACH ROW EXECUTE FUNCTION people_grant_once();
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER grant_once ON people_rolegrant")
        schema_editor.execute("DROP FUNCTION people_grant_once()")
    else:
        schema_editor.execute("DROP TRIGGER grant_once_insert")
        schema_editor.execute("DROP TRIGGER grant_once_update")


class Migration(migrations.Migration):
    dependencies = [("people", "0003_grant_rows")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("role__in", ["hr", "operations", "administrator", "auditor"]),
                        ("agency__isnull", True),
                        ("outlet__isnull", True),
                        ("region__isnull", True),
                    ),
                    models.Q(
                        ("role__in", ["regional_supervisor", "auditor"]),
                        ("agency__isnull", True),
                        ("outlet__isnull", True),
                        ("region__isnull", False),
                    ),
                    models.Q(
                        ("role__in", ["store_manager", "supervisor", "auditor"]),
                        ("agency__isnull", True),
                        ("outlet__isnull", False),
                        ("region__isnull", True),
                    ),
                    models.Q(
                        ("role__in", ["agency"]),
                        ("agency__isnull", False),
                        ("outlet__isnull", True),
                        ("region__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="grant_scope_of_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="grant_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn", False), ("ended_at__isnull", False), _connector="OR"
                ),
                name="grant_withdrawn_at_some_time",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
