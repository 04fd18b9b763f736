"""On PostgreSQL nobody changes history or access log, but through the one door.

The door is a setting of the transaction that `services.history` opens: `purge` lets
old rows go, `erase` lets a name be rewritten.
"""

from django.db import migrations

TABLES = ("accounts_historyrecord", "accounts_accessrecord")
REFUSE = """
CREATE FUNCTION accounts_kept_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('starhall.history_door', true) = 'purge' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('starhall.history_door', true) = 'erase' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what has happened is never changed or deleted';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION accounts_kept_refuse();
"""
    for table in TABLES
)
ALLOW = (
    "".join(f"DROP TRIGGER {table}_kept ON {table};\n" for table in TABLES)
    + "DROP FUNCTION accounts_kept_refuse();"
)


def _on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_access")]

    operations = [
        migrations.RunPython(_on_postgresql(REFUSE), _on_postgresql(ALLOW)),
    ]
