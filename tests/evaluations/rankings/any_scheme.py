"""Schemes as somebody could choose them in the editor, and ledgers to rank by them."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from hypothesis import strategies as st

from evaluations.ledger.models import EntryKind
from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from evaluations.rankings.forms_schemes import (
    BARS,
    COMPONENTS,
    COUNTED,
    GATES,
    ROWS,
    SEVERITIES,
)
from evaluations.rankings.rules.scheme import Basis, Level, Measure, Peers
from evaluations.rankings.words_schemes import TITLE_NAMES
from staffing.people.models import Employee, Post
from tests.evaluations.rankings.factories import line, outlet_in_county, worker

KINDS = ("month", "quarter", "year")
posts = st.sampled_from([post.value for post in Post][:3])
hundredths = st.integers(0, 10_000).map(lambda number: f"{number / 100:.2f}")


@st.composite
def shares(draw, size: int) -> list[str]:
    """Return percentages of two decimals that add up to 100, none of them 0."""
    cuts = draw(
        st.lists(
            st.integers(1, 9999), min_size=size - 1, max_size=size - 1, unique=True
        )
    )
    edges = [0, *sorted(cuts), 10_000]
    return [
        f"{(high - low) / 100:.2f}" for low, high in zip(edges, edges[1:], strict=False)
    ]


@st.composite
def curves(draw) -> dict[str, str]:
    kind = draw(st.sampled_from(["", "", "piecewise", "challenge"]))
    if not kind:
        return {"curve": ""}
    low, high = sorted(
        draw(st.lists(st.integers(1, 100), min_size=2, max_size=2, unique=True))
    )
    points = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    names = ("below_score", "lower_score", "upper_score")
    chosen = {"curve": kind, "lower": str(low), "upper": str(high)}
    if kind == "challenge" and draw(st.booleans()):
        chosen["upper"] = chosen["lower"]
    return chosen | dict(zip(names, map(str, points), strict=True))


@st.composite
def choices(draw) -> QueryDict:
    """Return what the editor's form sends for a scheme that it accepts."""
    codes = draw(
        st.lists(st.sampled_from(COMPONENTS), min_size=1, max_size=5, unique=True)
    )
    flag = st.sampled_from(["", "on"])
    rows: dict[str, list[Mapping[str, str]]] = {name: [] for name in ROWS}
    for code, weight in zip(codes, draw(shares(len(codes))), strict=True):
        rows["components"].append(
            {
                "code": code,
                "weight": weight,
                "measure": draw(st.sampled_from(list(Measure))),
                "least_n": str(draw(st.sampled_from([1, 1, 2, 10]))),
                "required": draw(flag),
                "peers": draw(st.sampled_from(list(Peers))),
                "severity": draw(st.sampled_from(["", "", *SEVERITIES])),
                "load": draw(flag),
                **draw(curves()),
            }
        )
    scored = draw(st.lists(posts, max_size=2, unique=True))
    for post in draw(st.lists(posts, max_size=2, unique=True)):
        if scored and post not in scored:
            continue
        own = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
        for code, weight in zip(own, draw(shares(len(own))), strict=True):
            rows["variants"].append({"post": post, "code": code, "weight": weight})
    for code in draw(st.lists(st.sampled_from(GATES), max_size=2, unique=True)):
        needs = draw(st.sampled_from(COMPONENTS))
        limits = draw(st.lists(st.sampled_from(COMPONENTS), min_size=1, unique=True))
        for component in limits[:2]:
            gate = {"code": code, "needs": needs, "component": component}
            rows["gates"].append(gate | {"least": draw(hundredths.filter(float))})
    ties = [f"higher {code}" for code in codes] + [f"fewer {one}" for one in COUNTED]
    ties = draw(st.permutations([*ties, "earlier hired_on"]))
    rows["ties"] = [{"rule": tie} for tie in ties[: draw(st.integers(0, len(ties)))]]
    quota = st.tuples(st.sampled_from(KINDS), st.sampled_from(list(Level)))
    for kind, level in draw(st.lists(quota, max_size=4, unique=True)):
        rows["quotas"].append(
            {"kind": kind, "level": level, "places": "2", "least_ranked": "1"}
        )
    days = draw(st.sampled_from(["", *COMPONENTS]))
    titles = st.sampled_from(list(TITLE_NAMES))
    first: dict[str, Any] = {
        "valid_from": _next_month().isoformat(),
        "note": "",
        "basis": draw(st.sampled_from(list(Basis))),
        "least_components": str(draw(st.integers(1, len(codes)))),
        "bonus_limit": draw(st.sampled_from(["0", "0.07", "3"])),
        "deduction_limit": draw(st.sampled_from(["0", "1.5", "100"])),
        "posts": scored,
        "least_days_component": days,
        "least_days_n": "2" if days else "",
        "bars": draw(st.lists(st.sampled_from(BARS), unique=True)),
        "least_quarter": str(draw(st.integers(1, 3))),
        "least_year": str(draw(st.integers(1, 4))),
        "least_ranked_in_outlet": str(draw(st.integers(1, 4))),
        **{f"title_{kind}": draw(titles) for kind in KINDS},
    }
    return _sent(first, rows)


