"""Results: exact figures, whose they are, and at what cost."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.ledger.services import Line, put
from evaluations.mystery.models import Visit, VisitAppeal
from evaluations.mystery.selectors import results as read
from evaluations.mystery.selectors.answers import answers_of
from evaluations.mystery.selectors.kindness import kindness, months_of
from evaluations.mystery.selectors.results import Asked, Mean
from tests.evaluations.mystery.factories import (
    AnswerFactory,
    ReportFactory,
    ScenarioFactory,
    ShopperFactory,
    VersionFactory,
    VisitFactory,
    VisitQuestionFactory,
    WaveFactory,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
SPAN = {"first": "2026-09", "last": "2026-10"}
ASKED = Asked(date(2026, 9, 1), date(2026, 10, 31))


@pytest.fixture
def version():
    """P1 worth 2 points, P2 worth 3 with a bonus B of 1, red line R of 5 in answers."""
    made = VersionFactory()
    for position, (code, section, said) in enumerate(
        [
            ("P1", "process", {"weight": 2}),
            ("P2", "process", {"weight": 3}),
            ("B", "process", {"weight": 1, "bonus": True}),
            ("R", "answers", {"weight": 5, "critical": True}),
            ("A", "answers", {"weight": 5}),
        ],
        start=1,
    ):
        VisitQuestionFactory(
            version=made, code=code, section=section, position=position, **said
        )
    return made


@pytest.fixture
def shopper():
    return ShopperFactory(agency=AgencyFactory(), code="K7", name="Zhao Min")


def visited(outlet, version, shopper, answers, **said):
    """Return a visit whose report answers yes (1) or no (0) by code of question."""
    report = {key: said.pop(key) for key in ("wave", "scenario") if key in said}
    visit = VisitFactory(outlet=outlet, agency=shopper.agency, **said)
    made = ReportFactory(
        done=True,
        state="reviewed",
        outlet=outlet,
        version=version,
        shopper=shopper,
        visit=visit,
        **report,
    )
    for question in version.questions.filter(code__in=answers):
        yes = answers[question.code]
        AnswerFactory(
            report=made,
            question=question,
            value="yes" if yes else "no",
            points=yes * question.weight * 100,
            out_of=0 if question.bonus else question.weight * 100,
        )
    return visit


def test_only_released_visits_count_and_none_that_was_annulled(version, shopper):
    outlet = OutletFactory()
    VisitFactory(outlet=outlet, points=8000)
    VisitFactory(outlet=outlet, points=6000)
    VisitFactory(outlet=outlet, points=0, unreleased=True)
    VisitFactory(
        outlet=outlet, points=0, annulled_at=datetime(2026, 10, 20, tzinfo=UTC)
    )
    VisitFactory(outlet=outlet, points=0, date=date(2026, 8, 31))
    for who in (staff_user("store_manager", outlet), granted_user("operations")):
        assert read.total(ASKED.narrow(read.counted(who))) == Mean(2, 70.0)
    assert read.total(ASKED.narrow(read.counted(UserFactory()))) == Mean(0, None)


def test_a_section_counts_as_the_visit_counts_it(version, shopper):
    outlet = OutletFactory()
    visited(outlet, version, shopper, {"P1": 1, "P2": 0, "R": 1, "A": 0})
    # The bonus lifts process to its best possible and not above it; R takes answers.
    visited(outlet, version, shopper, {"P1": 1, "P2": 1, "B": 1, "R": 0, "A": 1})
    found = read.by_section(read.counted(granted_user("operations")))
    assert [(one.label, one.mean, one.failed) for one in found] == [
        ("being served", Mean(2, 70.0), 0),
        ("the answers", Mean(2, 25.0), 1),
    ]


def test_questions_come_hardest_first_and_few_answers_last(version, shopper):
    outlet = OutletFactory()
    for p1, bonus in ((1, 1), (1, 0), (0, 0), (0, 0)):
        answers = {"P1": p1, "P2": 1, "B": bonus}
        visited(outlet, version, shopper, answers)
    visited(outlet, version, shopper, {"A": 0})
    found = read.by_question(read.counted(granted_user("operations")))
    assert [(one.question.code, one.mean, one.nothing) for one in found] == [
        ("B", Mean(4, 25.0), 3),
        ("P1", Mean(4, 50.0), 2),
        ("P2", Mean(4, 100.0), 0),
        ("A", Mean(1, 0.0), 1),
    ]


def test_waves_scenarios_and_months_have_the_mean_of_their_visits(version, shopper):
    outlet = OutletFactory()
    wave = WaveFactory(code="W-X", title="Autumn")
    bill, plan = ScenarioFactory(title_en="A bill"), ScenarioFactory(title_en="A plan")
    for scenario, points, day in (
        (bill, 6000, date(2026, 9, 30)),
        (bill, 7000, date(2026, 10, 1)),
        (plan, 9000, date(2026, 10, 2)),
    ):
        visited(
            outlet,
            version,
            shopper,
            {},
            wave=wave,
            scenario=scenario,
            points=points,
            date=day,
        )
    VisitFactory(outlet=outlet, points=1000, date=date(2026, 10, 31))
    visits = ASKED.narrow(read.counted(granted_user("operations")))
    assert [(one.label, one.mean) for one in read.by_scenario(visits)] == [
        ("A bill", Mean(2, 65.0)),
        ("A plan", Mean(1, 90.0)),
    ]
    assert [(one.key, one.mean.n) for one in read.by_wave(visits)] == [("W-X", 3)]
    assert [(str(one.period), one.mean) for one in read.by_month(visits)] == [
        ("2026-09", Mean(1, 60.0)),
        ("2026-10", Mean(3, pytest.approx(170 / 3))),
    ]


def test_a_lead_sees_her_people_by_name_and_a_clerk_herself_only(client):
    outlet = OutletFactory(code="GZ1")
    low = staff_user("clerk", outlet, name="Alma")
    high = staff_user("clerk", outlet, name="Bea")
    VisitFactory(outlet=outlet, employee=high.employee, points=9000)
    VisitFactory(outlet=outlet, employee=low.employee, points=5000)
    VisitFactory(outlet=outlet, employee=None)
    VisitFactory()

    def names(user):
        client.force_login(user)
        rows = client.get(reverse("mystery:results_people"), SPAN).context["rows"]
        return [(row["person"], mean.percent) for row, mean in rows]

    assert names(staff_user("store_manager", outlet)) == [("Alma", 50.0), ("Bea", 90.0)]
    assert names(low) == [("Alma", 50.0)]
    client.force_login(low)
    assert client.get(reverse("mystery:results_outlets"), SPAN).status_code == 403
    page = client.get(reverse("mystery:results"), SPAN)
    assert page.context["total"] == Mean(1, 50.0)


def test_outlets_come_with_the_lowest_mean_first(client):
    near, far = OutletFactory(name="Near"), OutletFactory(name="Far")
    VisitFactory(outlet=near, points=9000)
    VisitFactory(outlet=far, points=4000)
    VisitFactory(outlet=far, points=5000)
    client.force_login(granted_user("operations"))
    url = reverse("mystery:results_outlets")
    rows = client.get(url, SPAN).context["rows"]
    assert [(row["name"], mean) for row, mean, _corrected in rows] == [
        ("Far", Mean(2, 45.0)),
        ("Near", Mean(1, 90.0)),
    ]
    rows = client.get(url, SPAN | {"outlet": "ear"}).context["rows"]
    assert [row["name"] for row, _mean, _corrected in rows] == ["Near"]
    of_region = SPAN | {"region": far.region.code}
    rows = client.get(url, of_region).context["rows"]
    assert [row["name"] for row, _mean, _corrected in rows] == ["Far"]


def test_shoppers_have_a_name_for_their_agency_and_a_code_for_others(
    client, version, shopper
):
    visited(OutletFactory(), version, shopper, {}, points=7000)
    other = ShopperFactory(code="K8", name="Someone else")
    visited(OutletFactory(), version, other, {}, points=8000)
    url = reverse("mystery:results_shoppers")

    def rows(user):
        client.force_login(user)
        found = client.get(url, SPAN)
        return [
            (row.name, row.mean.percent) for row, _severity in found.context["rows"]
        ]

    assert rows(granted_user("agency", agency=shopper.agency)) == [("Zhao Min", 70.0)]
    assert sorted(rows(granted_user("operations"))) == [("K7", 70.0), ("K8", 80.0)]
    for user in (staff_user("store_manager"), granted_user("hr")):
        client.force_login(user)
        assert client.get(url, SPAN).status_code == 403


def test_severity_is_told_where_shoppers_share_outlets(client, version, shopper):
    mild = ShopperFactory(agency=shopper.agency, code="K9")
    for outlet in (OutletFactory() for _number in range(4)):
        for who, points in ((shopper, 6000), (mild, 8000)):
            visited(outlet, version, who, {}, points=points)
    client.force_login(granted_user("operations"))
    rows = client.get(reverse("mystery:results_shoppers"), SPAN).context["rows"]
    found = {row.shopper.code: severity.severity for row, severity in rows}
    # Ten points on either side of the mean, drawn in by what is taken for granted.
    assert found["K7"].value == pytest.approx(8)
    assert found["K9"].value == pytest.approx(-8)
    rows = client.get(reverse("mystery:results_outlets"), SPAN).context["rows"]
    assert [(mean, corrected.visits) for _row, mean, corrected in rows] == [
        (Mean(2, 70.0), 2)
    ] * 4


def test_a_region_out_of_reach_is_not_found(client):
    lead = granted_user("regional_supervisor", region=OutletFactory().region)
    client.force_login(lead)
    away = OutletFactory().region.code
    for name in ("results", "results_outlets", "own_checks", "results_chart"):
        answer = client.get(reverse(f"mystery:{name}"), SPAN | {"region": away})
        assert answer.status_code == 404


def test_months_that_are_none_and_in_the_wrong_order_are_told(client):
    client.force_login(granted_user("operations"))
    page = client.get(
        reverse("mystery:results"), {"first": "2026-10", "last": "2026-09"}
    )
    assert "lies before the first" in page.content.decode()
    page = client.get(reverse("mystery:results"), {"first": "x", "last": ""})
    assert page.status_code == 200


@pytest.mark.parametrize("months", [("0001-01", "0001-02"), ("", "9999-12")])
def test_a_month_of_another_century_is_refused_with_words(client, months):
    client.force_login(granted_user("operations"))
    asked = dict(zip(("first", "last"), months, strict=True))
    page = client.get(reverse("mystery:results"), asked)
    assert "Write a month of this century" in page.content.decode()


# --- Own checks beside visits --------------------------------------------------------


def scored(outlet, component, percent, day, n=1):
    """Post an entry of so many percent; `n` of them for visits."""
    put(
        source="test",
        lines=[
            Line(
                source_id=f"{outlet.pk}:{component}:{day}:{number}",
                component=component,
                on=day,
                employee_id=None,
                outlet_id=outlet.pk,
                points=percent * 100,
                out_of=10000,
            )
            for number in range(n)
        ],
    )


@pytest.fixture
def seven():
    """Seven outlets: checks 2, 4, 6, 8 and 10 points above visits, 40, and 1 visit."""
    cache.clear()
    region = OutletFactory().region
    made = []
    for number, gap in enumerate((2, 4, 6, 8, 10, 40, 90)):
        outlet = OutletFactory(code=f"KIND{number}", region=region)
        scored(outlet, "daily", 95, date(2026, 10, 5))
        visits = 1 if gap == 90 else 3
        scored(outlet, "mystery", 95 - gap, date(2026, 9, 5), visits)
        made.append(outlet)
    return made


def test_an_outlet_far_above_the_usual_difference_stands_out(seven):
    found = kindness(granted_user("operations"), ASKED)
    assert [one.gap for one in found.compared] == [40, 10, 8, 6, 4, 2]
    # The median of the six is 7; they lie 5, 3, 1, 1, 3 and 33 around it.
    assert (found.usual.median, found.usual.spread) == (7, pytest.approx(3 * 1.4826))
    assert [one.outlet for one in found.far] == [seven[5].pk]
    assert found.excess(found.compared[0]) == pytest.approx(33 / 4.4478)


def test_a_region_is_measured_by_the_whole_chain(seven):
    away = OutletFactory()
    scored(away, "daily", 90, date(2026, 10, 5))
    scored(away, "mystery", 60, date(2026, 10, 6), 3)
    lead = granted_user("regional_supervisor", region=away.region)
    found = kindness(lead, ASKED)
    assert [one.outlet for one in found.compared] == [away.pk]
    assert (found.usual.outlets, found.usual.median) == (7, 8)


def test_months_tell_both_and_a_gap_where_there_is_nothing(seven):
    months = months_of(granted_user("operations"), ASKED, seven[5])
    assert [(str(one.period), one.checks, one.visits, one.n) for one in months] == [
        ("2026-09", None, 55.0, 3),
        ("2026-10", 95.0, None, 0),
    ]


def test_who_leads_one_outlet_does_not_compare(client, seven):
    client.force_login(staff_user("store_manager", seven[0]))
    for name in ("own_checks", "results_chart"):
        assert client.get(reverse(f"mystery:{name}"), SPAN).status_code == 403
    client.force_login(granted_user("hr"))
    page = client.get(reverse("mystery:own_checks"), SPAN | {"outlet": "KIND5"})
    assert page.context["far"] == 1
    spec = client.get(
        reverse("mystery:results_chart"), SPAN | {"outlet": "KIND5"}
    ).json()
    assert spec["x"]["labels"] == ["2026-09", "2026-10"]
    assert [one["values"] for one in spec["series"]] == [[None, 95.0], [55.0, None]]


# --- The answers of a visit ----------------------------------------------------------


def test_the_outlet_reads_answers_once_released_and_the_region_before(version, shopper):
    outlet = OutletFactory()
    visit = visited(outlet, version, shopper, {"P1": 1, "R": 0, "A": 1})
    hidden = visited(outlet, version, shopper, {"P1": 1}, released_at=None)
    lead = staff_user("store_manager", outlet)
    sheet = answers_of(visit, lead)
    told = [
        (one.label, one.points, one.out_of, one.failed, len(one.lines))
        for one in sheet.sections
    ]
    assert told == [("being served", 2, 2, False, 1), ("the answers", 0, 10, True, 2)]
    assert [line.failed_critical for line in sheet.sections[1].lines] == [True, False]
    assert answers_of(hidden, lead) is None
    region = granted_user("regional_supervisor", region=outlet.region)
    assert answers_of(hidden, region) is not None
    assert answers_of(hidden, granted_user("agency", agency=shopper.agency))
    assert answers_of(visit, staff_user("store_manager")) is None


def test_an_answer_changed_by_an_appeal_shows_what_it_was(version, shopper):
    visit = visited(OutletFactory(), version, shopper, {"P1": 1, "P2": 0})
    by = granted_user("operations")
    appeal = {
        "visit": visit,
        "ground": "fact",
        "words": "x",
        "by": by,
        "due_on": date(2026, 10, 30),
        "decided_at": datetime(2026, 10, 20, tzinfo=UTC),
        "decided_by": by,
        "reason": "x",
    }
    VisitAppeal.objects.create(
        **appeal,
        state="upheld",
        effect="answer",
        was={"answers": {"P1": "no", "P2": "no"}},
        now={"answers": {"P1": "yes", "P2": "no"}},
    )
    lines = answers_of(visit, by).sections[0].lines
    assert [(line.words, line.was) for line in lines] == [("yes", "no"), ("no", "")]


def test_a_visit_without_a_questionnaire_has_no_answers():
    assert answers_of(VisitFactory(), granted_user("operations")) is None


# --- Cost ----------------------------------------------------------------------------

PAGES = [
    *("results", "results_outlets", "results_people"),
    *("results_questions", "results_shoppers", "own_checks"),
]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_results_costs_the_same_for_more_visits(
    client, version, shopper, django_assert_num_queries, name
):
    def some(count):
        for _number in range(count):
            outlet = OutletFactory()
            visited(outlet, version, shopper, {"P1": 1, "P2": 0, "R": 1})
            scored(outlet, "daily", 90, date(2026, 10, 5))
            scored(outlet, "mystery", 80, date(2026, 10, 6), 3)

    client.force_login(granted_user("operations"))
    url = reverse(f"mystery:{name}")
    some(1)
    client.get(url, SPAN)
    with CaptureQueriesContext(connection) as one:
        client.get(url, SPAN)
    some(8)
    with django_assert_num_queries(len(one)):
        client.get(url, SPAN)
    assert Visit.objects.count() == 9


def test_an_outlet_learns_of_no_wave_and_a_region_once_it_is_closed(version, shopper):
    outlet = OutletFactory()
    lead = staff_user("store_manager", outlet)
    region = granted_user("regional_supervisor", region=outlet.region)
    for state in ("running", "closed"):
        wave = WaveFactory(code=f"W-{state}", state=state)
        visited(outlet, version, shopper, {}, wave=wave)
    told = {
        name: {one.key for one in read.by_wave(read.of_told_waves(visits, user))}
        for name, user in (
            *(("lead", lead), ("region", region)),
            ("operations", granted_user("operations")),
        )
        if (visits := read.counted(user)) and visits.count() == 2
    }
    assert told == {
        "lead": set(),
        "region": {"W-closed"},
        "operations": {"W-running", "W-closed"},
    }
