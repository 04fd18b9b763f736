"""Customers through the door and the queue: tickets, door counts, transactions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from simulation.chain.outlets import Outlet, Row
from simulation.chain.queue import NOBODY, Customer, serve
from simulation.chain.seasons import demand_factor
from simulation.chain.world import World

# Service: share of the customers, median seconds at the counter, yuan per transaction.
SERVICES = (
    ("payment", 0.34, 170, 86),
    ("plan_change", 0.20, 480, 0),
    ("new_account", 0.12, 930, 128),
    ("broadband", 0.10, 730, 365),
    ("complaint", 0.03, 760, 0),
    ("enquiry", 0.21, 280, 0),
)
_NAMES = tuple(service[0] for service in SERVICES)
_MIX = np.array([service[1] for service in SERVICES])
_MEDIANS = np.array([service[2] for service in SERVICES])
_YUAN = np.array([service[3] for service in SERVICES])
_SPREAD = 0.5
TRANSACTED = (0, 1, 2, 3)
MEAN_SECONDS = float((_MIX * _MEDIANS).sum() * np.exp(_SPREAD**2 / 2)) + 35
PRIORITIES = ("none", "elderly", "weak", "sick", "disabled", "pregnant", "vip")
VIP = PRIORITIES.index("vip")
# Who is old, weak or pregnant gets a second pair of hands: six minutes are the limit.
_HELPED = 0.42
_PRIORITY_MIX = np.array([0.875, 0.06, 0.006, 0.004, 0.005, 0.01, 0.04])
_MEAN_PATIENCE = 2400
# Of the people who come in, so many take a number or are served.
CONVERSION = 0.63


@dataclass(frozen=True, slots=True)
class DayFlow:
    """One outlet's customers of one day, in order of arrival; seconds after midnight.

    `called` and `left` as in `queue.Outcome`, with -1 for never called.
    """

    day: int
    arrived: np.ndarray
    called: np.ndarray
    left: np.ndarray
    server: np.ndarray
    service: np.ndarray
    priority: np.ndarray

    @property
    def served(self) -> np.ndarray:
        return self.server != NOBODY


class Flow:
    """Every outlet's customers, worked out once per outlet and kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._pace = [person.pace for person in world.people]
        self._kept: dict[int, list[DayFlow]] = {}

    def of(self, outlet: Outlet) -> list[DayFlow]:
        """Return the days on which the outlet was open, first to last."""
        if outlet.index not in self._kept:
            days = (self._day(outlet, day) for day in range(self.world.plan.days))
            self._kept[outlet.index] = [flow for flow in days if flow is not None]
        return self._kept[outlet.index]

    def _day(self, outlet: Outlet, day: int) -> DayFlow | None:
        windows = self.world.duty.windows(outlet, day)
        open_hours = outlet.week[int(self.world.duty.weekday[day])]
        if open_hours is None:
            return None
        draw = self.world.plan.stream("flow", outlet.index, day)
        expected = self.expected(outlet) * demand_factor(self.world.plan.day(day), day)
        count = int(draw.poisson(expected * draw.gamma(60, 1 / 60)))
        arrived = _arrivals(draw, count, open_hours, self.world.duty.weekday[day] > 4)
        service = draw.choice(len(SERVICES), count, p=_MIX)
        needs = (_MEDIANS[service] * np.exp(draw.normal(0, _SPREAD, count))).astype(int)
        priority = draw.choice(len(PRIORITIES), count, p=_PRIORITY_MIX)
        if outlet.outlet_class in "CD":
            priority[priority == VIP] = 0
        helped = (priority > 0) & (priority < VIP)
        needs[helped] = (needs[helped] * _HELPED).astype(int)
        patience = (300 + draw.exponential(_MEAN_PATIENCE, count)).astype(int)
        columns = (
            arrived.tolist(),
            needs.tolist(),
            (priority > 0).tolist(),
            patience.tolist(),
        )
        outcomes = serve(
            [Customer(*values) for values in zip(*columns, strict=True)],
            windows,
            self._pace,
        )
        called = [NOBODY if o.called is None else o.called for o in outcomes]
        return DayFlow(
            day=day,
            arrived=arrived,
            called=np.array(called, dtype=np.int32),
            left=np.array([o.left for o in outcomes], dtype=np.int32),
            server=np.array([o.server for o in outcomes], dtype=np.int32),
            service=service.astype(np.int8),
            priority=priority.astype(np.int8),
        )

    def expected(self, outlet: Outlet) -> float:
        """Return the customers of an average day; custom does not follow the roster."""
        counters = {"A": 5.4, "B": 3.0, "C": 2.9, "D": 2.0}[outlet.outlet_class]
        return counters * 8 * 3600 * outlet.load / MEAN_SECONDS


