"""What every test may rely on."""

import os

import pytest
from django.conf import settings as product
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import SimpleTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests import migrated

# A busy machine is no reason to fail: how long an example takes is measured elsewhere.
# At a desk each run looks at other examples; a submission is judged on the same ones.
settings.register_profile(
    "patient",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")


def pytest_configure():
    """Draw the same hours and lots on every machine, whatever its own secret is."""
    product.CHECKS_DRAW_SECRET = "what the suite draws with"  # noqa: S105


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, django_db_blocker
):
    """Let test databases begin as copies of a migrated one."""
    with django_db_blocker.unblock():
        migrated.use(connection)


@pytest.fixture(scope="session")
def django_db_keepdb(request):
    """Keep the copy that was put in place; its folder goes with the process."""
    return connection.vendor == "sqlite" or request.config.getvalue("reuse_db")


# Whoever asks for one of these, or for a fixture that does, touches a database.
_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what proves the same on any database, for the pass on the second one.

    That is what touches none (pytest-django refuses it to such a test, so that the mark
    cannot be wrong), what a browser shows, and what pages say: what they read is asked
    of selectors and services on both. Real packs are loaded once, into the database of
    real use.
    """
    for item in items:
        if item.get_closest_marker("browser") or _asks_pages(item):
            item.add_marker("one_database")
        asks = item.get_closest_marker("django_db") or _DATABASE & set(
            getattr(item, "fixturenames", ())
        )
        if not asks and not issubclass(item.cls or object, SimpleTestCase):
            item.add_marker("no_database")
        elif item.get_closest_marker("real") and not _only_here(item):
            item.add_marker("on_postgresql")
        if item.get_closest_marker("on_postgresql") and _only_here(item):
            raise pytest.UsageError(f"{item.nodeid} would run in neither pass")
        group = _made_once(item)
        # What flushes the database runs after all that do not, group or no group.
        if group and not _flushes(item) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group))


def _only_here(item):
    """Tell whether the second pass leaves the test out."""
    return any(map(item.get_closest_marker, ("own_database", "one_database")))


def _asks_pages(item):
    """Tell whether pages are asked: by a client, the table of sight, or its module."""
    by_name = {"views", "pages"} & set(item.path.stem.split("_"))
    asked = {"client", "seen"} & set(getattr(item, "fixturenames", ()))
    return bool(by_name or asked)


def _flushes(item):
    """Tell whether the test ends by emptying the database."""
    marker = item.get_closest_marker("django_db")
    flushing = {"transactional_db", "live_server"} & set(
        getattr(item, "fixturenames", ())
    )
    return bool(flushing) or (marker is not None and marker.kwargs.get("transaction"))


def _made_once(item):
    """Return the module or class whose fixture the test shares with others, or None.

    Spread over processes they would make it once in each: a world, a loaded pack.
    """
    info = getattr(item, "_fixtureinfo", None)
    ours = [
        found[-1].scope
        for found in (info.name2fixturedefs.values() if info else ())
        if found[-1].baseid.startswith("tests")
    ]
    module, *within = item.nodeid.split("[")[0].split("::")
    if "module" in ours:
        return module
    return "::".join([module, *within[:-1]]) if "class" in ours else None


@pytest.fixture(autouse=True)
def english():
    """Begin in English: a request leaves its language behind in the thread."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def content_types(request):
    """Forget the ids of content types around a test that flushes the database.

    A history line names its kind by that id, and Django remembers it for the process.
    """
    flushes = _flushes(request.node)
    if flushes:
        ContentType.objects.clear_cache()
    yield
    if flushes:
        ContentType.objects.clear_cache()
