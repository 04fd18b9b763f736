"""What the home page asks of the rankings."""

from django.db.models import QuerySet
from django.db.models.functions import Length

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.models import Run, RunState, Standing
from outlets.places.sight import Viewer
from staffing.people.models import User


def latest_run(viewer: Viewer, kind: PeriodKind = PeriodKind.MONTH) -> Run | None:
    """Return the newest published run of the newest period of `kind` in sight."""
    runs = Run.objects.visible_to(viewer).published().select_related("scheme")
    return _of_kind(runs, kind).order_by("-period", "-published_at", "-id").first()


def _of_kind(runs: QuerySet[Run], kind: PeriodKind) -> QuerySet[Run]:
    if kind is PeriodKind.YEAR:
        return runs.annotate(length=Length("period")).filter(length=4)
    quarters = runs.filter(period__contains="-Q")
    if kind is PeriodKind.QUARTER:
        return quarters
    return runs.filter(period__contains="-").exclude(period__contains="-Q")


def own_standings(user: User) -> QuerySet[Standing]:
    """Return the user's own published standings, the newest publication first.

    Of several revisions only the newest counts.
    """
    newest = Run.objects.published().newest_revisions()
    return (
        Standing.objects.visible_to(user)
        .filter(employee=user.sight.employee_id, run__in=newest)
        .select_related("run__scheme", "run__scheme_version", "employee", "outlet")
        .order_by("-run__published_at", "-run_id")
    )


def my_latest_standing(user: User) -> Standing | None:
    """Return the user's own standing in what was published last, None without one."""
    return own_standings(user).first() if user.sight.employee_id else None


def runs_to_review(viewer: Viewer) -> QuerySet[Run]:
    """Return the newest computed draft of each period and scheme, newest period first.

    Drafts that a publication has overtaken no longer wait for anybody.
    """
    runs = Run.objects.visible_to(viewer).computed().newest_computed()
    drafts = runs.filter(state=RunState.DRAFT)
    return drafts.select_related("scheme").order_by("-period", "-id")
