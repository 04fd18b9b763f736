"""The weeks of the tests: which one a day belongs to, and who could have sat in it."""

from collections.abc import Collection
from datetime import date, timedelta

WORK_DAYS = 5  # Monday to Friday count as work where nobody made a roster


def week_of(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def days_of(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(7)]


def code_of(monday: date) -> str:
    """Return what the test of a week is called, as 2026-W43."""
    year, week, _weekday = monday.isocalendar()
    return f"{year}-W{week:02}"


def had_a_chance(
    monday: date,
    *,
    shifts: Collection[date],
    others: Collection[date],
    leave: Collection[date],
) -> bool:
    """Tell whether somebody had a day of work in the week on which to take the test.

    `shifts` are the days rostered for work, `others` those rostered off or on leave,
    `leave` the days of approved leave. Without any day rostered in the week, Monday to
    Friday count as days of work.
    """
    week = days_of(monday)
    working = {day for day in week if day in shifts}
    if not working and not any(day in others for day in week):
        working = set(week[:WORK_DAYS])
    return bool(working - set(leave))
