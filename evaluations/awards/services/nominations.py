"""Nominating, and everything that is done to a nomination: one way in for all."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from evaluations.awards import acting
from evaluations.awards.acting import Action, State, Verdict
from evaluations.awards.models import (
    AwardList,
    AwardState,
    Level,
    Nomination,
    NominationState,
    OutletAward,
    Round,
    RoundState,
    Step,
    StepKind,
    Title,
)
from evaluations.awards.parts import parts_of
from evaluations.awards.selectors.eligibility import Standings
from evaluations.awards.services import committee, telling
from evaluations.awards.services.certificates import restore
from evaluations.awards.services.losing import lose
from evaluations.awards.services.refusals import (
    CaseOpen,
    CommitteeSaysNo,
    ExceptionMissing,
    NominatedAlready,
    NoQuorum,
    NotEligible,
    NotInThatState,
    NotRanked,
    NotYourself,
    OutsideTheWindow,
    PlacesTaken,
    ReasonMissing,
    RoundNotOpen,
    StarsMissing,
    StarsNotAsked,
)
from evaluations.awards.services.rounds import give_title, locked, place_of
from evaluations.awards.services.windows import show_in_full
from evaluations.awards.words import cases_in_words, reasons_shown
from evaluations.rankings.models import PlaceStanding, Standing
from outlets.exchange.acting import acting as acts
from outlets.places.models import Outlet
from outlets.places.sight import Power, Reach
from staffing.people.models import User


@transaction.atomic
def nominate(
    *,
    round_id: int,
    number: str,
    reason: str,
    by: User,
    exception: str = "",
    stars: int | None = None,
    uuid: UUID | None = None,
    sent_from: Reach | None = None,
) -> Nomination:
    """Write a draft for somebody, by staff number, or for an outlet, by its code.

    `uuid` is a new one if None. `sent_from` is the reach of a service that writes it in
    the name of `by`; None: she does it herself.

    Raises:
        RoundNotOpen, OutsideTheWindow: nominations are not taken now.
        NotRanked: the round's ranking does not know her, or not at this level; or the
            service does not reach her outlet.
        PermissionDenied: she is nobody of an outlet where `by` nominates.
        NotYourself: it is `by` herself.
        NominatedAlready: the round has her already.
        NotEligible: she cannot win.
        ExceptionMissing: she is beyond the list, and nobody says why.
        ReasonMissing: no reason.
        StarsMissing, StarsNotAsked: a Star Outlet takes 1 to 5, other titles none.
    """
    opened = locked(round_id)
    _require_time(opened, Action.SUBMIT)
    standing = _standing(opened, number)
    place = place_of(opened.level, standing)
    if place is None or standing.outlet is None:
        raise NotRanked
    outlet = standing.outlet
    if sent_from is not None and not _covers(sent_from, outlet):
        raise NotRanked
    if not _covers(by.sight.reach(Power.NOMINATE), outlet):
        raise PermissionDenied
    person = standing.employee if isinstance(standing, Standing) else None
    name = person.name if person is not None else outlet.name
    if person is not None and person.pk == by.sight.employee_id:
        raise NotYourself
    about = {"employee": person} if person else {"employee": None, "outlet": outlet}
    if opened.nominations.filter(**about).exists():
        raise NominatedAlready(name=name)
    listed = opened.candidates.filter(**about).exists()
    if not reason.strip():
        raise ReasonMissing
    if not listed and not exception.strip():
        raise ExceptionMissing(name=name)
    _require_stars(opened, stars)
    nomination = Nomination(
        **({} if uuid is None else {"uuid": uuid}),
        round=opened,
        employee=person,
        outlet=outlet,
        standing=standing if isinstance(standing, Standing) else None,
        place_standing=standing if isinstance(standing, PlaceStanding) else None,
        place_code=place[0],
        place_name=place[1],
        listed=listed,
        stars=stars,
        reason=reason.strip(),
        exception="" if listed else exception.strip(),
        nominated_by=by,
    )
    if reasons := _reasons(nomination):
        raise NotEligible(name=name, reasons=reasons_shown(reasons))
    writer = by if sent_from is None else None
    with acts(by=writer):
        nomination.save()
    _note(nomination, StepKind.NOMINATE, writer, nomination.reason)
    return nomination


def _require_stars(opened: Round, stars: int | None) -> None:
    """Raises StarsMissing or StarsNotAsked where they do not fit the title."""
    if opened.title != Title.STAR_OUTLET:
        if stars is not None:
            raise StarsNotAsked
    elif stars is None or not 1 <= stars <= 5:
        raise StarsMissing


def _covers(reach: Reach, outlet: Outlet) -> bool:
    return reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)


def _standing(opened: Round, number: str) -> Standing | PlaceStanding:
    found: Standing | PlaceStanding | None
    related = ("outlet__region", "county", "city", "province")
    if opened.for_outlets:
        places = PlaceStanding.objects.filter(
            places__run=opened.run, outlet__code=number, score__isnull=False
        )
        found = places.select_related(*related).first()
    else:
        people = opened.run.standings.filter(employee__number=number)
        found = people.select_related(*related, "employee").first()
    if found is None:
        raise NotRanked
    return found


def _require_time(opened: Round, action: Action, *, returned: bool = False) -> None:
    """Let nobody nominate, review or decide when the round does not take it.

    `returned`: it is done to a draft that the county returned.

    Raises:
        RoundNotOpen: its winners are shown, or it is over.
        OutsideTheWindow: too early or too late.
    """
    if opened.takes(action, timezone.localdate(), returned=returned):
        return
    window = opened.window(action, returned=returned)
    if opened.state != RoundState.OPEN or window is None:
        raise RoundNotOpen(state=opened.get_state_display())
    raise OutsideTheWindow(first=window[0], last=window[1])


_DECIDES = frozenset({Action.REFUSE, Action.APPROVE, Action.REJECT, Action.DISQUALIFY})
_NEEDS_WORDS = _DECIDES | {Action.RETURN, Action.EDIT, Action.VOTE, Action.RECUSE}


@transaction.atomic
def act(
    *,
    nomination_id: int,
    action: Action,
    by: User,
    note: str = "",
    choice: str = "",
) -> Nomination:
    """Do one thing to a nomination: lock, decide, write, tell.

    `note` is the reason, `choice` a ballot's. Round, then nomination are locked, so
    that two approvals cannot take the same place; who may act, whether the nominee may
    win and which ballots count is asked here, under the lock, and nowhere earlier.

    Raises:
        PermissionDenied: `by` may not do this, or not in this state.
        NotInThatState: nobody may do this now.
        RoundNotOpen, OutsideTheWindow: not at this time.
        ReasonMissing: it needs a reason.
        CaseOpen, NotEligible: the nominee cannot move on.
        NoQuorum, CommitteeSaysNo: the committee has not carried it.
        PlacesTaken: as many as may win have been approved.
    """
    opened = locked(
        Nomination.objects.values_list("round", flat=True).get(pk=nomination_id)
    )
    row = _locked(nomination_id)
    row.round = opened
    require_may(row, action, by)
    _require_time(opened, action, returned=row.was_returned)
    note = note.strip()
    if not note and action in _NEEDS_WORDS:
        raise ReasonMissing
    if action in acting.ONWARD:
        _require_winnable(row)
    if (work := _WORK.get(action)) is not None:
        work(row, by, note, choice)
    if (to := acting.LEADS_TO.get(action)) is not None:
        row.state = NominationState(to.value)
    if action in _DECIDES:
        row.decided_by, row.decided_at, row.decision = by, timezone.now(), note
    with acts(by=by):
        row.save()
    secret = action in (Action.VOTE, Action.RECUSE)
    _note(row, StepKind(action.value), by, "" if secret else note)
    if action == Action.APPROVE and opened.state == RoundState.DISPLAY:
        show_in_full(opened, by=by)
    if action == Action.APPROVE and opened.award_list is not None:
        # The round is over: she was right to appeal, and joins the list.
        _join(row, opened)
    telling.acted(row, action)
    return row


def require_may(row: Nomination, action: Action, by: User) -> None:
    """Raises PermissionDenied, or NotInThatState where nobody may do it now."""
    parts, state = parts_of(row, by), State(row.state)
    if not acting.ever(action, parts):
        raise PermissionDenied
    if not acting.fits(action, state):
        raise NotInThatState(state=row.get_state_display())
    if not acting.may(action, state, parts):
        raise PermissionDenied


def _locked(nomination_id: int) -> Nomination:
    rows = Nomination.objects.select_for_update(of=("self",))
    return rows.select_related(
        "employee", "outlet__region", "standing", "place_standing", "award"
    ).get(pk=nomination_id)


def _reasons(row: Nomination) -> list[str]:
    if row.standing is None or row.employee_id is None:
        return []
    return Standings.of(row.round.run, {row.employee_id}).reasons(row.standing)


def _require_winnable(row: Nomination) -> None:
    """Let nobody move on who cannot win, or whose case is open.

    Raises:
        NotEligible: the run or a bar since keeps her out.
        CaseOpen: an attitude complaint or a red-line case waits for its verdict.
    """
    if row.standing is None or row.employee_id is None:
        return
    found = Standings.of(row.round.run, {row.employee_id})
    if reasons := found.reasons(row.standing):
        raise NotEligible(name=row.subject, reasons=reasons_shown(reasons))
    row.eligible = True
    if cases := found.cases(row.employee_id):
        raise CaseOpen(name=row.subject, cases=cases_in_words(cases))


def _edit(row: Nomination, by: User, note: str, choice: str) -> None:
    row.reason = note


def _approve(row: Nomination, by: User, note: str, choice: str) -> None:
    """Check committee and places; what a nominee must fulfil was asked before."""
    opened = row.round
    if opened.quorum:
        said, counted = committee.tally(row)
        if said is Verdict.NO_QUORUM:
            raise NoQuorum(counted=counted, quorum=opened.quorum)
        if said is Verdict.AGAINST:
            raise CommitteeSaysNo
    taken = _of_the_same_place(row).filter(state=NominationState.APPROVED)
    if taken.count() >= opened.places and not row.on_appeal:
        raise PlacesTaken(places=opened.places, place=row.place_name or "–")


def _of_the_same_place(row: Nomination) -> QuerySet[Nomination]:
    """Return whoever stands for the same prizes: a place may be renamed meanwhile.

    Classes of a province bear its code: the ranking tells them apart.
    """
    same = row.round.nominations.filter(place_code=row.place_code)
    listed = row.standing or row.place_standing
    if row.round.level != Level.CLASS or listed is None:
        return same
    return same.filter(
        Q(standing__outlet_class=listed.outlet_class)
        | Q(place_standing__outlet_class=listed.outlet_class)
    )


def _disqualify(row: Nomination, by: User, note: str, choice: str) -> None:
    """Mark it, and what came of it; nothing is deleted."""
    if row.award is not None:
        lose(award=row.award, reason=note, by=by)
    if row.outlet_award_id is not None:
        lost = OutletAward.objects.select_for_update().get(pk=row.outlet_award_id)
        lost.state, lost.reason = AwardState.DISQUALIFIED, note[:300]
        with acts(by=by):
            lost.save(update_fields=["state", "reason"])
        AwardList.objects.filter(pk=lost.award_list_id).update(
            changed_at=timezone.now()
        )


def _reopen(row: Nomination, by: User, note: str, choice: str) -> None:
    row.on_appeal = True
    row.decided_by = row.decided_at = None


def _join(row: Nomination, opened: Round) -> None:
    award_list = opened.award_list
    if award_list is None:
        return
    earlier = row.award or row.outlet_award
    if earlier is None:
        give_title(award_list, row, held=False)
    else:
        earlier.state, earlier.reason = AwardState.AWARDED, ""
        with acts(by=row.decided_by):
            earlier.save(update_fields=["state", "reason"])
        if row.award is not None:
            restore(award=row.award, by=row.decided_by)
    award_list.changed_at = timezone.now()
    award_list.save(update_fields=["changed_at"])


def _note(row: Nomination, kind: StepKind, by: User | None, note: str) -> None:
    Step.objects.create(nomination=row, kind=kind, at=timezone.now(), by=by, note=note)


_Work = Callable[[Nomination, User, str, str], Any]
_WORK: Mapping[Action, _Work] = {
    Action.EDIT: _edit,
    Action.VOTE: committee.vote,
    Action.RECUSE: committee.step_back,
    Action.APPROVE: _approve,
    Action.DISQUALIFY: _disqualify,
    Action.REOPEN: _reopen,
}
