"""Which rule put one of two people before the other."""

from collections.abc import Mapping

from evaluations.rankings.rules.people import Frame, PersonInput
from evaluations.rankings.rules.periods import period_result
from evaluations.rankings.rules.ranking import months_of
from evaluations.rankings.rules.scheme import Preference, TieBreak
from evaluations.rankings.rules.values import Value, records


def deciding_tie_break(
    frame: Frame, one: PersonInput, other: PersonInput
) -> TieBreak | None:
    """Return the first tie-break in which two people with one score differ.

    None where all of them leave the two equal: they share what they get.
    """
    values = [period_result(frame, own)[2] for own in months_of(frame, [one, other])]
    for rule in frame.rules.tie_breaks:
        if _key(rule, one, values[0]) != _key(rule, other, values[1]):
            return rule
    return None


def _key(rule: TieBreak, person: PersonInput, values: Mapping[str, Value]) -> object:
    if rule.preference is Preference.HIGHER:
        value = values.get(rule.of)
        return None if value is None else value.exact
    if rule.preference is Preference.FEWER:
        return records(person.total(rule.of))
    return person.hired_on
