"""Fifty thousand ratings of real people against exact figures."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Q, Sum

from evaluations.feedback.models import Rating
from evaluations.feedback.rules import ranks_by_share, ranks_by_wilson
from evaluations.feedback.selectors import (
    figures_by_employee,
    figures_by_outlet,
    overall_figures,
)
from evaluations.feedback.services.settling import settle
from evaluations.ledger.models import Entry
from outlets.exchange.kinds import Outcome
from tests.outlets.flow.packs import expected, load_file, loaded, same
from tests.real import REAL

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture(scope="module")
def pack(django_db_setup, django_db_blocker):
    with loaded("people", django_db_blocker) as reports:
        yield reports


def test_everything_goes_in_and_a_second_time_nothing_changes(pack):
    for report in pack.values():
        assert (report.rejected, report.taken) == (0, True)
    (name,) = [name for name in pack if "ratings" in name]
    again = load_file(REAL / "people" / name)
    assert again.read == pack[name].read == pack[name].counts[Outcome.CREATED]
    assert again.counts[Outcome.UNCHANGED] == again.read


def check(table, key, figures):
    """Compare figures with the published ones, line by line."""
    counts = [(row.satisfied, row.n) for row in figures]
    by_share, by_wilson = ranks_by_share(counts), ranks_by_wilson(counts)
    computed = {
        row.code: (row, share, wilson)
        for row, share, wilson in zip(figures, by_share, by_wilson, strict=True)
    }
    published = expected("people", table)
    assert computed.keys() == {line[key] for line in published}
    for line in published:
        row, share, wilson = computed[line[key]]
        assert (row.n, row.satisfied) == (int(line["n"]), int(line["satisfied"]))
        assert same(row.total / row.n, line["mean"])
        assert row.satisfied_percent == Decimal(line["satisfied_percent"])
        assert same(row.wilson_low, line["wilson_low"])
        assert share == (int(line["rank_share"]) if line["rank_share"] else None)
        assert wilson == int(line["rank_wilson"])


def test_people_have_the_published_figures_and_ranks(pack):
    check("employees", "employee_number", figures_by_employee(Rating.objects.all()))


def test_outlets_have_the_published_figures_and_ranks(pack):
    check("outlets", "outlet_code", figures_by_outlet(Rating.objects.all()))


def test_the_ledger_says_what_the_ratings_say(pack):
    overall = overall_figures(Rating.objects.all())
    alone = Rating.objects.filter(~Q(rater="") | Q(channel="callback")).count()
    assert settle(date(2100, 1, 1)) >= alone
    assert Rating.objects.filter(pending=True).count() == 0
    sums = Entry.objects.aggregate(n=Sum("n"), p=Sum("points"), o=Sum("out_of"))
    assert sums == {
        "n": overall.n,
        "p": overall.satisfied * 100,
        "o": overall.n * 100,
    }
    people = Entry.objects.values_list("employee__number").annotate(
        Sum("n"), Sum("points"), Count("pk")
    )
    assert {number: (n, points) for number, n, points, _rows in people} == {
        row.code: (row.n, row.satisfied * 100)
        for row in figures_by_employee(Rating.objects.all())
    }
    assert settle(date(2100, 1, 1)) == 0
