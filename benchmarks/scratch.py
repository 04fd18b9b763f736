"""A database for one benchmark: made, migrated, used, dropped."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg


@contextmanager
def scratch() -> Iterator[str]:
    """Set Django up on an empty migrated database and yield what it stands on.

    `DATABASE_URL` names a PostgreSQL server, whose database of that name is not
    touched; without it the scratch is a SQLite file. Once per process.
    """
    address = os.environ.get("DATABASE_URL", "")
    if address.startswith("postgres"):
        server = urlsplit(address)._replace(scheme="postgresql", path="/postgres")
        name = f"starhall_bench_{os.getpid()}"
        with psycopg.connect(server.geturl(), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
            try:
                _set_up(server._replace(scheme="postgres", path=f"/{name}").geturl())
                yield _described(f"PostgreSQL {admin.info.server_version // 10000}")
            finally:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    else:
        with tempfile.TemporaryDirectory(prefix="starhall-bench-") as folder:
            _set_up(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
            yield _described("SQLite")


def _set_up(address: str) -> None:
    os.environ["DATABASE_URL"] = address
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _described(database: str) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{database}, Python {version}, {os.cpu_count()} cores"
