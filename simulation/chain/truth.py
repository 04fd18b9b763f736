"""What no record shows: the truth that a fair ranking should come close to."""

import json
from typing import Any

from simulation.chain.judged import visits
from simulation.chain.world import World

DECIMALS = 6


def truth_of(world: World) -> dict[str, Any]:
    """Return the hidden parameters of a chain as plain data, keyed as in its records.

    `employees`: `quality` is N(0, 1) without the outlet, `at_outlet` with it, where she
    last worked. `checkers`: leniency, N(0, 1), higher lets more pass. `shoppers`:
    severity, N(0, 1), higher marks lower; `visits` says who made which visit.
    `outlets`: `effect` on everybody's quality, `load` of its counters. `slump`: the one
    outlet that does badly for a span of days, or None.
    """
    plan = world.plan
    slump = world.slump
    return {
        "plan": {
            "outlets": plan.outlets,
            "months": plan.months,
            "seed": plan.seed,
            "first": plan.first.isoformat(),
            "until": plan.until.isoformat(),
        },
        "employees": {
            person.number: {
                "quality": round(person.quality, DECIMALS),
                "at_outlet": round(
                    person.quality + world.outlets[person.spells[-1].outlet].effect,
                    DECIMALS,
                ),
                "outlet": world.outlets[person.spells[-1].outlet].code,
                "pace": round(person.pace, DECIMALS),
            }
            for person in world.people
        },
        "checkers": {
            person.number: round(person.leniency, DECIMALS)
            for person in world.people
            if person.checks_others
        },
        "shoppers": {
            shopper.code: {
                "agency": shopper.agency,
                "severity": round(shopper.severity, DECIMALS),
            }
            for shopper in world.shoppers
        },
        "visits": {visit.number: visit.shopper.code for visit in visits(world)},
        "outlets": {
            outlet.code: {
                "effect": round(outlet.effect, DECIMALS),
                "load": round(outlet.load, DECIMALS),
            }
            for outlet in world.outlets
        },
        "slump": None
        if slump is None
        else {
            "outlet": world.outlets[slump.outlet].code,
            "first": plan.day(slump.first).isoformat(),
            "last": plan.day(slump.last).isoformat(),
            "effect": slump.effect,
        },
    }


def as_json(truth: dict[str, Any]) -> str:
    return json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
