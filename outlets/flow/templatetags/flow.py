"""How figures of flow are written: clocks, shares, counts; a dash for "undefined".

English and Chinese write numbers alike, and the charts write them the same way.
"""

from django import template

from outlets.flow.ratios import Unit

register = template.Library()

UNDEFINED = "–"
MINUTE, HOUR = 60, 3600


@register.filter
def clock(seconds: float | None) -> str:
    """Write seconds as minutes and seconds, `2:05`, or with hours, `1:02:05`."""
    if seconds is None:
        return UNDEFINED
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE}:{whole % MINUTE:02}"
    return f"{whole // HOUR}:{whole % HOUR // MINUTE:02}:{whole % MINUTE:02}"


@register.filter
def count(number: float | None) -> str:
    """Write a whole number with its thousands apart."""
    if number is None:
        return UNDEFINED
    return f"{round(number):,}"


@register.filter
def decimal(number: float | None) -> str:
    """Write a number with one decimal."""
    return UNDEFINED if number is None else f"{number:,.1f}"


@register.filter
def percent(share: float | None) -> str:
    """Write a share from 0 to 1 as percent with one decimal; never 0 for something."""
    if share is None:
        return UNDEFINED
    hundredths = share * 100
    if 0 < hundredths < 0.05:
        return "< 0.1%"
    return f"{hundredths:.1f}%"


@register.filter
def figure(value: float | None, unit: Unit) -> str:
    """Write a figure of a month in its unit."""
    written = {
        Unit.COUNT: count,
        Unit.SECONDS: clock,
        Unit.SHARE: percent,
        Unit.EACH: decimal,
    }
    return written[unit](value)


@register.filter
def points(change: float | None) -> str:
    """Write the change of a share as signed percentage points."""
    if change is None:
        return UNDEFINED
    value = round(change * 100, 1) or 0.0
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{abs(value):.1f}"


@register.filter
def half_hour(minute: int) -> str:
    """Write minutes after midnight as the local clock shows them, such as 09:30."""
    return f"{minute // MINUTE % 24:02}:{minute % MINUTE:02}"
