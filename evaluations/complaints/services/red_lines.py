"""Red lines: reported by anybody, inquired into by the city, decided by two persons."""

import hashlib
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluations.complaints import red_line_acting
from evaluations.complaints.models import Case, RedLineEvidence, RedLineFile
from evaluations.complaints.models.red_lines import (
    Consequence,
    Finding,
    LiablePart,
    RedLineEventKind,
    RedLineParty,
    from_the_city_up,
)
from evaluations.complaints.parts import outlets_to_log_at
from evaluations.complaints.red_line_acting import PartyState, RedAction, RedPart
from evaluations.complaints.services import red_line_refusals as refusals
from evaluations.complaints.services.red_line_posting import post
from evaluations.complaints.services.telling import tell_of_report, tell_whom_it_names
from outlets.exchange.attachments import MOST_BYTES, kind_of
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Employee, User

# What may follow for whom (domain.md 10).
CONSEQUENCES = {
    LiablePart.OFFENDER: (Consequence.DISMISSAL, Consequence.EXPULSION),
    LiablePart.ORDERED: (Consequence.DISMISSAL, Consequence.EXPULSION),
    LiablePart.SHIELDED: (Consequence.DISCIPLINE, Consequence.REMOVAL),
}


class Decision(NamedTuple):
    """What is proposed about one person; no breach has no consequence."""

    finding: str
    consequence: str = ""
    to_court: bool = False


def red_parts(file: RedLineFile, user: User) -> frozenset[RedPart]:
    """Return what `user` is to a file; whom it names decides nothing in it."""
    sight = user.sight
    if (
        sight.employee_id is not None
        and file.parties.filter(employee=sight.employee_id).exists()
    ):
        return frozenset({RedPart.NAMED})
    reach = from_the_city_up(sight.reach(Power.DECIDE_RED_LINES))
    outlet = file.outlet
    if reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path):
        return frozenset({RedPart.DECIDER})
    return frozenset()


def report(*, by: User, key: UUID | None = None, **given: Any) -> RedLineFile:
    """Report a breach; whoever works or leads there may, and need not name anybody.

    The same `key` of the same person again returns what it made. `given` is what
    `_report` takes.

    Raises:
        PermissionDenied: `by` neither works at the outlet nor leads it.
    """
    key = key or uuid4()
    sent = RedLineFile.objects.filter(key=key, opened_by=by)
    if (file := sent.first()) is not None:
        return file
    try:
        with transaction.atomic():
            return _report(by=by, key=key, **given)
    except IntegrityError:
        if (file := sent.first()) is not None:
            return file
        raise


def reports_at(user: User, outlet: Outlet) -> bool:
    """Tell whether `user` may report a breach at an outlet."""
    reach = from_the_city_up(user.sight.reach(Power.DECIDE_RED_LINES))
    path = outlet.region.path
    decides = reach.covers(outlet_id=outlet.pk, region_path=path)
    return decides or outlets_to_log_at(user).filter(pk=outlet.pk).exists()


def _report(
    *,
    outlet: Outlet,
    prohibition: str,
    allegation: str,
    case: Case | None = None,
    now: datetime | None = None,
    key: UUID,
    by: User,
) -> RedLineFile:
    now = now or timezone.now()
    if not reports_at(by, outlet):
        raise PermissionDenied
    file = RedLineFile.objects.create(
        file_no=f"R{now.astimezone(outlet.zone):%y%m%d}-{uuid4().hex[:8].upper()}",
        key=key,
        outlet=outlet,
        case=case,
        prohibition=prohibition,
        on=trading_day(now, outlet.zone, outlet.day_starts_at),
        allegation=allegation.strip(),
        opened_by=by,
        opened_at=now,
    )
    file.events.create(kind=RedLineEventKind.OPENED, at=now, by=by)
    tell_of_report(file, now)
    return file


