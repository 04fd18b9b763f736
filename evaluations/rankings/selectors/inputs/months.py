"""The months that a longer period is made of: kept runs before the ledger."""

from collections.abc import Iterator, Mapping

from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.models import Run, Scheme, SchemeVersion
from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.selectors.inputs.rows import CHUNK, NO_EVIDENCE, MonthRow


def kept_months(scheme: Scheme, period: Period) -> dict[str, Run]:
    """Return the newest published run of each month that a longer period is made of."""
    if period.kind is PeriodKind.MONTH:
        return {}
    runs = Run.objects.published().filter(
        scheme=scheme, period__in=[month.code for month in period.months]
    )
    return {run.period: run for run in runs.order_by("revision")}


def month_version(
    version: SchemeVersion, kept: Mapping[str, Run], month: Period
) -> SchemeVersion:
    if month.code in kept:
        return kept[month.code].scheme_version
    found = SchemeVersion.objects.for_period(version.scheme.code, month)
    return found or version


def stored_months(run: Run) -> Iterator[MonthRow]:
    """Yield what a month's run read of everybody, in order of the employee."""
    lines = run.standings.order_by("employee_id").values_list("employee_id", "input")
    for employee_id, line in lines.iterator(chunk_size=CHUNK):
        person = PersonInput.parse(line)
        yield (
            employee_id,
            run.period,
            person.months.get(run.period, {}),
            person.evidence.get(run.period, NO_EVIDENCE),
        )
