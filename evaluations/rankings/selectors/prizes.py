"""How somebody stands to the prizes of a period. Nobody else is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.models import Standing
from evaluations.rankings.rules.gaps import ways_to_close
from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.periods import MonthResult
from evaluations.rankings.rules.ranking import months_of
from evaluations.rankings.rules.scheme import Basis, Level, Quota
from evaluations.rankings.rules.ties import deciding_tie_break
from evaluations.rankings.sentences import tie_break_in_words, way_in_words
from evaluations.rankings.words import level_name

# More ways than that are no advice.
MOST_WAYS = 2


@dataclass(frozen=True, slots=True)
class Prize:
    """A prize of the period as it stands for her.

    `place` names whose prize it is. `gap` is how many points lie between her score and
    the lowest one that won; None where she has won, or has no score. `ways` says what
    would each alone have closed it, None where the period has no such answer. `tie`
    names the rule that decided between her and somebody with the same score; `one_band`
    tells that she and the line of the prize cannot be told apart.
    """

    level: Level
    place: str
    won: bool
    gap: float | None
    ways: tuple[str, ...] | None = None
    tie: str = ""
    one_band: bool = False


def prizes_of(standing: Standing) -> tuple[Prize, ...]:
    """Return the prizes whose lists the standing is in, by the scheme's quotas."""
    frame = Frame.parse(standing.run.head)
    person = PersonInput.parse(standing.input)
    months = months_of(frame, [person])[0]
    return tuple(
        prize
        for quota in frame.rules.quotas.get(standing.run.kind, ())
        if (prize := _prize(standing, quota, frame, person, months)) is not None
    )


def _prize(
    standing: Standing,
    quota: Quota,
    frame: Frame,
    person: PersonInput,
    months: Mapping[str, MonthResult],
) -> Prize | None:
    """Return how she stands to a prize; None where there is none for her."""
    peers, place = _peers(standing, quota.level)
    if peers is None or peers.count() < quota.least_ranked:
        return None
    best = peers.filter(eligible=True).order_by("tied_position", "position")
    winners = list(best[: quota.places])
    if not winners:
        return None
    last = winners[-1]
    won = standing.eligible and standing.tied_position <= last.tied_position
    gap = None
    if not won and standing.score is not None and last.score is not None:
        gap = last.score - standing.score
    other = best.filter(tied_position__gt=last.tied_position).first() if won else last
    return Prize(
        level=quota.level,
        place=place,
        won=won,
        gap=None if gap is None else float(gap),
        ways=_ways(standing, frame, months, gap),
        tie=_tie(standing, other, frame, person),
        one_band=_one_band(standing, other, quota.level),
    )


def _ways(
    standing: Standing, frame: Frame, months: Mapping[str, MonthResult], gap: object
) -> tuple[str, ...] | None:
    month = months.get(frame.period.code)
    if not gap or frame.period.kind is not PeriodKind.MONTH or month is None:
        return None
    kept = None
    if frame.rules.basis is Basis.ADJUSTED:
        kept = {
            code: part["reliability"]
            for code, part in standing.components.items()
            if part and "reliability" in part
        }
    found = ways_to_close(month, Fraction(str(gap)), kept)
    return tuple(map(way_in_words, found[:MOST_WAYS]))


def _tie(
    standing: Standing, other: Standing | None, frame: Frame, person: PersonInput
) -> str:
    """Return what decided between equal scores; "" where the scores differ."""
    if other is None or not standing.eligible or other.score != standing.score:
        return ""
    rule = deciding_tie_break(frame, person, PersonInput.parse(other.input))
    return tie_break_in_words(rule) if rule is not None else ""


def _one_band(standing: Standing, other: Standing | None, level: Level) -> bool:
    if other is None:
        return False
    own, theirs = standing.intervals.get(level), other.intervals.get(level)
    return bool(own and theirs and own[2] == theirs[2])


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