@transaction.atomic
def note(
    *, file: RedLineFile, by: User, note: str, key: UUID | None = None
) -> RedLineFile:
    """Write a line of the inquiry that only its readers see."""
    row = _locked(file, by)
    _line(row, RedLineEventKind.NOTE, by, note, key=key)
    return row


@transaction.atomic
def name(
    *,
    file: RedLineFile,
    employee: Employee,
    part: str,
    by: User,
    note: str,
    key: UUID | None = None,
    now: datetime | None = None,
) -> RedLineParty:
    """Name somebody, or a leader who answers for it: a hold in the ledger from now on.

    Raises:
        NamedAlready: the file names her.
        NamesHerself: nobody who names somebody names herself.
        SetAside: the report was set aside.
    """
    row, now = _locked(file, by), now or timezone.now()
    earlier = row.parties.filter(employee=employee).first()
    if earlier is not None and key and row.events.filter(key=key).exists():
        return earlier
    if earlier is not None:
        raise refusals.NamedAlready(name=employee.name)
    if row.set_aside_at is not None:
        raise refusals.SetAside
    if employee.pk == by.sight.employee_id:
        raise refusals.NamesHerself
    party = row.parties.create(
        employee=employee,
        part=part,
        named_on=_day(row, now),
        proposed_by=None,
    )
    _line(row, RedLineEventKind.NAME, by, note, party=party, key=key, now=now)
    post(row, by, "named")
    tell_whom_it_names(party, decided=False, now=now)
    return party


