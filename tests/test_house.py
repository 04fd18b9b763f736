"""The house itself: directions, migrations, and what production demands."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
# What a test run sets for itself, and production would not.
FOREIGN = {
    "SECRET_KEY",
    "STARHALL_DEMO",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
}
STRONG = "production-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ"


def _manage(*arguments, **environment):
    clean = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    code = (
        "import environ; environ.Env.read_env = lambda *a, **k: None;"
        "import sys; sys.argv[0] = 'manage.py';"
        "import manage; manage.main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=clean | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_down_only():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.parametrize("secret", [None, "", "short", "a" * 60])
def test_nothing_starts_without_a_secret_of_its_own(secret):
    given = {} if secret is None else {"SECRET_KEY": secret}
    done = _manage("check", **given)
    assert done.returncode != 0
    assert "SECRET_KEY is missing or weak" in done.stderr


def test_check_deploy_is_clean_with_production_settings():
    done = _manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SECRET_KEY=STRONG,
        ALLOWED_HOSTS="starhall.example",
        DATABASE_URL="postgres://starhall@db.example/starhall",
    )
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_no_lock_file_carries_the_address_of_an_index():
    for lock in [*ROOT.glob("requirements/*.lock"), ROOT / "package-lock.json"]:
        text = lock.read_text()
        assert "index-url" not in text
        assert '"resolved"' not in text


def test_every_page_of_the_documentation_is_in_its_table_of_contents():
    docs = ROOT / "docs"
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (docs / "README.md").read_text()))
    assert listed == {page.name for page in docs.glob("*.md")} - {"README.md"}
