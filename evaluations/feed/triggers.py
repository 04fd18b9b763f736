"""Triggers that note every change, whoever writes it and however.

PostgreSQL: after each statement the keys concerned wait in `feed_touched`; once per
transaction, as it commits, they get their number under a lock that is taken before the
statement that numbers them looks at anything. So numbers grow in the order in which
transactions become visible, and who has read up to a number has missed nothing.
SQLite has one writer at a time: there a trigger per row numbers at once.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from outlets.exchange.feed_kinds import ALL_WRITES, FeedKind, Watch, Write, registered

PREFIX = "feed_"
# Any number that no other lock of ours has.
LOCK = 7_306_101
_TABLE = "feed_change"

POSTGRESQL_SETUP = f"""
CREATE SEQUENCE IF NOT EXISTS feed_seq;
CREATE UNLOGGED TABLE IF NOT EXISTS feed_touched (
    tx bigint NOT NULL, kind text NOT NULL, key text NOT NULL
);
CREATE INDEX IF NOT EXISTS feed_touched_tx ON feed_touched (tx);
CREATE UNLOGGED TABLE IF NOT EXISTS feed_waiting (tx bigint PRIMARY KEY);

CREATE OR REPLACE FUNCTION feed_note() RETURNS void LANGUAGE sql AS $$
    INSERT INTO feed_waiting (tx) VALUES (txid_current()) ON CONFLICT DO NOTHING;
$$;

CREATE OR REPLACE FUNCTION feed_number() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    next bigint;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    next := nextval('feed_seq');
    INSERT INTO {_TABLE} (kind, key, seq, born, changed_at)
    SELECT kind, key, next, next, clock_timestamp() FROM feed_touched
    WHERE tx = NEW.tx GROUP BY kind, key
    ON CONFLICT (kind, key)
    DO UPDATE SET seq = excluded.seq, changed_at = excluded.changed_at;
    DELETE FROM feed_touched WHERE tx = NEW.tx;
    DELETE FROM feed_waiting WHERE tx = NEW.tx;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS feed_at_commit ON feed_waiting;
CREATE CONSTRAINT TRIGGER feed_at_commit AFTER INSERT ON feed_waiting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION feed_number();
"""  # noqa: S608 - names of our own
POSTGRESQL_TEARDOWN = """
DROP TABLE IF EXISTS feed_waiting, feed_touched;
DROP FUNCTION IF EXISTS feed_number(), feed_note();
DROP SEQUENCE IF EXISTS feed_seq;
"""


def install(connection: Any) -> None:
    """Make the triggers of every registered kind, and drop those of no kind.

    Safe to run at any time; a kind that is new gets all that stands already. Without
    all the tables that are watched (after a step back) nothing is made.
    """
    tables = set(connection.introspection.table_names())
    if not _watched() <= tables:
        return
    made = list(_statements(connection.vendor))
    wanted = {name: statements for name, _kind, statements in made}
    there = _there(connection)
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for name in there.keys() - wanted.keys():
            cursor.execute(_drop(connection.vendor, name, there[name]))
        for name in wanted.keys() - there.keys():
            for statement in wanted[name]:
                cursor.execute(statement)
    unwatched = {
        kind.name
        for name, kind, _statements_of_it in made
        if connection.vendor == "sqlite" and name not in there
    }
    for kind in registered().values():
        if kind.name in unwatched:
            _again(connection, kind)
        else:
            _begin(connection, kind)


def remove(connection: Any) -> None:
    """Drop all triggers: SQLite lets no table be made anew that one of them names.

    What is written until `install` is noted by nobody; it notes everything then.
    """
    there = _there(connection)
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for name, table in there.items():
            cursor.execute(_drop(connection.vendor, name, table))


def touch(connection: Any, kind: str, query: str, params: list[Any]) -> None:
    """Say that the objects whose keys `query` finds have changed."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO feed_touched (tx, kind, key)"  # noqa: S608 - of our own
                f" SELECT txid_current(), %s, CAST(key AS text) FROM ({query}) q",
                [kind, *params],
            )
            cursor.execute("SELECT feed_note()")
            return
        cursor.execute(f"CREATE TEMP TABLE feed_now AS {query}", params)
        for statement in _numbering(kind, "SELECT key FROM feed_now"):
            cursor.execute(statement)
        cursor.execute("DROP TABLE feed_now")


