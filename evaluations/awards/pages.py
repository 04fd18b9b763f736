"""What the pages of rounds and nominations show to one viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from evaluations.awards import acting
from evaluations.awards.acting import Action, Choice, Part, State
from evaluations.awards.forms.acts import FORMS, ActForm
from evaluations.awards.models import (
    Ballot,
    Candidate,
    Nomination,
    NominationState,
    Objection,
    Round,
    RoundState,
    Step,
)
from evaluations.awards.parts import parts_of
from evaluations.awards.selectors.eligibility import Standings
from evaluations.awards.services.objections import may_appeal
from evaluations.awards.words import cases_in_words, reasons_shown
from evaluations.ledger.components import component_label
from evaluations.rankings.rules.scheme import Level as RankLevel
from evaluations.rankings.selectors.surety import Place, places_of
from evaluations.rankings.words import part_label
from outlets.places.sight import Power
from staffing.people.models import User

NOMINEES_SHOWN = 200


def rounds_shown(viewer: User) -> QuerySet[Round]:
    """Return the rounds of the viewer, newest first, with their counts."""
    counted = Q(nominations__state__in=("submitted", "county_approved"))
    # Nobody counts as a winner while the published list holds her back.
    won = Q(nominations__state="approved") & (
        Q(nominations__award=None) | Q(nominations__award__state="awarded")
    )
    return (
        Round.objects.visible_to(viewer)
        .select_related("run")
        .annotate(
            waiting=Count("nominations", filter=counted, distinct=True),
            winners=Count("nominations", filter=won, distinct=True),
        )
        .order_by("-period", "-id")
    )


@dataclass(frozen=True, slots=True)
class Stop:
    """What keeps a nominee from moving on: bars, then open cases, in words."""

    barred: str = ""
    cases: str = ""

    def __bool__(self) -> bool:
        return bool(self.barred or self.cases)


@dataclass(frozen=True, slots=True)
class Offered:
    action: Action
    form: ActForm
    first: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One component of the score: its value and records; None where missing."""

    label: str
    value: float | None
    n: int | None
    adjusted: float | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A nomination as one viewer reads it.

    `named` is False on a blind committee's table. `figures`: she may read the evidence.
    `inside`: she reads reasons, steps and decisions, which the public does not.
    """

    row: Nomination
    named: bool
    inside: bool
    figures: bool
    explains: bool
    values: Sequence[Value]
    places: Sequence[Place]
    stop: Stop
    steps: Sequence[Step]
    ballots: Sequence[Ballot]
    counted: int
    offered: Sequence[Offered]
    conflicted: bool
    objections: Sequence[Objection]
    may_object: bool
    may_appeal: bool
    answers: bool

    @property
    def adjusts(self) -> bool:
        """Whether any component was adjusted: those of outlets are not."""
        return any(one.adjusted is not None for one in self.values)


def dossier(row: Nomination, viewer: User, bad: ActForm | None = None) -> Dossier:
    """Return everything that `viewer` may know and do about a nomination."""
    parts = parts_of(row, viewer)
    sees = _sees(row, viewer)
    member = Part.MEMBER in parts
    concerned, wrote = Part.CONCERNED in parts, Part.NOMINATOR in parts
    blind = row.round.blind and member and Part.DECIDER not in parts
    inside = sees or member or concerned or wrote
    figures = sees or member or concerned
    ballots = list(
        Ballot.objects.visible_to(viewer)
        .filter(nomination=row)
        .select_related("member__user__employee")
    )
    decides = Part.DECIDER in parts
    objections = Objection.objects.visible_to(viewer).filter(nomination=row)
    return Dossier(
        row=row,
        named=not blind or concerned,
        inside=inside,
        figures=figures,
        explains=sees and not blind and row.standing is not None,
        values=_values(row) if figures else (),
        places=_places(row) if figures else (),
        stop=_stop(row) if figures and not row.round.is_public else Stop(),
        steps=list(row.steps.select_related("by__employee")) if sees else (),
        ballots=ballots,
        counted=sum(
            ballot.choice != Choice.RECUSED and ballot.member.removed_at is None
            for ballot in ballots
        ),
        offered=_offered(row, parts, bad),
        conflicted=member and bool(parts & {Part.CONFLICTED, Part.NOMINATOR}),
        objections=list(objections.select_related("by__employee")),
        may_object=_may_object(row, viewer),
        may_appeal=may_appeal(row, viewer),
        answers=decides and acting.PARTIAL.isdisjoint(parts),
    )


def _sees(row: Nomination, viewer: User) -> bool:
    """Tell whether the nominee's outlet lies where she reads records or awards."""
    path = row.outlet.region.path
    return any(
        viewer.sight.reach(one).covers(outlet_id=row.outlet_id, region_path=path)
        for one in (Power.SEE_RECORDS, Power.SEE_AWARDS)
    )


