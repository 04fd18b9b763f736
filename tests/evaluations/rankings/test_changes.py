"""Revisions and late records: who is concerned, and that nothing published moves."""

from datetime import date

import pytest
from django.urls import reverse

from evaluations.rankings.selectors.changes import (
    changes_between,
    late_changes,
    previous_revision,
)
from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_bar,
    post_month,
    published,
    ranked,
    worker,
)
from tests.evaluations.rankings.pages import text_of
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    outlet = outlet_in_county()
    people = [worker(outlet, number=f"E{number}") for number in range(4)]
    for person, good in zip(people, (90, 80, 70, 60), strict=True):
        post_month(person, onsite=(good, 100))
    return people


def told(changes):
    return {
        one.employee.number: (one.before.rank, one.after.rank, one.own, one.why)
        for one in changes
    }


def test_late_records_say_who_would_move_and_move_nobody(people):
    run = published(ranked())
    assert late_changes(run) == []
    frozen = list(run.standings.order_by("pk").values())
    post(line(people[2], "mystery", date(2026, 10, 9), points=10_000, out_of=10_000))
    post_bar(people[3])
    assert told(late_changes(run)) == {
        "E2": (3, 2, True, ["mystery visit 2026-10-09"]),
        "E3": (4, 4, True, ["red line 2026-10-05"]),
        "E1": (2, 3, False, []),
    }
    assert list(run.standings.order_by("pk").values()) == frozen
    run.refresh_from_db()
    assert (run.state, run.revision) == ("published", 1)


def test_the_page_says_before_and_after_and_who_may_win_no_more(client, people):
    run = published(ranked())
    post(line(people[2], "mystery", date(2026, 10, 9), points=10_000, out_of=10_000))
    post_bar(people[3])
    assert [one.eligibility for one in late_changes(run)] == ["", "lost", ""]
    client.force_login(granted_user("operations"))
    text = text_of(client.get(reverse("rankings:late", args=[run.pk])))
    for shown in (
        "3 → <strong>2</strong>",
        "2 → <strong>3</strong>",
        "Mystery visit",
        "9 Oct 2026",
        "Red line",
        "no longer eligible",
        "others moved",
    ):
        assert shown in text, shown
    assert reverse("rankings:explain", args=[run.pk, "E2"]) in text


def test_a_revision_names_exactly_those_whom_it_tells_apart(people):
    first = published(ranked())
    assert previous_revision(first) is None
    post(line(people[1], "mystery", date(2026, 10, 9), points=0, out_of=10_000))
    second = published(ranked())
    assert previous_revision(second) == first
    everybody = granted_user("hr")
    found = told(changes_between(first, second, everybody))
    assert found == {
        "E1": (2, 4, True, ["mystery visit 2026-10-09"]),
        "E2": (3, 2, False, []),
        "E3": (4, 3, False, []),
    }
    clerk = UserFactory(employee=people[2])
    assert set(told(changes_between(first, second, clerk))) == {"E2"}
    first.refresh_from_db()
    assert first.standings.get(employee=people[1]).rank_all == 2


def test_what_was_posted_elsewhere_is_not_told_to_who_leads_here(people):
    """Listed here, she was visited at another outlet: that record is not theirs."""
    first = published(ranked())
    there, on = OutletFactory(), date(2026, 10, 9)
    post(line(people[1], "mystery", on, outlet_id=there.pk, points=0, out_of=10_000))
    second = published(ranked())
    here = people[1].assignments.get().outlet
    lead = granted_user("store_manager", outlet=here)
    for viewer, why in ((lead, []), (granted_user("hr"), ["mystery visit 2026-10-09"])):
        assert told(changes_between(first, second, viewer))["E1"] == (2, 4, True, why)


def test_records_of_other_periods_change_nothing(people):
    run = published(ranked())
    post_month(people[0], "2026-11", onsite=(10, 100))
    assert late_changes(run) == []


def test_a_quarter_keeps_the_adjusted_months_that_were_published(people):
    for month, good in (("2026-10", None), ("2026-11", 75)):
        if good:
            for number, person in enumerate(people):
                post_month(person, month, onsite=(good - number, 100), mystery=80)
        published(ranked(month, scheme="service_star_fair"))
    quarter = ranked("2026-Q4", scheme="service_star_fair")
    before = list(quarter.standings.order_by("position").values_list("adjusted_score"))
    # What comes too late is in the ledger, and in no published month.
    post(line(people[0], "mystery", date(2026, 10, 9), points=0, out_of=10_000))
    again = ranked("2026-Q4", scheme="service_star_fair")
    after = list(again.standings.order_by("position").values_list("adjusted_score"))
    assert before == after
    assert again.hash == quarter.hash
    months = {
        run.period: run.standings
        for run in type(quarter).objects.filter(pk__in=quarter.month_runs.values())
    }
    for standing in quarter.standings.all():
        of = [
            months[code].get(employee=standing.employee_id).adjusted_score
            for code in ("2026-10", "2026-11")
        ]
        assert abs(standing.adjusted_score - sum(of) / 2) < 2e-6
