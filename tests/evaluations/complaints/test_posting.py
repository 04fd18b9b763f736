from datetime import date, timedelta

import pytest

from evaluations.complaints.models import Case
from evaluations.complaints.services import posting, settle
from evaluations.complaints.sources import entry_url
from evaluations.ledger.models import Entry
from tests.evaluations.complaints.factories import CaseFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 12)


def standing():
    """Return (component, kind, scope) of what the ledger says today."""
    entries = Entry.objects.standing()
    return sorted(entries.values_list("component", "kind", "scope"))


def test_an_upheld_attitude_case_bars_month_quarter_and_year():
    case = CaseFactory(kind="attitude", verdict="upheld")
    assert settle(DAY) == 4
    assert standing() == [
        ("attitude_complaint", "bar", "2026"),
        ("attitude_complaint", "bar", "2026-10"),
        ("attitude_complaint", "bar", "2026-Q4"),
        ("upheld_complaints", "score", ""),
    ]
    for entry in Entry.objects.all():
        assert (entry.on, entry.employee, entry.outlet) == (
            DAY,
            case.employee,
            case.outlet,
        )
        assert (entry.points, entry.out_of, entry.n) == (0, 0, 1)
        assert entry_url(entry.source_id) == f"/complaints/{case.case_no}/"


def test_an_upheld_wrong_transaction_bars_the_month_only():
    CaseFactory(kind="wrong_transaction", verdict="upheld")
    settle(DAY)
    assert standing() == [
        ("upheld_complaints", "score", ""),
        ("wrong_transaction", "bar", "2026-10"),
    ]


def test_any_other_upheld_case_counts_and_bars_nothing():
    CaseFactory(kind="other", verdict="upheld")
    CaseFactory(kind="", verdict="upheld")
    settle(DAY)
    assert standing() == [("upheld_complaints", "score", "")] * 2


def test_an_attitude_case_without_verdict_is_a_hold():
    CaseFactory(kind="attitude", verdict="")
    assert settle(DAY) == 1
    assert standing() == [("attitude_complaint", "hold", "")]


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("attitude", "not_upheld"),
        ("wrong_transaction", ""),
        ("wrong_transaction", "not_upheld"),
        ("other", ""),
    ],
)
def test_what_is_not_upheld_says_nothing(kind, verdict):
    CaseFactory(kind=kind, verdict=verdict)
    assert settle(DAY) == 0
    assert not Case.objects.filter(pending=True).exists()


def test_an_upheld_case_about_nobody_counts_for_the_outlet_and_bars_nobody():
    case = CaseFactory(kind="attitude", verdict="upheld", employee=None)
    assert settle(DAY) == 1
    entry = Entry.objects.get()
    assert (entry.component, entry.kind) == ("upheld_complaints", "score")
    assert (entry.employee, entry.outlet) == (None, case.outlet)


def decide(case, verdict):
    case.verdict, case.pending = verdict, True
    case.save()
    return settle(DAY)


def test_a_verdict_turns_the_hold_into_bars_and_an_overturned_one_lifts_them():
    case = CaseFactory(kind="attitude", verdict="")
    settle(DAY)
    assert decide(case, "upheld") == 5
    assert len(standing()) == 4
    assert decide(case, "not_upheld") == 4
    assert standing() == []
    assert decide(case, "upheld") == 4
    newest = Entry.objects.standing().filter(kind="bar", scope="2026-10").get()
    assert newest.version == 2


def test_settling_twice_changes_nothing(monkeypatch):
    monkeypatch.setattr(posting, "BATCH", 2)
    CaseFactory.create_batch(5, kind="attitude", verdict="upheld")
    assert settle(DAY) == 20
    Case.objects.update(pending=True)
    assert settle(DAY) == 0
    assert not Case.objects.filter(pending=True).exists()


def test_later_days_stay_pending():
    CaseFactory(kind="attitude", on=DAY + timedelta(days=1))
    assert settle(DAY) == 0
    assert settle(DAY + timedelta(days=1)) == 1
