"""What somebody sees of her own score: nothing about whom she is ahead of."""

from dataclasses import dataclass

from evaluations.ledger.components import component_label
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.ranking import months_of
from evaluations.rankings.rules.scheme import Level, SchemeRules
from evaluations.rankings.selectors.adjustments import Adjustment, adjustments
from evaluations.rankings.selectors.circumstances import circumstances
from evaluations.rankings.selectors.differences import ChangeSince, change_since
from evaluations.rankings.selectors.display import shows_outlet_list
from evaluations.rankings.selectors.home import own_standings
from evaluations.rankings.selectors.prizes import Prize, prizes_of
from evaluations.rankings.selectors.surety import Place, places_of
from evaluations.rankings.selectors.waterfalls import Steps, steps_of
from evaluations.rankings.words import (
    Reason,
    reasons_in_words,
    records_in_words,
)
from staffing.people.models import User

EARLIER = 12


@dataclass(frozen=True, slots=True)
class OwnComponent:
    """One part of her score; `records` says what stands behind it.

    `points` of `weight` add up, with one rounding, to the score that makes the rank.
    `earned` is what the value came to by its curve, None where it has none.
    """

    label: str
    value: float | None
    records: str
    points: float | None
    weight: float | None
    earned: float | None = None


@dataclass(frozen=True, slots=True)
class OwnScore:
    """Her score in one period. `outlet_rank` is None where the outlet is too small."""

    standing: Standing
    outlet_rank: int | None
    components: tuple[OwnComponent, ...]
    steps: Steps | None
    reasons: tuple[Reason, ...]
    prizes: tuple[Prize, ...]
    earlier: tuple[Standing, ...]
    places: tuple[Place, ...]
    change: ChangeSince | None
    circumstances: tuple[str, ...]
    adjustments: tuple[Adjustment, ...]
    outlet_list: bool


def own_score(user: User, period: str | None = None) -> OwnScore | None:
    """Return the user's own score in `period`, or in the newest period.

    None where nothing of hers has been published.
    """
    if user.sight.employee_id is None:
        return None
    standings = own_standings(user)
    wanted = standings.filter(run__period=period) if period else standings
    standing = wanted.first()
    if standing is None:
        return None
    others = standings.filter(run__scheme=standing.run.scheme_id)
    frame = Frame.parse(standing.run.head)
    rules = frame.rules
    person = PersonInput.parse(standing.input)
    months = months_of(frame, [person])[0]
    steps = steps_of(standing, frame, months)
    return OwnScore(
        standing=standing,
        outlet_rank=standing.rank_outlet,
        components=tuple(
            _component(standing, rule.code, steps)
            for rule in rules.of_post(person.post).components
        ),
        steps=steps,
        reasons=tuple(
            reasons_in_words(
                standing.reasons, rules.of_post(person.post), standing.run.kind
            )
        ),
        prizes=prizes_of(standing),
        earlier=tuple(others.exclude(pk=standing.pk)[:EARLIER]),
        places=places_of(standing, own_levels(standing, rules)),
        change=change_since(standing, user),
        circumstances=circumstances(standing, user),
        adjustments=adjustments(standing, rules),
        outlet_list=shows_outlet_list(standing),
    )


def own_levels(standing: Standing, rules: SchemeRules) -> tuple[Level, ...]:
    """Return the levels of which somebody is shown her own place.

    The outlet, and wherever the period has prizes to win.
    """
    quotas = rules.quotas.get(standing.run.kind, ())
    return tuple(dict.fromkeys((Level.OUTLET, *(quota.level for quota in quotas))))


def _component(standing: Standing, code: str, steps: Steps | None) -> OwnComponent:
    part = standing.components.get(code)
    step = (
        next((row for row in steps.rows if row.code == code), None) if steps else None
    )
    return OwnComponent(
        label=component_label(code),
        value=part["raw"] if part else None,
        records=records_in_words(code, part["n"]) if part else "",
        points=step.ranking if step else None,
        weight=step.weight if step else None,
        earned=step.earned if step else None,
    )