def _arrivals(
    draw: np.random.Generator, count: int, open_hours: tuple[int, int], weekend: bool
) -> np.ndarray:
    """Return sorted arrival times: a morning and an afternoon peak, later at weekends.

    Where the doors stay open in the evening a third, lower wave comes after work.
    """
    opens, closes = open_hours
    morning, afternoon = (665, 940) if weekend else (625, 955)
    waves = [(morning, 55, 0.36), (afternoon, 75, 0.36)]
    if closes >= 1200:
        waves = [(morning, 60, 0.3), (afternoon, 80, 0.32), (1165, 45, 0.16)]
    minutes = np.arange(opens, closes - 10)
    density = np.full(len(minutes), (1 - sum(w[2] for w in waves)) / len(minutes))
    for centre, width, share in waves:
        bell = np.exp(-(((minutes - centre) / width) ** 2) / 2)
        density += share * bell / bell.sum()
    chosen = draw.choice(minutes, count, p=density / density.sum())
    return np.sort(chosen * 60 + draw.integers(0, 60, count)).astype(np.int32)


def clock(day: datetime, seconds: int) -> str:
    """Write a local time without offset; past midnight it falls on the next day."""
    return (day + timedelta(seconds=int(seconds))).isoformat()


def midnight(world: World, day: int) -> datetime:
    return datetime.combine(world.plan.day(day), time.min)  # noqa: DTZ001 (local)


def ticket_no(position: int) -> str:
    return f"A{position + 1:03d}"


def has_tickets(world: World, outlet: Outlet, day: int) -> bool:
    return outlet.pilot or day >= world.plan.days - world.plan.ticket_days


def ticket_rows(flow: Flow) -> Iterator[Row]:
    """Yield the rows of kind `tickets`, outlet by outlet, day by day."""
    world = flow.world
    for outlet in world.outlets:
        for today in flow.of(outlet):
            if has_tickets(world, outlet, today.day):
                yield from _tickets_of(world, outlet, today)


def _tickets_of(world: World, outlet: Outlet, today: DayFlow) -> Iterator[Row]:
    start = midnight(world, today.day)
    date = start.date()
    columns = (
        today.arrived,
        today.called,
        today.left,
        today.server,
        today.service,
        today.priority,
    )
    values = zip(*(column.tolist() for column in columns), strict=True)
    for position, (arrived, called, left, server, service, priority) in enumerate(
        values
    ):
        served = server != NOBODY
        yield {
            "outlet_code": outlet.code,
            "ticket_no": ticket_no(position),
            "date": date,
            "arrived_at": clock(start, arrived),
            "called_at": clock(start, called) if served else None,
            "finished_at": clock(start, left) if served else None,
            "abandoned_at": None if served else clock(start, left),
            "service": _NAMES[service],
            "priority": PRIORITIES[priority],
            "employee_number": world.people[server].number if served else None,
        }


def count_rows(flow: Flow) -> Iterator[Row]:
    """Yield the rows of kind `counts`: people through the door, hour by hour."""
    world = flow.world
    for outlet in world.outlets:
        if not outlet.counter:
            continue
        for today in flow.of(outlet):
            draw = world.plan.stream("counts", outlet.index, today.day)
            opens, closes = outlet.week[int(world.duty.weekday[today.day])] or (0, 0)
            start = midnight(world, today.day)
            hours = range(opens // 60, -(-closes // 60))
            customers = np.bincount(today.arrived // 3600, minlength=25)
            for hour in hours:
                passing = draw.poisson((customers[hour] + 1) * (1 / CONVERSION - 1))
                yield {
                    "outlet_code": outlet.code,
                    "start": clock(start, hour * 3600),
                    "minutes": 60,
                    "people": int(customers[hour] + passing),
                }


def transaction_rows(flow: Flow) -> Iterator[Row]:
    """Yield the rows of kind `transactions`: per person, day and service."""
    world = flow.world
    for outlet in world.outlets:
        draw = world.plan.stream("transactions", outlet.index)
        for today in flow.of(outlet):
            counted = today.served & np.isin(today.service, TRANSACTED)
            keys = today.server[counted].astype(np.int64) * 8 + today.service[counted]
            kinds, customers = np.unique(keys, return_counts=True)
            quantities = customers + draw.poisson(customers * 0.15)
            spread = draw.gamma(4, 0.25, len(kinds))
            for key, quantity, factor in zip(
                kinds.tolist(), quantities.tolist(), spread.tolist(), strict=True
            ):
                server, service = divmod(key, 8)
                yuan = quantity * int(_YUAN[service]) * factor
                yield {
                    "outlet_code": outlet.code,
                    "date": world.plan.day(today.day),
                    "employee_number": world.people[server].number,
                    "service": _NAMES[service],
                    "quantity": quantity,
                    "amount": f"{yuan:.2f}" if yuan else None,
                }