@transaction.atomic
def attach(
    *,
    file: RedLineFile,
    content: bytes,
    what: str,
    by: User,
    now: datetime | None = None,
) -> RedLineEvidence:
    """Put a picture or a PDF in a file. The same content again changes nothing.

    Raises:
        EvidenceTooLarge: more than MOST_BYTES.
        EvidenceUnknown: neither JPEG, PNG nor PDF by its content.
    """
    row, now = _locked(file, by), now or timezone.now()
    if len(content) > MOST_BYTES:
        raise refusals.EvidenceTooLarge(most=MOST_BYTES // 1024**2)
    kind = kind_of(content)
    if kind is None:
        raise refusals.EvidenceUnknown
    digest = hashlib.sha256(content).hexdigest()
    if (same := row.evidence.filter(sha256=digest).first()) is not None:
        return same
    found = RedLineEvidence(
        file=row, what=what, kind=kind, sha256=digest, at=now, by=by
    )
    found.content.save(str(found.uuid), ContentFile(content), save=False)
    found.save()
    _line(row, RedLineEventKind.EVIDENCE, by, what, now=now)
    return found


@transaction.atomic
def set_aside(*, file: RedLineFile, by: User, note: str) -> RedLineFile:
    """End a report that names nobody, with the reason.

    Raises:
        NamesSomebody: it names somebody: decide about her.
    """
    row = _locked(file, by)
    if row.set_aside_at is not None:
        return row
    if row.parties.exists():
        raise refusals.NamesSomebody
    row.set_aside_at = timezone.now()
    row.save(update_fields=["set_aside_at"])
    _line(row, RedLineEventKind.SET_ASIDE, by, note, now=row.set_aside_at)
    return row


@transaction.atomic
def act_on(
    *,
    party: RedLineParty,
    action: RedAction,
    by: User,
    note: str = "",
    decision: Decision | None = None,
    key: UUID | None = None,
    now: datetime | None = None,
) -> RedLineParty:
    """Answer, propose a decision, confirm it or send it back, about one person.

    What the ledger says follows at once: a breach bars from the day of the decision,
    and one that is overturned is reversed, by two persons again.

    Raises:
        PermissionDenied: `by` may not do this, or not now while others may.
        PartyMoved: nobody may do this now.
        WordsMissing: it needs words.
        NotHeard: nothing is proposed before she could answer.
        WrongConsequence: it does not follow from that part, or from that finding.
    """
    files = RedLineFile.objects.select_related("outlet__region")
    file = files.select_for_update(of=("self",)).get(pk=party.file_id)
    row = file.parties.select_related("employee").get(pk=party.pk)
    if key is not None and file.events.filter(key=key).exists():
        return row
    now = now or timezone.now()
    _require(action, row, file, by)
    kind = RedLineEventKind(action.value)
    line: dict[str, Any] = {"party": row, "key": key, "now": now}
    if action == RedAction.PROPOSE:
        proposed = _propose(row, decision, by, note)
        line |= {"finding": proposed.finding, "consequence": proposed.consequence}
    elif action == RedAction.CONFIRM:
        line |= {
            "finding": row.proposed_finding,
            "consequence": row.proposed_consequence,
        }
        _confirm(row, file, now)
    elif action == RedAction.SEND_BACK:
        _clear(row)
    row.save()
    _line(file, kind, by, note, wordless=action == RedAction.CONFIRM, **line)
    if action == RedAction.CONFIRM:
        post(file, by, row.finding)
        tell_whom_it_names(row, decided=True, now=now)
    return row


def _require(action: RedAction, row: RedLineParty, file: RedLineFile, by: User) -> None:
    parts = set(red_parts(file, by))
    if row.proposed_by_id == by.pk:
        parts.add(RedPart.PROPOSER)
    if action == RedAction.ANSWER and row.employee_id != by.sight.employee_id:
        raise PermissionDenied
    if not red_line_acting.ever(action, parts):
        raise PermissionDenied
    state = PartyState(row.state)
    if not red_line_acting.fits(action, state):
        raise refusals.PartyMoved(state=row.get_state_display())
    if not red_line_acting.may(action, state, parts):
        raise refusals.SecondPerson


def _propose(
    row: RedLineParty, decision: Decision | None, by: User, note: str
) -> Decision:
    if decision is None:
        raise refusals.WrongConsequence
    fits = CONSEQUENCES[LiablePart(row.part)]
    breach = decision.finding == Finding.BREACH
    if breach != (decision.consequence in fits) or (decision.to_court and not breach):
        raise refusals.WrongConsequence
    if not breach and decision.consequence:
        raise refusals.WrongConsequence
    heard = row.events.filter(kind=RedLineEventKind.ANSWER).exists()
    if breach and not heard and len(note.strip()) < refusals.LEAST_WORDS:
        raise refusals.NotHeard
    row.state, row.proposed_by = PartyState.PROPOSED, by
    row.proposed_finding, row.proposed_consequence, row.proposed_court = decision
    return decision


def _confirm(row: RedLineParty, file: RedLineFile, now: datetime) -> None:
    row.finding, row.consequence = row.proposed_finding, row.proposed_consequence
    row.to_court, row.decided_on = row.proposed_court, _day(file, now)
    _clear(row)


def _clear(row: RedLineParty) -> None:
    row.proposed_by, row.proposed_court = None, False
    row.proposed_finding = row.proposed_consequence = ""
    row.state = PartyState.DECIDED if row.finding else PartyState.INQUIRY


def _locked(file: RedLineFile, by: User) -> RedLineFile:
    rows = RedLineFile.objects.select_related("outlet__region")
    row = rows.select_for_update(of=("self",)).get(pk=file.pk)
    if RedPart.DECIDER not in red_parts(row, by):
        raise PermissionDenied
    return row


def _line(
    file: RedLineFile,
    kind: RedLineEventKind,
    by: User,
    note: str,
    *,
    party: RedLineParty | None = None,
    key: UUID | None = None,
    now: datetime | None = None,
    wordless: bool = False,
    **said: str,
) -> None:
    if not note.strip() and not wordless:
        raise refusals.WordsMissing
    if key is not None and file.events.filter(key=key).exists():
        return
    file.events.create(
        party=party,
        kind=kind,
        at=now or timezone.now(),
        by=by,
        note=note.strip(),
        key=key,
        **said,
    )


def _day(file: RedLineFile, now: datetime) -> date:
    return trading_day(now, file.outlet.zone, file.outlet.day_starts_at)
