"""The life of a run: started, reviewed, published."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.periods import Period
from evaluations.rankings import tasks
from evaluations.rankings.models import (
    Run,
    RunState,
    RunStep,
    Scheme,
    SchemeVersion,
    SeenList,
)
from evaluations.rankings.selectors.exceptions import exceptions_of, unseen_lists
from evaluations.rankings.services.places import compute_places
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.models import User

DEFAULT_SCHEME = "service_star"
# Without a word for so long, the worker is taken to be gone.
SILENCE = timedelta(minutes=10)


class SchemeUnknown(DomainError):
    code = "scheme_unknown"
    message = _("There is no scheme “%(scheme)s”. Known: %(known)s.")


class SchemeNotYet(DomainError):
    code = "scheme_not_yet"
    message = _("No approved rules of this scheme were in force when %(period)s began.")


class RunUnderWay(DomainError):
    code = "run_under_way"
    message = _("A ranking of %(period)s by this scheme is being computed already.")


class RunNotComputed(DomainError):
    code = "run_not_computed"
    message = _("This ranking is not computed yet.")


class RunNotReviewed(DomainError):
    code = "run_not_reviewed"
    message = _("This ranking has to be reviewed before it is published.")


class ListsUnseen(DomainError):
    code = "lists_unseen"
    message = _(
        "%(unseen)s lists of exceptions have not been looked through yet. Tick each "
        "one before the ranking is marked as reviewed."
    )


class ListUnknown(DomainError):
    code = "list_unknown"
    message = _("There is no such list of exceptions.")


class RunReviewed(DomainError):
    code = "run_reviewed"
    message = _("The review of this ranking is over.")


class SamePerson(DomainError):
    code = "same_person"
    message = _(
        "You have reviewed this ranking yourself. Somebody else has to publish it."
    )


class RunSuperseded(DomainError):
    code = "run_superseded"
    message = _(
        "Revision %(published)s of this ranking has been published since. Compute "
        "%(period)s again for the next revision."
    )


def may_rank(user: User) -> bool:
    """A ranking is about everybody, so the power must reach everywhere."""
    return user.sight.reach(Power.RANK).everywhere


def reads_everybody(user: User) -> bool:
    """What a run says of everybody is read by who sees the records of the chain."""
    return user.sight.reach(Power.SEE_RECORDS).everywhere


def may_publish(user: User) -> bool:
    return user.sight.reach(Power.PUBLISH).everywhere


@transaction.atomic
def create_run(*, period: Period, scheme: str, by: User | None) -> Run:
    """Make a run that waits to be computed; `by` None is the system itself.

    Raises:
        SchemeUnknown: no scheme has the code.
        SchemeNotYet: none of its versions was in force.
    """
    if by is not None and not may_rank(by):
        raise PermissionDenied
    version = SchemeVersion.objects.for_period(scheme, period)
    if version is None and Scheme.objects.filter(code=scheme).exists():
        raise SchemeNotYet(period=period.code)
    if version is None:
        known = Scheme.objects.values_list("code", flat=True)
        raise SchemeUnknown(scheme=scheme, known=", ".join(known))
    return Run.objects.create(
        period=period.code,
        scheme=version.scheme,
        scheme_version=version,
        revision=_published_revision(period.code, version.scheme) + 1,
        two_people=settings.RANKINGS_TWO_PEOPLE,
        created_by=by,
    )


@transaction.atomic
def start_run(*, period: Period, scheme: str, by: User | None) -> Run:
    """Make a run and have a worker compute it once this transaction is through.

    Raises:
        RunUnderWay: the same ranking is being computed.
        SchemeUnknown: as in `create_run`.
    """
    lately = timezone.now() - SILENCE
    under_way = Run.objects.of_period(period).exclude(step=RunStep.DONE)
    if under_way.filter(
        scheme__code=scheme, failed=False, progress_at__gte=lately
    ).exists():
        raise RunUnderWay(period=period.code)
    run = create_run(period=period, scheme=scheme, by=by)
    transaction.on_commit(partial(tasks.compute_run.delay, run.pk))
    return run


@transaction.atomic
def review_run(*, run_id: int, by: User | None) -> Run:
    """Mark a computed draft as looked through; a reviewed run stays as it is.

    `by` None is the system itself (a demo, a script of who holds the server): it looks
    through no lists.

    Raises:
        ListsUnseen: a list of exceptions has rows, and nobody has ticked it.
        RunNotComputed: there is nothing to review yet.
        RunSuperseded: a newer revision has been published.
    """
    run = _locked(run_id)
    if by is not None and not may_rank(by):
        raise PermissionDenied
    if run.state != RunState.DRAFT:
        return run
    if not run.is_computed:
        raise RunNotComputed
    _refuse_superseded(run)
    if by is not None and (unseen := unseen_lists(run)):
        raise ListsUnseen(unseen=len(unseen))
    run.state, run.reviewed_by, run.reviewed_at = RunState.REVIEWED, by, timezone.now()
    run.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return run


@transaction.atomic
def see_list(*, run_id: int, code: str, note: str, by: User) -> SeenList:
    """Keep that `by` has looked through one list of exceptions; again: her new note.

    Raises:
        RunNotComputed: there are no lists yet.
        ListUnknown: there is no such list.
        RunReviewed: the review is over.
    """
    run = _locked(run_id)
    if not may_rank(by):
        raise PermissionDenied
    if not run.is_computed:
        raise RunNotComputed
    if run.state != RunState.DRAFT:
        raise RunReviewed
    found = {one.code: one.count for one in exceptions_of(run)}
    if code not in found:
        raise ListUnknown
    seen, _created = SeenList.objects.update_or_create(
        run=run,
        code=code,
        defaults={
            "rows": found[code],
            "note": note,
            "seen_by": by,
            "seen_at": timezone.now(),
        },
    )
    return seen


@transaction.atomic
def publish_run(*, run_id: int, by: User) -> Run:
    """Freeze a reviewed run and show it to everybody whom it is about.

    Publishing twice changes nothing. A later correction is a new run of the period,
    which becomes the next revision; this one stays readable.

    Raises:
        RunNotReviewed: nobody has reviewed it.
        SamePerson: `by` has reviewed it, and two people are asked for.
        RunSuperseded: a newer revision has been published.
    """
    run = _locked(run_id)
    if not may_publish(by):
        raise PermissionDenied
    if run.state == RunState.PUBLISHED:
        return run
    if run.state != RunState.REVIEWED:
        raise RunNotReviewed
    if run.two_people and run.reviewed_by_id == by.pk:
        raise SamePerson
    _refuse_superseded(run)
    compute_places(run_id=run.pk, by=None)  # a run of old may have none yet
    run.state, run.published_by = RunState.PUBLISHED, by
    run.published_at = timezone.now()
    run.save(update_fields=["state", "published_by", "published_at"])
    return run


def _locked(run_id: int) -> Run:
    return Run.objects.select_for_update(of=["self"]).get(pk=run_id)


def _published_revision(period: str, scheme: Scheme) -> int:
    published = Run.objects.published().filter(period=period, scheme=scheme)
    return published.aggregate(newest=Max("revision"))["newest"] or 0


def _refuse_superseded(run: Run) -> None:
    # The scheme's row stands for the queue of its publications.
    scheme = Scheme.objects.select_for_update().get(pk=run.scheme_id)
    published = _published_revision(run.period, scheme)
    if run.revision <= published:
        raise RunSuperseded(published=published, period=run.period)
