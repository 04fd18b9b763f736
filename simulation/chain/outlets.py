"""The region tree and its outlets, each with its hidden effect on everybody there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import numpy as np

from simulation.chain.geography import PROVINCES, City, County, Province, place_of
from simulation.chain.plan import Plan

Row = dict[str, object]
OUTLETS_PER_COUNTY = 3.4
EFFECT_SD = 0.5
# Weekday 0 = Monday: (opens, closes) in minutes after midnight, None = closed.
Day = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A county of the tree in use, with its ancestors."""

    province: Province
    city: City
    county: County

    @property
    def code(self) -> str:
        return f"{self.province.code}-{self.city.code}-{self.county.code}"


@dataclass(frozen=True, slots=True)
class Outlet:
    """`effect` is what working here adds to the true quality of everybody here.

    `load` is the share of the servers' time that customers take on an average day;
    `diligence` the chance that a person on duty is checked.
    """

    index: int
    code: str
    name: str
    seat: Seat
    region_code: str
    outlet_class: str
    ownership: str
    brand_store: bool
    address: str
    latitude: float
    longitude: float
    opened_on: date
    week: tuple[Day, ...]
    effect: float
    load: float
    diligence: float
    pilot: bool
    counter: bool

    @property
    def city(self) -> str:
        return self.seat.city.code


def seats(plan: Plan) -> list[Seat]:
    """Return the counties that a chain of this size covers, in tree order."""
    everything = [
        Seat(province, city, county)
        for province in PROVINCES
        for city in province.cities
        for county in city.counties
    ]
    return everything[: max(1, round(plan.outlets / OUTLETS_PER_COUNTY))]


def build_outlets(plan: Plan) -> list[Outlet]:
    """Spread the outlets over the counties; the first of a county is the biggest."""
    used = seats(plan)
    share, rest = divmod(plan.outlets, len(used))
    draw = plan.stream("outlets")
    outlets: list[Outlet] = []
    cities: set[str] = set()
    for order, seat in enumerate(used):
        for position in range(share + (order < rest)):
            # Every other city began with a pilot: its first outlet.
            city = f"{seat.province.code}-{seat.city.code}"
            pilot = city not in cities and len(cities) % 2 == 0
            cities.add(city)
            outlets.append(_outlet(plan, draw, len(outlets), seat, position, pilot))
    return outlets


def _outlet(
    plan: Plan,
    draw: np.random.Generator,
    index: int,
    seat: Seat,
    position: int,
    pilot: bool,
) -> Outlet:
    zh, en = place_of(seat.county, position)
    outlet_class = _class(draw, index, position, seat.county.rural)
    ownership = _ownership(draw, outlet_class)
    effect = float(draw.normal(0, EFFECT_SD))
    load = float(np.clip(draw.normal(0.55, 0.08), 0.38, 0.72))
    return Outlet(
        index=index,
        code=f"{seat.code}-{position + 1:02d}",
        name=f"{seat.city.zh}{seat.county.zh}{zh}营业厅 {seat.county.en} {en}",
        seat=seat,
        region_code=_area(seat, position) or seat.code,
        outlet_class=outlet_class,
        ownership=ownership,
        brand_store=outlet_class in "AB" and ownership == "self_operated",
        address=f"{seat.province.zh}省{seat.city.zh}市{seat.county.zh}"
        f"{zh}{draw.integers(1, 300)}号",
        latitude=round(seat.county.latitude + draw.normal(0, 0.02), 6),
        longitude=round(seat.county.longitude + draw.normal(0, 0.02), 6),
        opened_on=plan.first - timedelta(days=int(draw.integers(400, 6000))),
        week=_week(draw, outlet_class, seat.county.rural),
        effect=effect,
        load=load,
        diligence=float(
            draw.uniform(0.95, 0.99)
            if outlet_class == "A"
            else draw.uniform(0.91, 0.99)
        ),
        pilot=pilot,
        counter=outlet_class in "AB",
    )


