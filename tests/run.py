"""Run the whole suite: lint, SQLite, PostgreSQL where one answers; name what was not.

With CI set, a part that cannot run is a failure, not a skip. The pass on PostgreSQL
leaves out what proves the same on any database; docs/testing.md says how that is told.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg

BIN = Path(sys.executable).parent
IN_CI = bool(os.environ.get("CI"))
SQLITE = "sqlite://:memory:"
USUAL_POSTGRESQL = (
    "postgres:///postgres",
    "postgres://postgres@127.0.0.1:5432/postgres",
)


def postgresql() -> str | None:
    """Return the address of a PostgreSQL server that lets us create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    for address in [given] if given else USUAL_POSTGRESQL:
        try:
            with psycopg.connect(address.replace("postgres:", "postgresql:", 1)) as it:
                row = it.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles"
                    " WHERE rolname = current_user"
                ).fetchone()
        except psycopg.OperationalError:
            continue
        if row and row[0]:
            return address
    return None


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def step(title: str, command: list[str], **environment: str) -> bool:
    print(f"\n=== {title} ===", flush=True)  # noqa: T201
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603
        command, env=os.environ | environment, check=False
    )
    print(f"({title}: {time.monotonic() - began:.0f} s)", flush=True)  # noqa: T201
    return done.returncode == 0


def migrating(address: str) -> subprocess.Popen:
    """Begin to make the migrated database that the workers of a pass will copy.

    A pass that comes too early waits for it; one that finds none makes it.
    """
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "tests.migrated"],
        env=os.environ | {"DATABASE_URL": address},
    )


def main() -> int:
    # Each of the many processes would compile all of the code and the tests again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    pytest = str(BIN / "pytest")
    # In the order they were collected in: what empties the database comes last.
    groups = ["--dist", "loadgroup", "--no-loadscope-reorder"]
    # One more process than processors: what waits for a browser leaves them idle.
    workers = str((os.cpu_count() or 1) + 1)
    suite = [pytest, "-n", workers, *groups, "-q"]
    missing: list[str] = []
    address = postgresql()
    # While types are checked, which leaves a processor idle.
    made = [migrating(one) for one in (SQLITE, address) if one]
    ok = [
        step("format", [str(BIN / "ruff"), "format", "--check", "."]),
        step("lint", [str(BIN / "ruff"), "check", "."]),
        step("imports", [str(BIN / "lint-imports")]),
        step("types", [str(BIN / "mypy"), "."]),
    ]
    for one in made:
        one.wait()
    # What takes long and proves the same on any database runs on that of real use.
    first = [*suite, "-m", "not on_postgresql"] if address else suite
    ok.append(step("suite on SQLite", first, DATABASE_URL=SQLITE))
    if address:
        once = ("own_database", "one_database", "no_database")
        again = [*suite, "-m", " and ".join(f"not {mark}" for mark in once)]
        # What a power cut would lose matters to no test; each commit waits for no disk.
        given = os.environ.get("PGOPTIONS", "")
        options = f"{given} -c synchronous_commit=off".strip()
        ok.append(
            step("suite on PostgreSQL", again, DATABASE_URL=address, PGOPTIONS=options)
        )
    else:
        missing.append("PostgreSQL (set TEST_DATABASE_URL)")
    if not answers(6379):
        missing.append("Redis on port 6379")
    if not Path("/usr/bin/chromium").exists():
        missing.append("Chromium at /usr/bin/chromium")
    for part in missing:
        print(f"\n*** NOT TESTED: {part} is missing ***", flush=True)  # noqa: T201
    return 0 if all(ok) and not (IN_CI and missing) else 1


if __name__ == "__main__":
    sys.exit(main())
