"""Two hundred thousand real complaints against exact figures."""

import json
from datetime import date

import pytest

from evaluations.complaints.models import Case
from evaluations.complaints.selectors import figures_by, overall_figures
from evaluations.complaints.services import settle
from evaluations.ledger.models import Entry
from outlets.exchange.kinds import Outcome
from tests.outlets.flow.packs import expected, load_file, loaded, same
from tests.real import REAL

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture(scope="module")
def pack(django_db_setup, django_db_blocker):
    with loaded("complaints", django_db_blocker) as reports:
        yield reports


def check(line, figures):
    for name in ("complaints", "closed", "still_open", "closed_within_2_days"):
        assert getattr(figures, name) == int(line[name]), (line, name)
    for name in ("closed_share", "days_median", "days_p90", "share_within_2_days"):
        text = "" if line[name] is None else str(line[name])
        assert same(getattr(figures, name), text), (line, name)


def test_everything_goes_in_and_a_second_time_nothing_changes(pack):
    for report in pack.values():
        assert (report.rejected, report.taken) == (0, True)
    (name,) = [name for name in pack if "complaints" in name]
    again = load_file(REAL / "complaints" / name)
    assert again.read == pack[name].read == pack[name].counts[Outcome.CREATED]
    assert again.counts[Outcome.UNCHANGED] == again.read


@pytest.mark.parametrize(
    ("table", "group", "key"),
    [
        ("outlets", "outlet", "outlet_code"),
        ("categories", "category", "category"),
        ("months", "month", "month"),
    ],
)
def test_cases_have_the_published_figures(pack, table, group, key):
    found = figures_by(Case.objects.all(), group)
    computed = {_shown(value): figures for (value,), figures in found.items()}
    published = expected("complaints", table)
    assert computed.keys() == {line[key] for line in published}
    for line in published:
        check(line, computed[line[key]])


@pytest.mark.parametrize(
    ("table", "group", "key"),
    [
        ("outlet_categories", "category", "category"),
        ("outlet_months", "month", "month"),
    ],
)
def test_combinations_have_the_published_counts(pack, table, group, key):
    found = figures_by(Case.objects.all(), "outlet", group)
    assert {
        (code, _shown(value)): figures.complaints
        for (code, value), figures in found.items()
    } == {
        (line["outlet_code"], line[key]): int(line["complaints"])
        for line in expected("complaints", table)
    }


def test_all_cases_together_have_the_published_figures(pack):
    summary = json.loads((REAL / "complaints/expected/summary.json").read_text())
    check(summary["all"], overall_figures(Case.objects.all()))


def test_cases_about_nobody_say_nothing_in_the_ledger(pack):
    assert not Case.objects.filter(employee__isnull=False).exists()
    assert settle(date(2100, 1, 1)) == 0
    assert Entry.objects.count() == 0


def _shown(value):
    return f"{value:%Y-%m}" if isinstance(value, date) else value
