"""On PostgreSQL nothing, whoever asks, changes a published run or its standings."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION rankings_run_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'published' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published ranking is frozen: make the next revision instead';
END $$;
CREATE TRIGGER rankings_run_kept BEFORE UPDATE OR DELETE ON rankings_run
    FOR EACH ROW EXECUTE FUNCTION rankings_run_refuse();
CREATE FUNCTION rankings_standing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM rankings_run WHERE id = OLD.run_id AND state = 'published'
    ) THEN
        RAISE EXCEPTION 'a published ranking is frozen: make the next revision instead';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rankings_standing_kept BEFORE UPDATE OR DELETE ON rankings_standing
    FOR EACH ROW EXECUTE FUNCTION rankings_standing_refuse();
"""
ALLOW = """
DROP TRIGGER rankings_standing_kept ON rankings_standing;
DROP FUNCTION rankings_standing_refuse();
DROP TRIGGER rankings_run_kept ON rankings_run;
DROP FUNCTION rankings_run_refuse();
"""


def _on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("rankings", "0004_frozen")]

    operations = [
        migrations.RunPython(_on_postgresql(REFUSE), _on_postgresql(ALLOW)),
    ]