def _next_month() -> date:
    today = timezone.localdate()
    return (today.replace(day=1) + timedelta(days=70)).replace(day=1)


def _sent(
    first: Mapping[str, Any], rows: Mapping[str, list[Mapping[str, str]]]
) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in first.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    for name, of_kind in rows.items():
        data[f"{name}-TOTAL_FORMS"] = str(len(of_kind))
        data[f"{name}-INITIAL_FORMS"] = "0"
        for number, row in enumerate(of_kind):
            for field, value in row.items():
                if value != "":
                    data[f"{name}-{number}-{field}"] = str(value)
    return data


def filled_ledger(seed: int, period: Period, people: int) -> list[Employee]:
    """Post months of everything that a scheme may read; return whom it is about."""
    random = Random(seed)
    outlets = [outlet_in_county(), outlet_in_county()]
    known = [post.value for post in Post][:3]
    staff = [
        worker(
            random.choice(outlets),
            number=f"A{seed}-{number}",
            uuid=UUID(int=random.getrandbits(128), version=4),
            post=random.choice(known),
            hired_on=date(2015, 1, random.randint(1, 3)),
        )
        for number in range(people)
    ]
    for month in period.months:
        lines = [one for person in staff for one in _month(random, person, month)]
        put(source="tests", lines=lines)
        # Some of it was wrong: reversals, and their next versions.
        wrong = random.sample(lines, len(lines) // 10)
        put(source="tests", lines=[], withdrawn=[one.source_id for one in wrong])
        put(source="places", lines=_about(random, outlets, month))
    return staff


def _month(random: Random, person: Employee, month: Period) -> list[Line]:
    found = []

    def say(component: str, **fields: Any) -> None:
        on = month.first + timedelta(days=random.randint(0, 4))
        found.append(line(person, component, on, **fields))

    for component in random.sample(COMPONENTS, random.randint(2, len(COMPONENTS))):
        for _entry in range(random.choice([1, 1, 2, 5])):
            n = random.choice([1, 1, 3, 20])
            out_of = random.choice([100 * n, 10_000])
            points = random.choice([out_of, random.randint(0, out_of), 0])
            rater = random.choice(["", "r1", "r2", "r3", "r4"])
            say(component, points=points, out_of=out_of, n=n, rater=rater)
    for component in COUNTED:
        if random.random() < 0.3:
            say(component)
    for component in ("bonus", "deduction"):
        if random.random() < 0.5:
            sign = 1 if component == "bonus" else -1
            points = sign * random.choice([5, 150, 20_000])
            say(component, kind=EntryKind.ADJUSTMENT, points=points)
    if random.random() < 0.2:
        scope = random.choice(["", month.code])
        say(random.choice(BARS), kind=EntryKind.BAR, scope=scope)
    return found


def _about(random: Random, outlets: list[Any], month: Period) -> list[Line]:
    return [
        Line(
            source_id=f"{component}-{outlet.pk}-{month.code}-{day}",
            component=component,
            on=month.first + timedelta(days=day),
            employee_id=None,
            outlet_id=outlet.pk,
            points=random.randint(0, 10_000),
            out_of=10_000,
            n=random.choice([1, 700]),
        )
        for outlet in outlets
        for component in ("pressure", "environment", "waiting", "transactions", "kpi")
        for day in range(5)
    ]
