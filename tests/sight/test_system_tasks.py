"""Whatever reads without a filter has a line that says why."""

from django.apps import apps
from django.core.management import get_commands

import config
from tests.sight.system_tasks import FOR_A_PERSON, SYSTEM


def _ours() -> set[str]:
    """Return every task that a worker knows and every command, but others' own."""
    rooms = {app.name for app in apps.get_app_configs() if app.path in _paths()}
    config.celery_app.loader.import_default_modules()
    others = ("celery.", "tests.")
    tasks = {name for name in config.celery_app.tasks if not name.startswith(others)}
    commands = {name for name, room in get_commands().items() if room in rooms}
    return tasks | commands


def _paths() -> set[str]:
    storeys = ("outlets", "staffing", "evaluations", "simulation")
    return {
        app.path for app in apps.get_app_configs() if app.name.split(".")[0] in storeys
    }


def test_every_task_and_command_says_for_whom_it_works():
    named = SYSTEM.keys() | FOR_A_PERSON.keys()
    found = _ours()
    assert found - named == set(), "give each a line in tests/sight/system_tasks.py"
    assert named - found == set(), "these are no longer there"


def test_every_line_says_why():
    assert [n for n, why in {**SYSTEM, **FOR_A_PERSON}.items() if len(why) < 15] == []
    assert SYSTEM.keys() & FOR_A_PERSON.keys() == set()
