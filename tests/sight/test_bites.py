"""The table and the canaries bite: with any one filter off, something goes red.

One `visible_to` after the other is made to return everything. Only the questions that
reach it are asked again, so that all of them together take seconds.
"""

from collections import defaultdict

import pytest
from django.apps import apps

from tests.sight.asking import ask_route, objects
from tests.sight.canaries import leaks
from tests.sight.routes import ROUTES
from tests.sight.test_table import law

pytestmark = pytest.mark.django_db

# Somebody without powers, and one for each way of having some.
ASKING = (
    *("nobody", "clerk", "store_manager", "regional_supervisor"),
    *("administrator", "agency"),
)

# Filters that change no answer by themselves, and why. Whatever is listed here must
# stay quiet, so that a line goes as soon as a page relies on its filter alone.
_IN_FRONT = "the filter of what it belongs to stands in front of it"
_NO_PAGE = "no address lists its rows"
_POWER = "the page asks for a power that is held everywhere or not at all"
_LEFT_OUT = "what it leaves out for an administrator is in tests of the history"
QUIET = {
    "outlets.places.models.ZoneQuerySet": _NO_PAGE,
    "outlets.flow.models.FlowQuerySet": "flow is read by outlets that are filtered",
    "staffing.people.models.employees.AssignmentQuerySet": _IN_FRONT,
    "staffing.people.models.access.RoleGrantQuerySet": _POWER,
    "staffing.people.personal.models.ErasureQuerySet": _POWER,
    "staffing.people.personal.models.RetentionRuleQuerySet": _POWER,
    "staffing.people.personal.models.RetentionReportQuerySet": _POWER,
    "staffing.accounts.models.access.AccessQuerySet": _LEFT_OUT,
    "staffing.accounts.models.history.HistoryQuerySet": _LEFT_OUT,
    "staffing.accounts.models.devices.DeviceQuerySet": _POWER,
    "staffing.accounts.models.service.ServiceAccountQuerySet": _POWER,
    "staffing.rosters.models.RosterDayQuerySet": _NO_PAGE,
    "evaluations.ledger.models.PeriodChangeQuerySet": _POWER,
    "evaluations.standards.models.VersionQuerySet": _IN_FRONT,
    "evaluations.standards.models.ItemQuerySet": _IN_FRONT,
    "evaluations.checks.models.CheckMarkQuerySet": _IN_FRONT,
    "evaluations.checks.models.CorrectionQuerySet": _IN_FRONT,
    "evaluations.complaints.models.CaseChangeQuerySet": _IN_FRONT,
    "evaluations.rankings.place_models.PlaceSchemeQuerySet": _NO_PAGE,
    "evaluations.rankings.place_models.PlaceRunQuerySet": _IN_FRONT,
    "evaluations.rankings.place_models.RegionStandingQuerySet": _IN_FRONT,
    "evaluations.rankings.models.SeenListQuerySet": _IN_FRONT,
    "evaluations.targets.models.MonthWeightQuerySet": _IN_FRONT,
}


def _filters() -> dict[str, type]:
    """Return every QuerySet class of the project that has a `visible_to`."""
    found = {}
    for model in apps.get_models():
        queryset = type(model._default_manager.get_queryset())
        if "visible_to" in vars(queryset):
            found[f"{queryset.__module__}.{queryset.__name__}"] = queryset
    return found


FILTERS = _filters()


def _questions(world):
    for route in ROUTES:
        for which, place in objects(world, route):
            for role in ASKING:
                yield route, which, place, role


@pytest.fixture(scope="module")
def reached(world, cookies):
    """By the name of a filter: the questions whose answers pass through it."""
    found, now = defaultdict(list), set()
    with pytest.MonkeyPatch.context() as patch:
        for name, queryset in FILTERS.items():
            patch.setattr(queryset, "visible_to", _noting(queryset, name, now))
        for question in _questions(world):
            now.clear()
            route, _which, place, role = question
            ask_route(cookies[role], world, route, place)
            for name in now:
                found[name].append(question)
    return found


def _noting(queryset, name, now):
    original = queryset.visible_to

    def visible_to(self, *args, **kwargs):
        now.add(name)
        return original(self, *args, **kwargs)

    return visible_to


def _wrong(world, cookies, stated, question) -> bool:
    """Tell whether an answer now differs from the law, or names what it may not."""
    route, which, place, role = question
    try:
        answer = ask_route(cookies[role], world, route, place)
    except Exception:  # noqa: BLE001 - a page that breaks is red as well
        return True
    differs = answer.status_code != stated[route.label, which, role]
    return differs or bool(leaks(world, role, place, route, answer))


@pytest.mark.parametrize("name", FILTERS)
def test_without_a_filter_something_goes_red(
    name, world, cookies, reached, monkeypatch
):
    stated = law()
    monkeypatch.setattr(FILTERS[name], "visible_to", lambda self, *a, **k: self)
    red = any(_wrong(world, cookies, stated, one) for one in reached[name])
    assert red is (name not in QUIET), QUIET.get(name)