def _class(draw: np.random.Generator, index: int, position: int, rural: bool) -> str:
    chance = draw.random()
    if index == 0:
        return "A"
    if rural:
        return "C" if position == 0 or chance < 0.25 else "D"
    if position == 0:
        return "A" if chance < 0.6 else "B"
    if position == 2:
        return "C"
    return "B" if chance < 0.45 else "C" if chance < 0.7 else "D"


def _ownership(draw: np.random.Generator, outlet_class: str) -> str:
    chance = draw.random()
    if outlet_class == "A":
        return "self_operated"
    kinds = ("self_operated", "cooperative", "outsourced", "dealer", "social")
    limits = (
        (0.72, 0.9, 0.95, 1, 1) if outlet_class in "BC" else (0.4, 0.6, 0.75, 0.9, 1)
    )
    return next(kind for kind, most in zip(kinds, limits, strict=True) if chance < most)


def _week(draw: np.random.Generator, outlet_class: str, rural: bool) -> tuple[Day, ...]:
    if outlet_class == "A":
        closes = int(draw.choice([1200, 1260]))
        return ((540, closes),) * 7
    if outlet_class == "B":
        return ((540, 1140),) * 7
    if outlet_class == "C":
        return (*((540, 1080),) * 5, *((570, 1050),) * 2)
    return (*((540, 1050),) * 6, None if rural else (600, 1020))


def _area(seat: Seat, position: int) -> str | None:
    """Split one county into two areas, so that every level of the tree is in use."""
    if seat.code != "GD-SZ-LG":
        return None
    return f"{seat.code}-{'N' if position % 2 == 0 else 'S'}"


def region_rows(plan: Plan, outlets: list[Outlet]) -> Iterator[Row]:
    """Yield the rows of kind `regions`, parents first."""
    seen: set[str] = set()
    for seat in seats(plan):
        province, city = seat.province, seat.city
        city_code = f"{province.code}-{city.code}"
        for code, name, level, parent in (
            (province.code, f"{province.zh} {province.en}", "province", ""),
            (city_code, f"{city.zh} {city.en}", "city", province.code),
            (seat.code, f"{seat.county.zh} {seat.county.en}", "county", city_code),
        ):
            if code not in seen:
                seen.add(code)
                yield {
                    "code": code,
                    "name": name,
                    "level": level,
                    "parent_code": parent,
                }
    for code in sorted({o.region_code for o in outlets} - seen):
        county, side = code.rsplit("-", 1)
        zh, en = {"N": ("北", "North"), "S": ("南", "South")}[side]
        seat = next(s for s in seats(plan) if s.code == county)
        name = f"{seat.county.zh}{zh}片区 {seat.county.en} {en}"
        yield {"code": code, "name": name, "level": "area", "parent_code": county}


def outlet_rows(outlets: list[Outlet]) -> Iterator[Row]:
    """Yield the rows of kind `outlets`."""
    for outlet in outlets:
        yield {
            "code": outlet.code,
            "name": outlet.name,
            "region_code": outlet.region_code,
            "class": outlet.outlet_class,
            "ownership": outlet.ownership,
            "brand_store": int(outlet.brand_store),
            "rural": int(outlet.seat.county.rural),
            "timezone": "Asia/Shanghai",
            "address": outlet.address,
            "latitude": outlet.latitude,
            "longitude": outlet.longitude,
            "opened_on": outlet.opened_on,
            "hours": hours_text(outlet.week),
        }


def hours_text(week: tuple[Day, ...]) -> str:
    """Write a week as `Mon-Fri 09:00-18:00; Sat-Sun 09:30-17:30`."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    groups = []
    for day, members in groupby(range(7), key=lambda weekday: week[weekday]):
        span = [names[weekday] for weekday in members]
        days = span[0] if len(span) == 1 else f"{span[0]}-{span[-1]}"
        groups.append(f"{days} {_span(day)}")
    return "; ".join(groups)


def _span(day: Day) -> str:
    if day is None:
        return "closed"
    opens, closes = (divmod(minute, 60) for minute in day)
    return f"{opens[0]:02d}:{opens[1]:02d}-{closes[0]:02d}:{closes[1]:02d}"
