"""How busy a day is: weekdays, pay days, holidays, growth."""

from datetime import date

# Monday first. People come when they are off work, and on Mondays.
_WEEKDAYS = (1.08, 0.95, 0.93, 0.95, 1.02, 1.15, 1.0)
# First days of the Spring Festival; the calendar is the moon's.
_SPRING_FESTIVAL = {
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
}
_GROWTH_PER_DAY = 0.0004


def holiday_factor(day: date) -> float:
    """Return how much of a normal day's custom a public holiday brings; 1 elsewhere."""
    festival = _SPRING_FESTIVAL.get(day.year)
    if festival is not None and 0 <= (day - festival).days < 7:
        return 0.35 if (day - festival).days < 3 else 0.6
    if day.month == 10 and day.day <= 7:
        return 0.7 if day.day <= 3 else 0.9
    if (day.month, day.day) in {(1, 1), (5, 1), (5, 2)}:
        return 0.75
    return 1.0


def demand_factor(day: date, since_first: int) -> float:
    """Return the custom of a day relative to an average one.

    Bills fall due around the turn of the month. `since_first` is in days.
    """
    bills = 1.15 if day.day <= 3 or day.day >= 27 else 1.0
    return (
        _WEEKDAYS[day.weekday()]
        * holiday_factor(day)
        * bills
        * (1 + _GROWTH_PER_DAY * since_first)
    )
