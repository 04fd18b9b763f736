"""On PostgreSQL nothing changes outlets of a published run, or rules they went by."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION rankings_places_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_run bigint;
BEGIN
    IF TG_TABLE_NAME = 'rankings_placerun' THEN
        of_run := OLD.run_id;
    ELSE
        SELECT run_id INTO of_run FROM rankings_placerun WHERE id = OLD.places_id;
    END IF;
    IF EXISTS (
        SELECT 1 FROM rankings_run WHERE id = of_run AND state = 'published'
    ) THEN
        RAISE EXCEPTION 'a published ranking is frozen: make the next revision instead';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rankings_placerun_kept BEFORE UPDATE OR DELETE
    ON rankings_placerun FOR EACH ROW EXECUTE FUNCTION rankings_places_refuse();
CREATE TRIGGER rankings_placestanding_kept BEFORE UPDATE OR DELETE
    ON rankings_placestanding FOR EACH ROW EXECUTE FUNCTION rankings_places_refuse();
CREATE TRIGGER rankings_regionstanding_kept BEFORE UPDATE OR DELETE
    ON rankings_regionstanding FOR EACH ROW EXECUTE FUNCTION rankings_places_refuse();
CREATE FUNCTION rankings_placescheme_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM rankings_placerun WHERE scheme_id = OLD.id) THEN
        RAISE EXCEPTION 'a run has used these rules: make the next version instead';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rankings_placescheme_kept BEFORE UPDATE OR DELETE
    ON rankings_placescheme FOR EACH ROW EXECUTE FUNCTION rankings_placescheme_refuse();
"""
ALLOW = """
DROP TRIGGER rankings_placescheme_kept ON rankings_placescheme;
DROP FUNCTION rankings_placescheme_refuse();
DROP TRIGGER rankings_regionstanding_kept ON rankings_regionstanding;
DROP TRIGGER rankings_placestanding_kept ON rankings_placestanding;
DROP TRIGGER rankings_placerun_kept ON rankings_placerun;
DROP FUNCTION rankings_places_refuse();
"""


def _on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("rankings", "0010_scheme_approval")]

    operations = [
        migrations.RunPython(_on_postgresql(REFUSE), _on_postgresql(ALLOW)),
    ]
