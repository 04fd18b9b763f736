"""A migrated database, made once and copied for every process that tests.

All migrations take half a minute of processor time, a copy takes a second. What was
made is kept until a migration, or something that migrations read, is another:
in `var/tests` for SQLite, beside the database of `DATABASE_URL` for PostgreSQL.
`python -m tests.migrated` makes it ahead of time.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "tests"
PACKAGES = ("outlets", "staffing", "evaluations", "simulation")


def state() -> str:
    """Return a digest of all that migrations are made of and read, versions too."""
    files = {ROOT / "requirements" / "dev.lock"}
    files.update((ROOT / "config" / "settings").glob("*.py"))
    for package in PACKAGES:
        for kind in ("migrations", "shipped"):
            files |= set((ROOT / package).glob(f"**/{kind}/**/*.py"))
            files |= set((ROOT / package).glob(f"**/{kind}/**/*.json"))
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def use(connection) -> None:
    """Let the test database of `connection` begin as a copy; make the original first.

    Call it before the test database is created. On SQLite the copy is put in place, to
    be kept; PostgreSQL is told which database to copy.
    """
    if connection.vendor == "sqlite":
        copy_to(connection.creation._get_test_db_name())
    else:
        with _alone(connection.vendor):
            connection.settings_dict["TEST"]["TEMPLATE"] = _database(connection)
    connection.settings_dict["TEST"]["MIGRATE"] = False


def copy_to(path: Path | str) -> None:
    """Put a migrated SQLite database at `path`, for processes of a test's own."""
    with _alone("sqlite"):
        shutil.copy(_file(), path)


def put_back(connection) -> None:
    """Put back what migrations wrote and a test before has emptied; SQLite only.

    Rows that stand already are left as they are. Call it outside any transaction.
    """
    with connection.cursor() as cursor:
        with _alone("sqlite"):
            cursor.execute("ATTACH DATABASE %s AS shipped", [str(_file())])
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("SELECT name FROM shipped.sqlite_master WHERE type = 'table'")
        for (table,) in cursor.fetchall():
            if not table.startswith(("sqlite_", "django_migrations")):
                cursor.execute(
                    f'INSERT OR IGNORE INTO main."{table}" '  # noqa: S608 its own name
                    f'SELECT * FROM shipped."{table}"'
                )
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("DETACH DATABASE shipped")


@contextmanager
def _alone(vendor: str) -> Iterator[None]:
    """Let one process at a time make the original, while the others wait for it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file() -> Path:
    made = FOLDER / f"migrated-{state()}.sqlite3"
    if not made.exists():
        for old in FOLDER.glob("*.sqlite3*"):
            old.unlink()
        making = FOLDER / "making.sqlite3"
        _migrate(f"sqlite:///{making}")
        making.rename(made)
    return made


def _database(connection) -> str:
    """Return the name of the original; each checkout has one of its own."""
    here = hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]
    ours = f"{connection.settings_dict['NAME']}_migrated_{here}_"
    name, making = f"{ours}{state()}", f"{ours}making"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ^@ %s", [ours])
        there = [row[0] for row in cursor.fetchall()]
        if name not in there:
            for old in there:
                cursor.execute(f'DROP DATABASE "{old}"')
            cursor.execute(f'CREATE DATABASE "{making}"')
            address = urlsplit(os.environ["DATABASE_URL"])
            _migrate(address._replace(path=f"/{making}").geturl())
            cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def _migrate(address: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
    )


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django  # noqa: PLC0415 - after the settings are named
    from django.db import connection  # noqa: PLC0415

    django.setup()
    with _alone(connection.vendor):
        _file() if connection.vendor == "sqlite" else _database(connection)


if __name__ == "__main__":
    main()
