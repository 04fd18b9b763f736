"""Opening a round, showing its winners, and finishing it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evaluations.awards.models import (
    OUTLET_TITLES,
    Award,
    AwardList,
    AwardState,
    Candidate,
    Level,
    ListStatus,
    Member,
    Nomination,
    NominationState,
    Objection,
    OutletAward,
    Round,
    RoundState,
    Title,
    lasting_id,
)
from evaluations.awards.selectors.eligibility import Standings
from evaluations.awards.services import telling
from evaluations.awards.services.lists import (
    may_decide,
    published_since,
    require_newest,
    supersede_earlier,
)
from evaluations.awards.services.refusals import (
    CaseOpen,
    ListDrawnAlready,
    NobodyApproved,
    NobodyOnTheList,
    NominationsOpen,
    NotEligible,
    ObjectionsOpen,
    RoundNotOpen,
    RunNotPublished,
    RunNotReviewed,
    RunSuperseded,
    StillOnDisplay,
    StillUndecided,
    TitleNeedsOtherLevel,
)
from evaluations.awards.words import cases_in_words, reasons_shown
from evaluations.rankings.models import PlaceStanding, Run, RunState, Standing
from outlets.exchange.acting import acting
from staffing.people.models import User

Listed = TypeVar("Listed", Standing, PlaceStanding)
UNDECIDED = (
    NominationState.DRAFT,
    NominationState.SUBMITTED,
    NominationState.COUNTY_APPROVED,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a round is to run; the fields are those of `Round`, days are days.

    `shortlist` per place can be nominated without an exception. `quorum` 0: no
    committee.
    """

    level: Level
    title: Title
    places: int
    shortlist: int
    nominate_from: date
    nominate_until: date
    review_until: date
    decide_until: date
    display_days: int
    quorum: int = 0
    blind: bool = False


def _require_decider(by: User | None) -> None:
    if by is not None and not may_decide(by):
        raise PermissionDenied


@transaction.atomic
def open_round(*, run_id: int, plan: Plan, by: User | None) -> Round:
    """Open a round and note who is on its list. `by` None is the system.

    Raises:
        RunNotReviewed: a round rests on a reviewed run.
        RunSuperseded: a newer revision has been published.
        ListDrawnAlready: this title and level has a list or a round.
        TitleNeedsOtherLevel: outlets are not ranked within an outlet.
        NobodyOnTheList: nobody is eligible there.
    """
    _require_decider(by)
    run = Run.objects.select_for_update(of=["self"]).get(pk=run_id)
    if run.state not in (RunState.REVIEWED, RunState.PUBLISHED):
        raise RunNotReviewed
    if published_since(run).exists():
        raise RunSuperseded
    same = {"level": plan.level, "title": plan.title}
    rounds = run.rounds.exclude(state=RoundState.CANCELLED)
    if run.award_lists.filter(**same).exists() or rounds.filter(**same).exists():
        raise ListDrawnAlready
    if plan.title in OUTLET_TITLES and plan.level == Level.OUTLET:
        raise TitleNeedsOtherLevel
    fields = {name: getattr(plan, name) for name in Plan.__slots__}
    opened = Round.objects.create(run=run, period=run.period, opened_by=by, **fields)
    found = outlets_listed(opened) if opened.for_outlets else people_listed(opened)
    candidates = list(found)
    if not candidates:
        raise NobodyOnTheList
    Candidate.objects.bulk_create(candidates, batch_size=1000)
    return opened


_PLACES = {
    Level.COUNTY: "county",
    Level.CITY: "city",
    Level.PROVINCE: "province",
}


def place_of(level: str, listed: Standing | PlaceStanding) -> tuple[str, str] | None:
    """Return code and name of the place where somebody stands; None: there is none."""
    if level == Level.OUTLET:
        outlet = listed.outlet
        return (outlet.code, outlet.name) if outlet is not None else None
    if level == Level.ALL:
        return ("", "")
    if level == Level.CLASS:
        province, outlet_class = listed.province, listed.outlet_class
        if province is None or not outlet_class:
            return None
        return (province.code, f"{province.name} {outlet_class}")
    region = getattr(listed, _PLACES[Level(level)])
    return (region.code, region.name) if region is not None else None