def _begin(connection: Any, kind: FeedKind) -> None:
    """Note everything of a kind that has no change on record at all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {_TABLE} WHERE kind = %s LIMIT 1", [kind.name])  # noqa: S608 - our own names
        begun = cursor.fetchone()
    if not begun:
        touch(connection, kind.name, kind.all_keys, [])


def _again(connection: Any, kind: FeedKind) -> None:
    """Note everything of a kind as changed, what is gone too."""
    known = f"SELECT key FROM {_TABLE} WHERE kind = %s"  # noqa: S608 - our own names
    all_keys = f"SELECT CAST(key AS text) AS key FROM ({kind.all_keys}) a"  # noqa: S608 - our own names
    touch(connection, kind.name, f"{all_keys} UNION {known}", [kind.name])


def _watched() -> set[str]:
    kinds = registered().values()
    return {watch.model._meta.db_table for kind in kinds for watch in kind.watches}


def _statements(vendor: str) -> Iterator[tuple[str, FeedKind, list[str]]]:
    make = _postgresql if vendor == "postgresql" else _sqlite
    for kind in registered().values():
        for number, watch in enumerate(kind.watches):
            for write in ALL_WRITES:
                if write not in watch.writes or (
                    write == "update" and not watch.on_change
                ):
                    continue
                body = make("NAME", kind, watch, write)
                digest = hashlib.sha256("".join(body).encode()).hexdigest()[:8]
                name = f"{PREFIX}{kind.name}_{number}_{write}_{digest}"
                yield name, kind, make(name, kind, watch, write)


def _columns(watch: Watch) -> tuple[str, ...]:
    return ("id", *watch.uses)


def _postgresql(name: str, kind: FeedKind, watch: Watch, write: Write) -> list[str]:
    table = watch.model._meta.db_table
    columns = _columns(watch)
    if write == "update":
        both = ", ".join(f"old_.{c}" for c in columns)
        new = ", ".join(f"new_.{c}" for c in columns)
        were = ", ".join(f"old_.{c}" for c in watch.on_change)
        are = ", ".join(f"new_.{c}" for c in watch.on_change)
        paired = (
            "stale old_ JOIN fresh new_ ON new_.id = old_.id"
            f" WHERE ROW({were}) IS DISTINCT FROM ROW({are})"
        )
        changed = f"(SELECT {both} FROM {paired} UNION SELECT {new} FROM {paired})"  # noqa: S608 - our own names
        tables = "REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
    else:
        source = "fresh" if write == "insert" else "stale"
        changed = f"(SELECT {', '.join(columns)} FROM {source})"  # noqa: S608 - our own names
        side = "NEW" if write == "insert" else "OLD"
        tables = f"REFERENCING {side} TABLE AS {source}"
    keys = watch.keys.replace("{changed}", changed)
    return [
        f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO feed_touched (tx, kind, key)
            SELECT DISTINCT txid_current(), '{kind.name}', CAST(k.key AS text)
            FROM ({keys}) k WHERE k.key IS NOT NULL;
            IF FOUND THEN
                PERFORM feed_note();
            END IF;
            RETURN NULL;
        END $$""",  # noqa: S608 - names of our own
        f"CREATE TRIGGER {name} AFTER {write.upper()} ON {table} {tables}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


def _sqlite(name: str, kind: FeedKind, watch: Watch, write: Write) -> list[str]:
    table = watch.model._meta.db_table
    columns = _columns(watch)
    old = "SELECT " + ", ".join(f"OLD.{c} AS {c}" for c in columns)
    new = "SELECT " + ", ".join(f"NEW.{c} AS {c}" for c in columns)
    when = ""
    if write == "update":
        changed = f"({old} UNION {new})"
        when = " OF " + ", ".join(watch.on_change)
        differs = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in watch.on_change)
    else:
        changed = f"({new})" if write == "insert" else f"({old})"
        differs = "1"
    keys = watch.keys.replace("{changed}", changed)
    body = "; ".join(_numbering(kind.name, keys))
    return [
        f"CREATE TRIGGER {name} AFTER {write.upper()}{when} ON {table}"
        f" WHEN {differs} BEGIN {body}; END"
    ]


def _numbering(kind: str, keys: str) -> list[str]:
    """Return what gives the keys of a query their next number, on SQLite.

    Nothing in it may conflict: within a trigger the outer statement says what a
    conflict does.
    """
    text = f"SELECT DISTINCT CAST(k.key AS text) AS key FROM ({keys}) k"  # noqa: S608 - our own names
    following = f"(SELECT coalesce(max(seq), 0) + 1 FROM {_TABLE})"  # noqa: S608 - our own names
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    return [
        f"INSERT INTO {_TABLE} (kind, key, seq, born, changed_at)"  # noqa: S608 - our own names
        f" SELECT '{kind}', n.key, 0, 0, {now} FROM ({text}) n"
        " WHERE n.key IS NOT NULL AND NOT EXISTS (SELECT 1"
        f" FROM {_TABLE} c WHERE c.kind = '{kind}' AND c.key = n.key)",
        f"UPDATE {_TABLE} SET seq = {following}, changed_at = {now}"  # noqa: S608 - our own names
        f" WHERE kind = '{kind}' AND key IN ({text})",
        f"UPDATE {_TABLE} SET born = seq WHERE born = 0"  # noqa: S608 - our own names
        f" AND kind = '{kind}' AND key IN ({text})",
    ]


def _there(connection: Any) -> dict[str, str]:
    """Return our triggers by name, each with its table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, c.relname FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgname LIKE 'feed\\_%%'"
                " AND t.tgname <> 'feed_at_commit'"
                " AND pg_table_is_visible(c.oid)",
                [],
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master"
                " WHERE type = 'trigger' AND name LIKE 'feed\\_%%' ESCAPE '\\'",
                [],
            )
        return dict(cursor.fetchall())


def _drop(vendor: str, name: str, table: str) -> str:
    if vendor == "postgresql":
        return f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()"
    return f"DROP TRIGGER {name}"
