"""The table and the canaries bite: with any one filter off, something goes red.

One `visible_to` after the other is made to return everything. Only the questions that
reach it are asked again, so that all of them together take seconds.
"""

from collections import defaultdict

import pytest

from tests.sight.asking import ask_route, objects
from tests.sight.canaries import leaks
from tests.sight.crawl import FILTERS
from tests.sight.routes import ROUTES
from tests.sight.test_table import law

# What is proven is that the tests bite, and they are the same on every database.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
    pytest.mark.xdist_group("crawl"),
]

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
_PART = "only who audits a part of the chain meets it: test_sideways.py asks as her"
QUIET = {
    "outlets.places.models.ZoneQuerySet": _NO_PAGE,
    "staffing.people.models.access.RoleGrantQuerySet": _POWER,
    "staffing.people.personal.models.ErasureQuerySet": _POWER,
    "staffing.people.personal.models.RetentionRuleQuerySet": _POWER,
    "staffing.people.personal.models.RetentionReportQuerySet": _POWER,
    "staffing.accounts.models.devices.DeviceQuerySet": _PART,
    "staffing.accounts.models.service.ServiceAccountQuerySet": _POWER,
    "evaluations.feed.models.WebhookQuerySet": _POWER,
    "evaluations.ledger.models.PeriodChangeQuerySet": _NO_PAGE,
    "evaluations.standards.models.standards.VersionQuerySet": _IN_FRONT,
    "evaluations.standards.models.standards.ItemQuerySet": _IN_FRONT,
    "evaluations.standards.models.drafts.DraftItemQuerySet": _NO_PAGE,
    "evaluations.checks.models.checks.CheckMarkQuerySet": _NO_PAGE,
    "evaluations.checks.models.corrections.CorrectionQuerySet": _IN_FRONT,
    "evaluations.checks.models.actions.ActionStepQuerySet": _NO_PAGE,
    "staffing.rosters.models.owners.AreaOwnerQuerySet": _NO_PAGE,
    "staffing.rosters.models.asking.WishQuerySet": _IN_FRONT,  # one's own
    "staffing.rosters.models.months.RosterChangeQuerySet": _IN_FRONT,  # one's own
    "staffing.rosters.models.months.RosterQuerySet": _NO_PAGE,
    "staffing.rosters.models.months.PlannedDayQuerySet": _NO_PAGE,
    "evaluations.checks.models.floor.FloorTapQuerySet": _IN_FRONT,
    "evaluations.checks.models.floor.SpillQuerySet": _IN_FRONT,
    "evaluations.checks.models.devices.DeviceDayQuerySet": _NO_PAGE,
    "evaluations.checks.models.locating.LocatedRegionQuerySet": _IN_FRONT,
    "evaluations.checks.models.rechecks.RetakenQuerySet": _NO_PAGE,
    "evaluations.awards.models.nominations.BallotQuerySet": _IN_FRONT,
    "evaluations.awards.models.rounds.ExtensionQuerySet": _IN_FRONT,
    "evaluations.awards.models.giving.FundLineQuerySet": _NO_PAGE,
    "evaluations.awards.models.lists.OutletAwardQuerySet": _IN_FRONT,
    "evaluations.growth.models.projects.StepQuerySet": _IN_FRONT,
    "evaluations.growth.models.projects.ScoreQuerySet": _IN_FRONT,
    "evaluations.growth.models.contests.JudgeQuerySet": _IN_FRONT,
    "evaluations.growth.models.contests.MarkQuerySet": _NO_PAGE,
    "evaluations.growth.models.contests.CustomerMarksQuerySet": _NO_PAGE,
    "evaluations.mystery.models.questionnaires.QuestionnaireVersionQuerySet": _NO_PAGE,
    "evaluations.mystery.models.questionnaires.VisitQuestionQuerySet": _NO_PAGE,
    "evaluations.mystery.models.questionnaires.QuestionnaireDraftQuerySet": _IN_FRONT,
    "evaluations.mystery.models.waves.QuotaQuerySet": _NO_PAGE,
    "evaluations.mystery.models.reports.AnswerQuerySet": _IN_FRONT,
    "evaluations.mystery.models.reports.ReportEventQuerySet": _NO_PAGE,
    "evaluations.mystery.models.sendings.SendingQuerySet": _NO_PAGE,
    "evaluations.mystery.models.appeals.VisitAppealEventQuerySet": _NO_PAGE,
    "evaluations.complaints.models.cases.CaseChangeQuerySet": _IN_FRONT,
    "evaluations.complaints.models.events.CaseEventQuerySet": _NO_PAGE,
    "evaluations.complaints.models.events.EscalationQuerySet": _NO_PAGE,
    "evaluations.complaints.models.handling.HandlingQuerySet": _NO_PAGE,
    "evaluations.feedback.models.counters.CounterStintQuerySet": _NO_PAGE,
    "evaluations.feedback.models.counters.SetAsideQuerySet": _IN_FRONT,
    "evaluations.complaints.models.orders.OrderEventQuerySet": _IN_FRONT,
    "evaluations.complaints.models.orders.OrderStepQuerySet": _IN_FRONT,
    "evaluations.complaints.models.red_lines.RedLinePartyQuerySet": _IN_FRONT,
    "evaluations.complaints.models.red_lines.RedLineEventQuerySet": _IN_FRONT,
    "evaluations.rankings.models.places.PlaceSchemeQuerySet": _NO_PAGE,
    "evaluations.rankings.models.places.PlaceRunQuerySet": _IN_FRONT,
    "evaluations.rankings.models.review.SeenListQuerySet": _POWER,
    "evaluations.targets.models.MonthWeightQuerySet": _POWER,
}


@pytest.fixture(scope="module")
def reached(world, seen):
    """By the name of a filter: the questions whose answers pass through it."""
    found = defaultdict(list)
    for route in ROUTES:
        for which, place in objects(world, route):
            for role in ASKING:
                for name in seen[route.label, which, role].through:
                    found[name].append((route, which, place, role))
    return found


def _wrong(world, cookies, stated, question) -> bool:
    """Tell whether an answer now differs from the law, or names what it may not."""
    route, which, place, role = question
    try:
        answer = ask_route(cookies[role], world, route, place)
    except Exception:  # noqa: BLE001 - a page that breaks is red as well
        return True
    differs = answer.status_code != stated[route.label, which, role]
    return differs or bool(leaks(world, role, place, route, answer))


def test_what_is_said_of_quiet_filters_is_so(reached):
    """A reason is looked up, not believed: asked for by no page, or by some."""
    assert QUIET.keys() - set(FILTERS) == set(), "there is no such filter"
    asked = {name for name in QUIET if reached[name]}
    never = {name for name, why in QUIET.items() if why == _NO_PAGE}
    behind = {name for name, why in QUIET.items() if why == _IN_FRONT}
    assert (asked & never, behind - asked) == (set(), set())


@pytest.mark.parametrize("name", FILTERS)
def test_without_a_filter_something_goes_red(
    name, world, cookies, reached, monkeypatch
):
    stated = law()
    monkeypatch.setattr(FILTERS[name], "visible_to", lambda self, *a, **k: self)
    red = any(_wrong(world, cookies, stated, one) for one in reached[name])
    assert red is (name not in QUIET), QUIET.get(name)
