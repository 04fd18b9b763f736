"""Published days for tests: who works what, as short as it can be said."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from staffing.rosters.models import Roster, RosterDay, ShiftKind
from tests.staffing.people.factories import staff_user

NOW = "2026-10-15T09:00:00+08:00"
FIRST = date(2026, 10, 1)
BY_LETTER = {"E": "EARLY", "M": "MID", "N": "NIGHT", "S": "SPECIAL_N7"}


@pytest.fixture
def clock(monkeypatch):
    moment = {"now": datetime.fromisoformat(NOW)}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])
    return lambda text: moment.update(now=datetime.fromisoformat(text))


def oct_(day: int) -> date:
    return date(2026, 10, day)


def work(person, outlet, letters: str, first: date) -> None:
    """Publish days from `first` on: a shift's letter, `o` off, `L` leave, `.` none."""
    kinds = {kind.code: kind for kind in ShiftKind.objects.all()}
    for n, letter in enumerate(letters):
        if letter == ".":
            continue
        absence = {"o": "off", "L": "leave"}.get(letter, "")
        shift = None if absence else kinds[BY_LETTER[letter]]
        RosterDay.objects.update_or_create(
            employee=person,
            on=first + timedelta(days=n),
            defaults={"shift": shift, "absence": absence, "outlet": outlet},
        )


def letters(person, first: date, n: int) -> str:
    """Return what is published for a person, as `work` takes it."""
    rows = {
        row.on: row
        for row in RosterDay.objects.filter(employee=person).select_related("shift")
    }
    known = {code: letter for letter, code in BY_LETTER.items()}
    found = ""
    for day in (first + timedelta(days=k) for k in range(n)):
        row = rows.get(day)
        if row is None:
            found += "."
        elif row.shift:
            found += known[row.shift.code]
        else:
            found += {"off": "o", "leave": "L"}[row.absence]
    return found


def member(outlet, **given):
    """Return the user of a clerk of the outlet."""
    return staff_user("clerk", outlet, **given)


def draft(outlet, month=date(2026, 11, 1)) -> Roster:
    return Roster.objects.create(outlet=outlet, month=month)
