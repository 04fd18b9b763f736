"""A draft that can be planned, and the plan of it."""

from datetime import date

from evaluations.mystery.services.planning import (
    run_planning,
    start_planning,
)

OPENS, CLOSES = date(2026, 10, 1), date(2026, 10, 31)


def planned(wave, office):
    """Return the wave as its worker leaves it."""
    run_planning(wave_id=start_planning(code=wave.code, by=office).pk, by_id=office.pk)
    wave.refresh_from_db()
    return wave