def _may_object(row: Nomination, viewer: User) -> bool:
    shown, last = row.round.state == RoundState.DISPLAY, row.round.displayed_until
    sight = viewer.sight
    return (
        (sight.employee_id is not None or sight.may(Power.ANNOUNCE))
        and shown
        and last is not None
        and timezone.localdate() <= last
        and row.state == NominationState.APPROVED
        and not row.is_concerning(viewer)
    )


def _values(row: Nomination) -> list[Value]:
    if row.standing is not None:
        return [
            Value(
                label=str(component_label(code)),
                value=part.get("raw"),
                n=part.get("n"),
                adjusted=part.get("adjusted"),
            )
            if part
            else Value(str(component_label(code)), None, None, None)
            for code, part in row.standing.components.items()
        ]
    if row.place_standing is None:
        return []
    return [
        Value(part_label(code), part.get("value"), part.get("n"), None)
        for code, part in row.place_standing.parts.items()
        if part
    ]


def _places(row: Nomination) -> Sequence[Place]:
    """Return how sure the rank is; without intervals the rank alone."""
    if row.standing is None:
        return ()
    level = RankLevel(row.round.level)
    levels = [one for one in (level, RankLevel.ALL) if one in row.standing.ranks]
    return places_of(row.standing, dict.fromkeys(levels))


def _stop(row: Nomination) -> Stop:
    if row.standing is None or row.employee_id is None:
        return Stop()
    found = Standings.of(row.round.run, {row.employee_id})
    return Stop(
        barred=reasons_shown(found.reasons(row.standing)),
        cases=cases_in_words(found.cases(row.employee_id)),
    )


def _offered(row: Nomination, parts: Any, bad: ActForm | None) -> list[Offered]:
    offered = []
    today, returned = timezone.localdate(), row.was_returned
    actions = [
        action
        for action in acting.allowed(State(row.state), parts)
        if action in FORMS and row.round.takes(action, today, returned=returned)
    ]
    for action in actions:
        kind = FORMS[action]
        form = bad if bad is not None and type(bad) is kind else None
        offered.append(
            Offered(
                action,
                form or kind(prefix=action.value),
                first=form is not None or action == actions[0],
            )
        )
    return offered


@dataclass(frozen=True, slots=True)
class Nominee:
    """A line of the list: a candidate, and her nomination if there is one."""

    candidate: Candidate
    nomination: Nomination | None
    may_nominate: bool


def candidates_for(opened: Round, viewer: User) -> tuple[list[Nominee], int]:
    """Return those of the list whom the viewer sees, and how many more there are.

    Three queries.
    """
    seen = Candidate.objects.visible_to(viewer).filter(round=opened)
    rows = seen.select_related(
        "employee", "outlet__region", "standing", "place_standing"
    )[:NOMINEES_SHOWN]
    nominated = {
        (one.employee_id, one.outlet_id if one.employee_id is None else None): one
        for one in opened.nominations.all()
    }
    reach = viewer.sight.reach(Power.NOMINATE)
    open_now = opened.takes(Action.SUBMIT, timezone.localdate())
    found = []
    for row in rows:
        key = (row.employee_id, row.outlet_id if row.employee_id is None else None)
        covers = reach.covers(
            outlet_id=row.outlet_id, region_path=row.outlet.region.path
        )
        own = row.employee_id is not None and row.employee_id == viewer.employee_id
        found.append(
            Nominee(
                candidate=row,
                nomination=nominated.get(key),
                may_nominate=covers and open_now and not own,
            )
        )
    return found, seen.count() - len(found)