def people_listed(opened: Round) -> Iterator[Candidate]:
    """Yield the best of each place, eligible by the run, whoever ties with the last."""
    standings = (
        opened.run.standings.filter(eligible=True, outlet__isnull=False)
        .select_related("outlet", "county", "city", "province")
        .order_by("tied_position", "position")
    )
    by_place = _by_place(opened, standings)
    for (code, name), theirs in by_place:
        last = theirs[: opened.shortlist][-1].tied_position
        for order, one in enumerate(theirs, start=1):
            if one.tied_position <= last and one.outlet_id is not None:
                yield Candidate(
                    round=opened,
                    employee_id=one.employee_id,
                    outlet_id=one.outlet_id,
                    standing=one,
                    place_code=code,
                    place_name=name,
                    order=order,
                )


def outlets_listed(opened: Round) -> Iterator[Candidate]:
    """Yield the best outlets of each place, by the ranking of outlets of the run."""
    standings = (
        PlaceStanding.objects.filter(places__run=opened.run, score__isnull=False)
        .select_related("outlet", "county", "city", "province")
        .order_by("position")
    )
    for (code, name), theirs in _by_place(opened, standings):
        for order, one in enumerate(theirs[: opened.shortlist], start=1):
            yield Candidate(
                round=opened,
                outlet_id=one.outlet_id,
                place_standing=one,
                place_code=code,
                place_name=name,
                order=order,
            )


def _by_place(
    opened: Round, standings: QuerySet[Listed]
) -> list[tuple[tuple[str, str], list[Listed]]]:
    placed = [
        (place, one)
        for one in standings.iterator(chunk_size=2000)
        if (place := place_of(opened.level, one)) is not None
    ]
    # A stable sort keeps the order of the run within each place.
    placed.sort(key=lambda pair: pair[0])
    return [
        (place, [one for _place, one in group])
        for place, group in groupby(placed, key=lambda pair: pair[0])
    ]


