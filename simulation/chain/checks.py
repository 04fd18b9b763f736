"""Daily checks of people and outlets, as the tablet on the floor sends them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulation.chain.items import ENVIRONMENT, OVERRIDES, PERSONAL, Sheet
from simulation.chain.outlets import Outlet, Row
from simulation.chain.uuids import uuids
from simulation.chain.world import World

# How strongly quality, and a checker's leniency, turn the chance of a failure.
QUALITY_PULL, LENIENCY_PULL, DAY_SPREAD = 0.55, 0.5, 0.5
# Discipline is looked at less often than grooming and conduct.
_SHARE_OF_DAYS = {"GROOMING": 1.0, "CONDUCT": 1.0, "DISCIPLINE": 0.35}
_NOTED = 0.75
# Partner outlets that keep paper sheets send the share passed, not the items.
_SCORE_ONLY = {"dealer", "social"}


@dataclass(frozen=True, slots=True)
class Judged:
    """Who was checked by whom on which days at one outlet; indexes, one per check."""

    person: np.ndarray
    checker: np.ndarray
    day: np.ndarray


def check_rows(world: World) -> Iterator[Row]:
    """Yield the rows of kind `checks`, outlet by outlet."""
    for outlet in world.outlets:
        draw = world.plan.stream("checks", outlet.index)
        judged = _judged(world, outlet, draw)
        if len(judged.day):
            multiplier = _multiplier(world, outlet, judged, draw)
            for sheet in PERSONAL:
                chosen = draw.random(len(judged.day)) < _SHARE_OF_DAYS[sheet.standard]
                if outlet.ownership in _SCORE_ONLY:
                    yield from _scores(world, outlet, sheet, judged, multiplier, draw)
                    break
                yield from _sheets(
                    world, outlet, sheet, judged, multiplier, chosen, draw
                )
        yield from _of_outlet(world, outlet, draw)


def _judged(world: World, outlet: Outlet, draw: np.random.Generator) -> Judged:
    triples = []
    for day in range(world.plan.days):
        present = world.duty.present(outlet.index, day)
        leads = [person for person in present if person.checks_others]
        for person in present:
            checker = next((lead for lead in leads if lead is not person), None)
            if checker is not None:
                triples.append((person.index, checker.index, day))
    table = np.array(triples, dtype=np.int64).reshape(-1, 3)
    table = table[draw.random(len(table)) < outlet.diligence]
    return Judged(table[:, 0], table[:, 1], table[:, 2])


def _multiplier(
    world: World, outlet: Outlet, judged: Judged, draw: np.random.Generator
) -> np.ndarray:
    """Return what turns the average chances of failing into those of this check."""
    places = np.full(len(judged.day), outlet.index)
    quality = world.quality(judged.person, places, judged.day, "checks")
    leniency = np.array([world.people[index].leniency for index in judged.checker])
    form = draw.normal(0, DAY_SPREAD, len(judged.day))
    return np.exp(-QUALITY_PULL * quality - LENIENCY_PULL * leniency + form)


def _failures(
    sheet: Sheet,
    genders: Sequence[str],
    multiplier: np.ndarray,
    draw: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return who failed and who was not observed, one column per item."""
    shape = (len(multiplier), len(sheet.items))
    chances = np.array([item.fails for item in sheet.items]) * multiplier[:, None]
    failed = draw.random(shape) < np.minimum(chances, 0.85)
    for column, item in enumerate(sheet.items):
        if item.who:
            failed[:, column] &= np.array([gender == item.who for gender in genders])
    codes = [item.code for item in sheet.items]
    for code, others in OVERRIDES.items():
        if code in codes:
            for other in others:
                failed[failed[:, codes.index(code)], codes.index(other)] = False
    unseen = draw.random(shape) < np.array([item.unseen for item in sheet.items])
    return failed, unseen & ~failed


def _sheets(
    world: World,
    outlet: Outlet,
    sheet: Sheet,
    judged: Judged,
    multiplier: np.ndarray,
    chosen: np.ndarray,
    draw: np.random.Generator,
) -> Iterator[Row]:
    people = [world.people[index] for index in judged.person[chosen]]
    failed, unseen = _failures(
        sheet, [person.gender for person in people], multiplier[chosen], draw
    )
    noted = draw.random(len(people)) < _NOTED
    for position, (key, person, checker, day) in enumerate(
        zip(
            uuids(draw, len(people)),
            people,
            judged.checker[chosen],
            judged.day[chosen],
            strict=True,
        )
    ):
        row = _row(world, outlet, sheet, key, int(day), int(checker))
        row["employee_number"] = person.number
        _fill(row, sheet, failed[position], unseen[position], noted[position])
        yield row


def _scores(
    world: World,
    outlet: Outlet,
    sheet: Sheet,
    judged: Judged,
    multiplier: np.ndarray,
    draw: np.random.Generator,
) -> Iterator[Row]:
    expected = sum(item.fails for item in sheet.items) + 0.5
    failed = draw.poisson(np.minimum(expected * multiplier, 12))
    for key, person, checker, day, count in zip(
        uuids(draw, len(failed)),
        judged.person,
        judged.checker,
        judged.day,
        failed,
        strict=True,
    ):
        row = _row(world, outlet, sheet, key, int(day), int(checker))
        row["employee_number"] = world.people[person].number
        row["score"] = round(100 * (1 - count / 40), 1)
        yield row


def _of_outlet(
    world: World, outlet: Outlet, draw: np.random.Generator
) -> Iterator[Row]:
    """Yield the checks of the place itself: at opening, and again at a random hour."""
    absent = {"E05"} if draw.random() < 0.85 else set()
    if outlet.outlet_class in "CD":
        absent |= {"E13", "E11"}
    tidiness = np.exp(-0.6 * outlet.effect + draw.normal(0, 0.3))
    for day in range(world.plan.days):
        lead = world.lead_on(outlet.index, day)
        if lead is None:
            continue
        for slot, share in (("opening", 0.95), ("random", 0.6)):
            if draw.random() >= share * outlet.diligence:
                continue
            level = np.array([tidiness * np.exp(-LENIENCY_PULL * lead.leniency)])
            failed, unseen = _failures(ENVIRONMENT, [""], level, draw)
            present = [item.code not in absent for item in ENVIRONMENT.items]
            (key,) = uuids(draw, 1)
            row = _row(world, outlet, ENVIRONMENT, key, day, lead.index)
            row["slot"] = slot
            row["not_applicable"] = "|".join(sorted(absent))
            _fill(
                row,
                ENVIRONMENT,
                failed[0] & present,
                unseen[0] & present,
                draw.random() < _NOTED,
            )
            yield row


def _row(
    world: World, outlet: Outlet, sheet: Sheet, key: str, day: int, checker: int
) -> Row:
    return {
        "uuid": key,
        "outlet_code": outlet.code,
        "date": world.plan.day(day),
        "slot": sheet.slot,
        "standard": sheet.standard,
        "by": world.people[checker].number,
    }


def _fill(
    row: Row, sheet: Sheet, failed: np.ndarray, unseen: np.ndarray, noted: bool
) -> None:
    failing = [item for item, yes in zip(sheet.items, failed, strict=True) if yes]
    row["failed"] = "|".join(item.code for item in failing)
    row["not_observed"] = "|".join(
        item.code for item, yes in zip(sheet.items, unseen, strict=True) if yes
    )
    if failing and noted:
        row["note"] = ";".join(item.note for item in failing if item.note)
