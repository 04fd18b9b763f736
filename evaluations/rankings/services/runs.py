"""The life of a run: started, reviewed, published."""

from datetime import timedelta
from functools import partial

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
)
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


class RunSuperseded(DomainError):
    code = "run_superseded"
    message = _(
        "Revision %(published)s of this ranking has been published since. Compute "
        "%(period)s again for the next revision."
    )


def may_rank(user: User) -> bool:
    """A ranking is about everybody, so the power must reach everywhere."""
    return user.sight.reach(Power.RANK).everywhere


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
def review_run(*, run_id: int, by: User) -> Run:
    """Mark a computed draft as looked through; a reviewed run stays as it is.

    Raises:
        RunNotComputed: there is nothing to review yet.
        RunSuperseded: a newer revision has been published.
    """
    run = _locked(run_id)
    if not may_rank(by):
        raise PermissionDenied
    if run.state != RunState.DRAFT:
        return run
    if not run.is_computed:
        raise RunNotComputed
    _refuse_superseded(run)
    run.state, run.reviewed_by, run.reviewed_at = RunState.REVIEWED, by, timezone.now()
    run.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return run


@transaction.atomic
def publish_run(*, run_id: int, by: User) -> Run:
    """Freeze a reviewed run and show it to everybody whom it is about.

    Publishing twice changes nothing. A later correction is a new run of the period,
    which becomes the next revision; this one stays readable.

    Raises:
        RunNotReviewed: nobody has reviewed it.
        RunSuperseded: a newer revision has been published.
    """
    run = _locked(run_id)
    if not may_publish(by):
        raise PermissionDenied
    if run.state == RunState.PUBLISHED:
        return run
    if run.state != RunState.REVIEWED:
        raise RunNotReviewed
    _refuse_superseded(run)
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
