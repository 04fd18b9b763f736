"""A ranking computed by a real worker over a real broker, in processes of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
import redis

from tests.migrated import copy_to

ROOT = Path(__file__).resolve().parent.parent
REDIS = "redis://127.0.0.1:6379/9"
PATIENCE_SECONDS = 60

START = """
from evaluations.ledger.periods import Period
from evaluations.rankings.services.runs import start_run
print(start_run(period=Period.parse("2026-10"), scheme="onsite", by=None).pk)
"""
LOAD = """
import os
from django.core.management import call_command
for kind in os.environ["KINDS"].split():
    call_command("ingest", kind, f"{os.environ['PACK']}/{kind}.csv")
"""
LOOK = """
from evaluations.rankings.models import Run
run = Run.objects.get()
print(run.step, run.failed, run.people, run.ranked)
"""
PACK = {
    "regions": "code,name,level\nNS,Nanshan,county\n",
    "outlets": "code,name,region_code\nO1,South,NS\n",
    "employees": "number,name,post\nE1,Li Na,clerk\nE2,Wang Wei,clerk\n",
    "assignments": (
        "employee_number,outlet_code,from\nE1,O1,2020-01-01\nE2,O1,2020-01-01\n"
    ),
    "ratings": (
        "uuid,outlet_code,employee_number,channel,rated_at,score\n"
        "11111111-1111-4111-8111-111111111111,O1,E1,pad,2026-10-05T10:00:00,5\n"
    ),
}


def _redis_answers():
    try:
        return redis.Redis.from_url(REDIS).ping()
    except redis.ConnectionError:
        return False


@pytest.fixture(params=["redis", "filesystem"])
def environment(request, tmp_path):
    """A scratch database with a small pack, and one broker."""
    broker = "filesystem://"
    if request.param == "redis":
        if not _redis_answers():
            if os.environ.get("CI"):
                pytest.fail("Redis does not answer on port 6379")
            pytest.skip("Redis does not answer on port 6379")
        broker = REDIS
    values = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": os.environ["SECRET_KEY"],
        "DATABASE_URL": f"sqlite:///{tmp_path}/broker.sqlite3",
        "CELERY_BROKER_URL": broker,
        "CELERY_QUEUE": f"test-{uuid4()}",
        "STARHALL_VAR": str(tmp_path / "var"),
    }
    copy_to(tmp_path / "broker.sqlite3")
    for kind, text in PACK.items():
        (tmp_path / f"{kind}.csv").write_text(text)
    pack = {"PACK": str(tmp_path), "KINDS": " ".join(PACK)}
    _manage(values | pack, "shell", "-v0", "-c", LOAD)
    return values


def _manage(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.mark.broker
@pytest.mark.own_database
def test_a_worker_computes_the_run_that_a_page_started(environment):
    worker = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "celery"),
            *("-A", "config", "worker", "--pool", "solo", "--loglevel", "warning"),
        ],
        cwd=ROOT,
        env=environment,
    )
    try:
        _manage(environment, "shell", "-v0", "-c", START)
        until = time.monotonic() + PATIENCE_SECONDS
        seen = ""
        while not seen.startswith("done") and time.monotonic() < until:
            time.sleep(1)
            seen = _manage(environment, "shell", "-v0", "-c", LOOK)
        assert seen == "done False 2 1"
    finally:
        worker.terminate()
        worker.wait(timeout=20)
