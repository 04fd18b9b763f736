"""Who may win: the reasons that keep a person out of an award."""

from evaluations.ledger.periods import Period, PeriodKind
from evaluations.rankings.rules.people import PersonInput
from evaluations.rankings.rules.scheme import Gate, SchemeRules
from evaluations.rankings.rules.values import entries, pooled

TOO_FEW_COMPONENTS = "too_few_components"
TOO_FEW_MONTHS = "too_few_months"
TOO_FEW_DAYS = "too_few_days"
OTHER_POST = "other_post"
NOT_ON_DUTY = "not_on_duty"


def reasons(
    person: PersonInput, rules: SchemeRules, period: Period, *, scored: bool
) -> list[str]:
    """Return what keeps a person out, in a fixed order; empty: she is eligible."""
    found: list[str] = []
    month = period.kind is PeriodKind.MONTH
    if not rules.scores(person.post):
        found.append(OTHER_POST)
    elif not scored:
        found.append(TOO_FEW_COMPONENTS if month else TOO_FEW_MONTHS)
    if month and rules.least_days is not None:
        component, least = rules.least_days
        if entries(person.total(component)) < least:
            found.append(TOO_FEW_DAYS)
    barred = {bar.code for bar in person.bars if bar.holds(period)}
    found += [code for code in rules.bars if code in barred]
    found += [gate.code for gate in rules.gates if _shut(gate, person)]
    if not person.on_duty:
        found.append(NOT_ON_DUTY)
    return found


def _shut(gate: Gate, person: PersonInput) -> bool:
    """Tell whether a limit is missed; what was never measured misses nothing."""
    _points, needed = pooled(person.total(gate.needs))
    if needed <= 0:
        return False
    for limit in gate.limits:
        points, out_of = pooled(person.total(limit.component))
        if out_of > 0 and 100 * points < limit.least * out_of:
            return True
    return False
