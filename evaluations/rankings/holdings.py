"""What rankings hold about a person, and how long they need the records behind."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.rankings.models import Run, RunState, Standing
from staffing.people.models import Employee
from staffing.people.personal.keeping import RetentionKind, rule_of
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Guard, Holding, columns_of

APPEALS = "appeals"
_COLUMNS = (
    "run__period",
    "run__scheme__code",
    "run__revision",
    "run__published_at",
    "outlet__code",
    "raw_score",
    "adjusted_score",
    "score",
    "rank_outlet",
    "rank_county",
    "rank_city",
    "rank_province",
    "rank_class",
    "rank_all",
    "eligible",
    "reasons",
    "components",
    "input",
)


def _published(employee: Employee) -> QuerySet[Standing]:
    """Nobody on the floor learns of a ranking before it is published."""
    standings = Standing.objects.filter(employee=employee)
    return standings.filter(run__state=RunState.PUBLISHED).order_by("run")


def _in_appeal_window() -> QuerySet[Run]:
    since = rule_of(APPEALS).cut_off(timezone.localdate())
    return Run.objects.published().filter(published_at__date__gte=since)


def _needs_from() -> date | None:
    days = (run.parsed_period.first for run in _in_appeal_window())
    return min(days, default=None)


def _blocks(employee: Employee) -> Iterator[str]:
    runs = _in_appeal_window().filter(standings__employee=employee)
    for period in runs.order_by("period").values_list("period", flat=True).distinct():
        yield gettext("The ranking of %(period)s can still be appealed.") % {
            "period": period
        }


HOLDING = Holding(
    code="standings",
    label=_("Standings"),
    about=_(
        "Your score and places in every published ranking, the parts they are made of, "
        "and the frozen line that they follow from."
    ),
    columns=_COLUMNS,
    rows_of=columns_of(_published, *_COLUMNS),
    erased=_(
        "They stay under the pseudonym, and their hashes hold: no name is in them."
    ),
    covers=frozenset(
        {
            "rankings.Standing.employee",
            "rankings.Standing.reasons",
            "rankings.Standing.components",
            "rankings.Standing.input",
            "rankings.Run.created_by",
            "rankings.Run.reviewed_by",
            "rankings.Run.published_by",
            "rankings.SchemeVersion.drafted_by",
            "rankings.SchemeVersion.proposed_by",
            "rankings.SchemeVersion.approved_by",
            "rankings.SchemeVersion.withdrawn_by",
        }
    ),
)
KIND = RetentionKind(
    code=APPEALS,
    label=_("Appeal window of a published ranking"),
    why=_(
        "So long after its publication, nothing that a ranking rests on is touched, "
        "and nobody who stands in it is erased."
    ),
    months=1,
    actions=(Action.KEEP,),
)
GUARD = Guard(code="rankings", needs_from=_needs_from, blocks=_blocks)
