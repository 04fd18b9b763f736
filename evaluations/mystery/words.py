"""What is wrong with a report, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.mystery.rules.filling import Lack, Why

WORDS: Mapping[Why, object] = {
    Why.CHOICE: gettext_lazy("This is none of the answers."),
    Why.SCALE: gettext_lazy("Give a mark from 0 to 5."),
    Why.NUMBER: gettext_lazy("Give a number, 0 or more."),
    Why.WORDS: gettext_lazy("This is too long: at most 2000 characters."),
    Why.MISSING: gettext_lazy("Answer this question, or say that it does not apply."),
    Why.EVIDENCE: gettext_lazy("Bring what is asked for here."),
    Why.UNKNOWN: gettext_lazy("There is no such question in this visit."),
    Why.NO_DAY: gettext_lazy("Say on which day you went."),
    Why.EARLY: gettext_lazy("This is before the days of this visit."),
    Why.OVER: gettext_lazy("This is too long after the days of this visit."),
    Why.FUTURE: gettext_lazy("This has not come yet."),
    Why.NO_TIME: gettext_lazy("Give the time."),
    Why.ORDER: gettext_lazy("You left before you came."),
    Why.NOBODY: gettext_lazy("Give the badge number, or describe who served you."),
}
PLACES = {
    "visited_on": gettext_lazy("Day"),
    "arrived_at": gettext_lazy("Came at"),
    "left_at": gettext_lazy("Left at"),
    "badge": gettext_lazy("Badge number"),
}


def lack_words(lack: Lack) -> str:
    """Say what is wrong, without where."""
    return str(WORDS[lack.why])


def lack_sentence(lack: Lack, titles: Mapping[str, str]) -> str:
    """Say what is wrong and where; `titles` are the questions by code."""
    where = PLACES.get(lack.where) or titles.get(lack.where) or lack.where
    return _("%(where)s: %(what)s") % {"where": where, "what": lack_words(lack)}
