"""How opening hours are written for people; the text itself is for machines too."""

import re

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import pgettext

from outlets.places.rules import WEEKDAYS

_WORD = re.compile(rf"\b({'|'.join(WEEKDAYS)}|closed)\b")


def opening_hours(text: str) -> str:
    """Return hours such as `Mon-Fri 09:00-18:00; Sun closed` in the reader's words."""
    return _WORD.sub(_translated, text)


def _translated(word: re.Match[str]) -> str:
    if word[0] == "closed":
        return pgettext("on that weekday", "closed")
    return str(WEEKDAYS_ABBR[WEEKDAYS.index(word[0])])
