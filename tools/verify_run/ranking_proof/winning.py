"""Who may win: days, bars, gates, duty, and why not."""

from datetime import date, timedelta
from fractions import Fraction

from .file import Json
from .scoring import exactly, is_scored


def pooled(person: Json, component: str) -> tuple[int, int, int, int]:
    """Return (points, out_of, entries, n) of a component over the whole period.

    Entries and records count where nothing could be had as well.
    """
    groups = [
        group
        for month in person["months"].values()
        for group in month.get(component, [])
    ]
    return (
        sum(one[3] for one in groups if one[0] > 0),
        sum(one[0] * one[1] for one in groups),
        sum(one[1] for one in groups),
        sum(one[2] for one in groups),
    )


def last_day(months: list[str]) -> str:
    year, month = map(int, max(months).split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).isoformat()


def reasons_of(head: Json, person: Json, score: int | None) -> list[str]:
    rules, found = head["rules"], []
    monthly = len(head["months"]) == 1
    if not is_scored(rules, person["post"]):
        found.append("other_post")
    elif score is None:
        found.append("too_few_components" if monthly else "too_few_months")
    days = rules["least_days"]
    if monthly and days and pooled(person, days["component"])[2] < days["n"]:
        found.append("too_few_days")
    last, barred = last_day(list(head["months"])), set()
    for code, scope, on, lifted_on in person["bars"]:
        open_bar = on <= last and (lifted_on is None or lifted_on > last)
        if scope == head["period"] if scope else open_bar:
            barred.add(code)
    found += [code for code in rules["bars"] if code in barred]
    for gate in rules["gates"]:
        if pooled(person, gate["needs"])[1] <= 0:
            continue
        for limit in gate["limits"]:
            points, out_of, *_rest = pooled(person, limit["component"])
            least = exactly(limit["least"])
            if out_of > 0 and Fraction(100 * points, out_of) < least:
                found.append(gate["code"])
                break
    if not person["duty"]:
        found.append("not_on_duty")
    return found
