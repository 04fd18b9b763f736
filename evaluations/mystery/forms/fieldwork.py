"""A report as a page or a phone sends it: flat names, the same from both.

`answer-CODE` and `note-CODE` belong to a question; of a name that comes twice the last
counts, so that a box "does not apply" stands behind the field that it overrides.
"""

from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models.reports import NOTE_LENGTH
from evaluations.mystery.services.submitting import Filled, Given
from outlets.places.models import CODE_LENGTH

ANSWER, NOTE = "answer-", "note-"
DESCRIBED_LENGTH = 300


def read_filled(values: Mapping[str, Any], codes: Collection[str]) -> Filled:
    """Read what was sent; `codes` are the questions of its version.

    What cannot be read counts as not said, and is asked for again. Words that are too
    long are cut: a phone lets nobody write them. Answers are kept whole and judged.
    """
    sent = {
        name: value.replace("\x00", "").replace("\r\n", "\n").strip()
        for name, value in values.items()
        if isinstance(value, str)
    }
    # A phone that kept an older page may know a question that there is not.
    known = set(codes) | {
        name.removeprefix(ANSWER) for name in sent if name.startswith(ANSWER)
    }
    answers = {
        code: Given(
            sent.get(ANSWER + code, ""), sent.get(NOTE + code, "")[:NOTE_LENGTH]
        )
        for code in sorted(known)
    }
    return Filled(
        visited_on=read_day(sent.get("visited_on", "")),
        arrived_at=read_time(sent.get("arrived_at", "")),
        left_at=read_time(sent.get("left_at", "")),
        badge=sent.get("badge", "")[:CODE_LENGTH],
        described=sent.get("described", "")[:DESCRIBED_LENGTH],
        comment=sent.get("comment", "")[:NOTE_LENGTH],
        answers={code: one for code, one in answers.items() if one.value or one.note},
    )


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Read 10:05 or 10:05:00, in whole minutes; None: neither."""
    try:
        read = time.fromisoformat(text)
    except ValueError:
        return None
    return None if read.tzinfo else read.replace(second=0, microsecond=0)


class ReturnForm(forms.Form):
    words = forms.CharField(
        label=_("What has to be changed"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
