"""Codes of shifts and absences in the reader's words."""

from collections.abc import Mapping
from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from staffing.rosters.models import Absence, ShiftKind

register = template.Library()


@register.simple_tag
def shift_words(kinds: Mapping[str, ShiftKind], code: str) -> str:
    """Return what a code stands for: a shift with its times, an absence, nothing.

    A code that no kind has any more stands for itself.
    """
    kind = kinds.get(code)
    if kind is not None:
        return f"{kind.name} {kind.starts_at:%H:%M}–{kind.ends_at:%H:%M}"
    if code in Absence.values:
        return str(Absence(code).label)
    return code or _("not rostered")


@register.filter
def weekday_mark(day: date) -> str:
    """Return the weekday for a narrow column: `Mon`, in Chinese 一."""
    name = date_format(day, "D")
    return name[-1:] if (get_language() or "").startswith("zh") else name
