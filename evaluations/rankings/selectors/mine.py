"""What somebody sees of her own score: nothing about whom she is ahead of."""

from dataclasses import dataclass

from django.db.models import QuerySet

from evaluations.ledger.components import component_label
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.people import Frame
from evaluations.rankings.rules.scheme import Level, Quota
from evaluations.rankings.selectors.home import own_standings
from evaluations.rankings.words import (
    Reason,
    level_name,
    reasons_in_words,
    records_in_words,
)
from staffing.people.models import User

EARLIER = 12


@dataclass(frozen=True, slots=True)
class Prize:
    """A prize of the period as it stands for her.

    `place` names whose prize it is. `gap` is how many points lie between her score and
    the lowest one that won; None where she has no score. Nobody is named.
    """

    level: Level
    place: str
    won: bool
    gap: float | None


@dataclass(frozen=True, slots=True)
class OwnComponent:
    """One part of her score; `records` says what stands behind it."""

    label: str
    value: float | None
    records: str
    points: float | None
    weight: float | None


@dataclass(frozen=True, slots=True)
class OwnScore:
    """Her score in one period. `outlet_rank` is None where the outlet is too small."""

    standing: Standing
    outlet_rank: int | None
    components: tuple[OwnComponent, ...]
    reasons: tuple[Reason, ...]
    prizes: tuple[Prize, ...]
    earlier: tuple[Standing, ...]


def own_score(user: User, period: str | None = None) -> OwnScore | None:
    """Return the user's own score in `period`, or in what was published last.

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
    rules = Frame.parse(standing.run.head).rules
    return OwnScore(
        standing=standing,
        outlet_rank=standing.rank_outlet,
        components=tuple(_component(standing, rule.code) for rule in rules.components),
        reasons=tuple(reasons_in_words(standing.reasons)),
        prizes=tuple(
            prize
            for quota in rules.quotas.get(standing.run.kind, ())
            if (prize := _prize(standing, quota)) is not None
        ),
        earlier=tuple(others.exclude(pk=standing.pk)[:EARLIER]),
    )


def _component(standing: Standing, code: str) -> OwnComponent:
    part = standing.components.get(code)
    return OwnComponent(
        label=component_label(code),
        value=part["raw"] if part else None,
        records=records_in_words(code, part["n"]) if part else "",
        points=part["points"] if part else None,
        weight=part["weight"] if part else None,
    )


def _prize(standing: Standing, quota: Quota) -> Prize | None:
    """Return how she stands to a prize; None where there is none for her."""
    peers, place = _peers(standing, quota.level)
    if peers is None or peers.count() < quota.least_ranked:
        return None
    best = peers.filter(eligible=True).order_by("tied_position")
    winners = list(best[: quota.places])
    if not winners:
        return None
    last = winners[-1]
    won = standing.eligible and standing.tied_position <= last.tied_position
    gap = None
    if not won and standing.score is not None and last.score is not None:
        gap = float(last.score - standing.score)
    return Prize(quota.level, place, won, gap)


def _peers(standing: Standing, level: Level) -> tuple[QuerySet[Standing] | None, str]:
    """Return who has a score in the same list, and the name of its place."""
    scored = Standing.objects.filter(run=standing.run_id).exclude(score=None)
    if level is Level.ALL:
        return scored, level_name(level)
    if level is Level.CLASS:
        if standing.province is None or not standing.outlet_class:
            return None, ""
        peers = scored.filter(
            province=standing.province, outlet_class=standing.outlet_class
        )
        return peers, f"{standing.province.name} {standing.outlet_class}"
    place = getattr(standing, level)
    if place is None:
        return None, ""
    return scored.filter(**{level: place}), place.name
