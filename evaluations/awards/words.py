"""What codes of awards are called in messages and on pages."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from evaluations.awards.selectors.eligibility import CASES
from evaluations.rankings.words import reasons_in_words


def cases_in_words(codes: Iterable[str]) -> str:
    """Return what is open: a complaint about attitude, a red-line case, or both."""
    return _(" and ").join(str(CASES.get(code, code)) for code in codes)


def reasons_shown(codes: Iterable[str]) -> str:
    """Return why somebody cannot win, as the rankings call it."""
    return "; ".join(str(one.label) for one in reasons_in_words(list(codes)))
