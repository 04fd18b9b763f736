"""Run the whole suite: lint, SQLite, PostgreSQL where one answers; name what was not.

With CI set, a part that cannot run is a failure, not a skip.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg

BIN = Path(sys.executable).parent
IN_CI = bool(os.environ.get("CI"))
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
    done = subprocess.run(  # noqa: S603
        command, env=os.environ | environment, check=False
    )
    return done.returncode == 0


def main() -> int:
    pytest = str(BIN / "pytest")
    suite = [pytest, "-n", "2", "--dist", "loadgroup", "-q"]
    missing: list[str] = []
    ok = [
        step("format", [str(BIN / "ruff"), "format", "--check", "."]),
        step("lint", [str(BIN / "ruff"), "check", "."]),
        step("imports", [str(BIN / "lint-imports")]),
        step("types", [str(BIN / "mypy"), "."]),
        step("suite on SQLite", suite, DATABASE_URL="sqlite://:memory:"),
    ]
    address = postgresql()
    if address:
        again = [*suite, "-m", "not own_database"]
        ok.append(step("suite on PostgreSQL", again, DATABASE_URL=address))
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
