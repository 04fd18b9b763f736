"""Let the words of a reason be cleared, and nothing else about an entry.

What somebody wrote about a person goes when she is erased; figures never change.
"""

from django.db import migrations

ALLOW_CLEARING = """
CREATE OR REPLACE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.reason = ''
       AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger entries are never changed: post a reversal instead';
END $$;
"""
REFUSE_ALL = """
CREATE OR REPLACE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger entries are never changed: post a reversal instead';
END $$;
"""


def _on_postgresql(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_find_bars_fast")]

    operations = [
        migrations.RunPython(
            _on_postgresql(ALLOW_CLEARING), _on_postgresql(REFUSE_ALL)
        ),
    ]
