"""Appeals on released visits: made, asked about, answered, withdrawn."""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import (
    Answer,
    AppealStatus,
    Visit,
    VisitAppeal,
    VisitAppealEvent,
    VisitQuestion,
)
from evaluations.mystery.rules import appealing
from evaluations.mystery.rules.appealing import (
    AppealAction,
    AppealPart,
    AppealState,
)
from evaluations.mystery.services.days import today_at, working_days_after
from evaluations.mystery.services.steps import works_at
from evaluations.mystery.services.telling import MADE, tell_of_appeal
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import User


class NothingToAppeal(DomainError):
    code = "visit_not_appealable"
    message = _("This visit cannot be appealed: it is not released, or annulled.")


class AppealTooLate(DomainError):
    code = "visit_appeal_too_late"
    message = _("The visit could be appealed until %(last)s. It stands now.")


class AppealedAlready(DomainError):
    code = "visit_appealed_already"
    message = _("An appeal on this waits for its decision: add a remark there.")


class NotAsked(DomainError):
    code = "visit_question_not_asked"
    message = _("This visit has no such question.")


class WordsMissing(DomainError):
    code = "visit_appeal_words_missing"
    message = _("Say in a few words what happened, or why.")


class AppealMoved(DomainError):
    code = "visit_appeal_moved"
    message = _(
        "This has changed meanwhile: the appeal is “%(state)s”. Reload the page."
    )


def parts_in(visit: Visit, user: User) -> frozenset[AppealPart]:
    """Return what `user` is to appeals on a visit, but for having made them."""
    sight, found = user.sight, set()
    judged = visit.employee_id is not None and visit.employee_id == sight.employee_id
    leads = visit.outlet_id in sight.reach(Power.RECORD).outlet_ids
    if judged or leads or works_at(user, visit.outlet):
        found.add(AppealPart.OUTLET)
    if visit.agency_id is not None and visit.agency_id in sight.agency_ids:
        found.add(AppealPart.AGENCY)
    if sight.reach(Power.RELEASE_VISITS).covers(
        outlet_id=visit.outlet_id, region_path=visit.outlet.region.path
    ):
        found.add(AppealPart.DECIDER)
    return frozenset(found)


def parts_of_appeal(appeal: VisitAppeal, user: User) -> frozenset[AppealPart]:
    """Return what `user` is to one appeal, by her posts and grants of now."""
    found = parts_in(appeal.visit, user)
    return found | {AppealPart.APPELLANT} if appeal.by_id == user.pk else found


def may_appeal(visit: Visit, user: User) -> bool:
    """Tell whether `user` may appeal on a visit now: whom it judges, and her leads."""
    if visit.released_at is None or visit.annulled_at is not None:
        return False
    if not _speaks_for_it(visit, user):
        return False
    last = visit.appeals_end_on
    return last is not None and today_at(visit.outlet) <= last


def _speaks_for_it(visit: Visit, user: User) -> bool:
    sight = user.sight
    judged = visit.employee_id is not None and visit.employee_id == sight.employee_id
    return judged or visit.outlet_id in sight.reach(Power.RECORD).outlet_ids


@transaction.atomic
def appeal_visit(
    *, visit_no: str, question: str = "", ground: str, words: str, by: User
) -> VisitAppeal:
    """Appeal on a released visit, or on one question of it, by its code.

    Raises:
        PermissionDenied: `by` neither is the person judged nor leads the outlet.
        NothingToAppeal, AppealTooLate, AppealedAlready, NotAsked, WordsMissing.
    """
    visit = _locked_visit(visit_no)
    if not _speaks_for_it(visit, by):
        raise PermissionDenied
    last = visit.appeals_end_on
    if last is None or visit.annulled_at is not None:
        raise NothingToAppeal
    if today_at(visit.outlet) > last:
        raise AppealTooLate(last=last.isoformat())
    asked = _question_of(visit, question)
    open_ones = VisitAppeal.objects.undecided().filter(visit=visit, question=asked)
    if open_ones.exists():
        raise AppealedAlready
    if not words.strip():
        raise WordsMissing
    appeal = VisitAppeal.objects.create(
        visit=visit,
        question=asked,
        ground=ground,
        words=words.strip(),
        by=by,
        appellant=by.employee,
        due_on=working_days_after(
            today_at(visit.outlet), settings.MYSTERY_DECIDE_DAYS, visit.outlet
        ),
    )
    Visit.objects.filter(pk=visit.pk).update(disputed=True)
    note_step(appeal, MADE, words, by)
    tell_of_appeal(appeal, MADE)
    return appeal


def _question_of(visit: Visit, code: str) -> VisitQuestion | None:
    if not code:
        return None
    answers = Answer.objects.filter(report__visit=visit, question__code=code)
    found = answers.select_related("question").first()
    if found is None:
        raise NotAsked
    return found.question


@transaction.atomic
def act_on_appeal(
    *, uuid: UUID, action: AppealAction, words: str, by: User
) -> VisitAppeal:
    """Ask the agency, answer for it, remark on an appeal or withdraw it.

    Raises:
        PermissionDenied: `by` may do it in no state.
        AppealMoved: not in this one.
        WordsMissing: no words; a withdrawal needs none.
    """
    appeal = locked_appeal(uuid)
    require_may(action, appeal, by)
    if not words.strip() and action != AppealAction.WITHDRAW:
        raise WordsMissing
    match action:
        case AppealAction.ASK:
            appeal.state, appeal.asked_at = AppealStatus.ASKED, timezone.now()
        case AppealAction.ANSWER:
            appeal.state = AppealStatus.ANSWERED
        case AppealAction.WITHDRAW:
            appeal.state = AppealStatus.WITHDRAWN
        case AppealAction.DECIDE:
            raise TypeError("an appeal is decided by decide_appeal")
    appeal.save(update_fields=["state", "asked_at"])
    note_step(appeal, action, words, by)
    settle_dispute(appeal.visit)
    if action != AppealAction.REMARK:
        tell_of_appeal(appeal, action)
    return appeal


def settle_dispute(visit: Visit) -> None:
    """Say on the visit whether an appeal on it waits for its decision."""
    disputed = VisitAppeal.objects.undecided().filter(visit=visit).exists()
    Visit.objects.filter(pk=visit.pk).update(disputed=disputed)
    visit.disputed = disputed


def _locked_visit(visit_no: str) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",))
    return rows.select_related("outlet__region").get(visit_no=visit_no)


def locked_appeal(uuid: UUID) -> VisitAppeal:
    """Return an appeal with its visit locked: decisions on one visit do not cross."""
    number = VisitAppeal.objects.values_list("visit__visit_no", flat=True).get(
        uuid=uuid
    )
    visit = _locked_visit(number)
    rows = VisitAppeal.objects.select_for_update(of=("self",))
    appeal = rows.select_related("question", "by").get(uuid=uuid)
    appeal.visit = visit
    return appeal


def require_may(action: AppealAction, appeal: VisitAppeal, by: User) -> None:
    """Refuse what the table of appeals does not allow.

    Raises:
        PermissionDenied: `by` may do it in no state.
        AppealMoved: not in this one.
    """
    parts, state = parts_of_appeal(appeal, by), AppealState(appeal.state)
    if appealing.may(action, state, parts):
        return
    if any(appealing.may(action, other, parts) for other in AppealState):
        raise AppealMoved(state=appeal.get_state_display())
    raise PermissionDenied


def note_step(appeal: VisitAppeal, what: str, words: str, by: User) -> None:
    """Write a step into the appeal's history."""
    VisitAppealEvent.objects.create(
        appeal=appeal, what=what, words=words.strip(), by=by
    )
