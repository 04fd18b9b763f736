"""What the home page asks of the rankings."""

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Concat, Length, Substr

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.models import Run, RunState, Standing
from outlets.places.sight import Viewer
from staffing.people.models import User

_YEAR = Substr("run__period", 1, 4)
# The last month of a period, as a text that sorts.
_ENDS = Case(
    *(
        When(
            run__period__endswith=f"-Q{number}", then=Concat(_YEAR, Value(f"-{month}"))
        )
        for number, month in enumerate(("03", "06", "09", "12"), start=1)
    ),
    When(run__period__contains="-", then=F("run__period")),
    default=Concat(_YEAR, Value("-12")),
)


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
    """Return the user's own published standings, the newest period first.

    A month comes before the quarter that it ends. Of several revisions only the newest
    counts.
    """
    newest = Run.objects.published().newest_revisions()
    return (
        Standing.objects.visible_to(user)
        .filter(employee=user.sight.employee_id, run__in=newest)
        .select_related("run__scheme", "run__scheme_version", "employee", "outlet")
        .annotate(ends=_ENDS)
        .order_by("-ends", "run__period", "-run__published_at", "-run_id")
    )


def my_latest_standing(user: User) -> Standing | None:
    """Return the user's own standing in the newest period, None without one."""
    return own_standings(user).first() if user.sight.employee_id else None


def runs_to_review(viewer: Viewer) -> QuerySet[Run]:
    """Return the newest computed draft of each period and scheme, newest period first.

    Drafts that a publication has overtaken no longer wait for anybody.
    """
    runs = Run.objects.visible_to(viewer).computed().newest_computed()
    drafts = runs.filter(state=RunState.DRAFT)
    return drafts.select_related("scheme").order_by("-period", "-id")