def locked(round_id: int) -> Round:
    """Return a round that nobody else decides on before this transaction ends."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("run")
    return rows.get(pk=round_id)


@transaction.atomic
def appoint(*, round_id: int, user: User, by: User | None) -> Member:
    """Give somebody a seat on the committee; a second time changes nothing.

    Raises:
        RoundNotOpen: the round is not open any more.
    """
    _require_decider(by)
    opened = locked(round_id)
    if opened.state != RoundState.OPEN:
        raise RoundNotOpen(state=opened.get_state_display())
    return Member.objects.seated().get_or_create(round=opened, user=user)[0]


@transaction.atomic
def start_display(*, round_id: int, by: User | None, on: date | None = None) -> Round:
    """Show the approved in public, for the round's days. Winners and others are told.

    Raises:
        RoundNotOpen: it is on display already, or over.
        RunSuperseded: a newer revision has been published.
        StillUndecided: a nomination waits.
        NominationsOpen: one can still be submitted in time.
        NobodyApproved: there is nobody to show.
        NotEligible, CaseOpen: somebody approved cannot win any more.
    """
    _require_decider(by)
    opened = locked(round_id)
    if opened.state != RoundState.OPEN:
        raise RoundNotOpen(state=opened.get_state_display())
    if published_since(opened.run).exists():
        raise RunSuperseded
    waiting = opened.nominations.filter(state__in=UNDECIDED)
    if count := waiting.exclude(state=NominationState.DRAFT).count():
        raise StillUndecided(count=count)
    last = _last_day_to_submit(opened, waiting)
    if timezone.localdate() <= last:
        raise NominationsOpen(last=last, first=last + timedelta(days=1))
    # What nobody submitted in time is left out, and says so.
    for draft in waiting:
        draft.state = NominationState.WITHDRAWN
        draft.save(update_fields=["state"])
    approved = _approved(opened)
    if not approved:
        raise NobodyApproved
    _require_winnable(opened, approved)
    opened.state = RoundState.DISPLAY
    opened.displayed_from = on or timezone.localdate()
    opened.displayed_until = opened.displayed_from + timedelta(
        days=max(opened.display_days, 1) - 1
    )
    with acting(by=by):
        opened.save(update_fields=["state", "displayed_from", "displayed_until"])
    telling.shown(opened)
    return opened


def _last_day_to_submit(opened: Round, drafts: Iterable[Nomination]) -> date:
    """Return until when anything can still be submitted: a returned draft longest."""
    returned = any(draft.was_returned for draft in drafts)
    return opened.review_until if returned else opened.nominate_until


@transaction.atomic
def finish_round(*, round_id: int, by: User | None) -> AwardList:
    """Publish the list of a round whose display is over.

    Everybody is asked anew whether she may win: who has an open case is held back.

    Raises:
        RoundNotOpen: it is not on display.
        StillOnDisplay: its last day has not ended.
        ObjectionsOpen: somebody waits for an answer.
        StillUndecided: a nomination was reopened and waits.
        RunNotPublished: the figures behind it are not frozen.
        RunSuperseded: a newer revision has been published.
        NotEligible: somebody approved is barred now: disqualify her first.
    """
    _require_decider(by)
    opened = locked(round_id)
    if opened.state != RoundState.DISPLAY or opened.displayed_until is None:
        raise RoundNotOpen(state=opened.get_state_display())
    if timezone.localdate() <= opened.displayed_until:
        raise StillOnDisplay(last=opened.displayed_until)
    waiting = Objection.objects.undecided().filter(nomination__round=opened)
    if count := waiting.count():
        raise ObjectionsOpen(count=count)
    if count := opened.nominations.filter(state__in=UNDECIDED).count():
        raise StillUndecided(count=count)
    if opened.run.state != RunState.PUBLISHED:
        raise RunNotPublished
    require_newest(opened.run)
    approved = _approved(opened)
    cases = _require_winnable(opened, approved, holding=True)
    now = timezone.now()
    award_list = AwardList.objects.create(
        run=opened.run,
        period=opened.period,
        level=opened.level,
        title=opened.title,
        status=ListStatus.PUBLISHED,
        drawn_by=opened.opened_by,
        published_by=by,
        published_at=now,
        changed_at=now,
    )
    for one in approved:
        give_title(award_list, one, held=one.employee_id in cases)
    supersede_earlier(award_list, by=by)
    opened.state, opened.finished_at = RoundState.FINISHED, now
    opened.award_list = award_list
    with acting(by=by):
        opened.save(update_fields=["state", "finished_at", "award_list"])
    telling.finished(opened)
    return award_list


def give_title(award_list: AwardList, approved: Nomination, *, held: bool) -> None:
    """Write the award that an approved nomination leads to."""
    state = AwardState.HELD if held else AwardState.AWARDED
    place = {"place_code": approved.place_code, "place_name": approved.place_name}
    if approved.employee_id is None:
        approved.outlet_award = OutletAward.objects.create(
            lasting_id=lasting_id(
                award_list.period,
                award_list.run.scheme_id,
                award_list.level,
                award_list.title,
                approved.outlet.code,
            ),
            award_list=award_list,
            outlet=approved.outlet,
            stars=approved.stars,
            state=state,
            **place,
        )
    elif (standing := approved.standing) is not None:
        approved.award = Award.objects.create(
            award_list=award_list,
            standing=standing,
            employee_id=approved.employee_id,
            outlet_id=approved.outlet_id,
            rank=standing.ranks.get(award_list.level),
            state=state,
            **place,
        )
    approved.save(update_fields=["award", "outlet_award"])


@transaction.atomic
def cancel_round(*, round_id: int, by: User | None) -> Round:
    """Stop a round before its winners are shown; another can be opened.

    On display it can be stopped only once a newer revision has been published: its
    list cannot be published then.

    Raises:
        RoundNotOpen: its winners are shown, or it is over.
    """
    _require_decider(by)
    opened = locked(round_id)
    shown = opened.state == RoundState.DISPLAY
    moot = shown and published_since(opened.run).exists()
    if opened.state != RoundState.OPEN and not moot:
        raise RoundNotOpen(state=opened.get_state_display())
    opened.state = RoundState.CANCELLED
    with acting(by=by):
        opened.save(update_fields=["state"])
    return opened


def _approved(opened: Round) -> list[Nomination]:
    """Return the approved, locked in one order so that no two wait for each other."""
    rows = opened.nominations.select_for_update(of=("self",)).filter(
        state=NominationState.APPROVED
    )
    related = rows.select_related("standing", "employee", "outlet")
    return list(related.order_by("pk"))


def _require_winnable(
    opened: Round, approved: list[Nomination], *, holding: bool = False
) -> dict[int, tuple[str, ...]]:
    """Return whose case is open now; `holding`: they are held back, not refused.

    Raises:
        NotEligible: somebody is barred by now.
        CaseOpen: somebody has an open case.
    """
    people = {one.employee_id for one in approved if one.employee_id is not None}
    if not people:
        return {}
    found = Standings.of(opened.run, people)
    for one in approved:
        if one.standing is None or one.employee_id is None:
            continue
        if reasons := found.reasons(one.standing):
            raise NotEligible(name=one.subject, reasons=reasons_shown(reasons))
        if not holding and (cases := found.cases(one.employee_id)):
            raise CaseOpen(name=one.subject, cases=cases_in_words(cases))
    return dict(found.open)
