"""What narrows the history and the access log."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from outlets.exchange import tracking
from outlets.places.sight import Sight
from staffing.accounts.models import AccessKind
from staffing.accounts.models.access import OF_SIGN_IN
from staffing.accounts.models.history import groups_seen_by, tracked_by_type
from staffing.accounts.words import FIELDS

Rows = TypeVar("Rows", bound=models.QuerySet)


# Beyond these a day has no moment that every database can hold.
_EARLIEST, _LATEST = date(1990, 1, 1), date(2999, 12, 31)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(_EARLIEST), MaxValueValidator(_LATEST)],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class _PeriodAndPerson(forms.Form):
    """Days from the first to the last, both included, and who it was."""

    moment = ""
    person = ""
    name = ""

    first = _day(_("From"))
    last = _day(_("To"))
    who = forms.CharField(
        label=_("Who"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"placeholder": _("name, number or account")}),
    )

    def narrow(self, rows: Rows) -> Rows:
        """Keep what the form asks for; a form with errors keeps nothing."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if first := asked["first"]:
            rows = rows.filter(**{f"{self.moment}__gte": _begin(first)})
        if last := asked["last"]:
            end = _begin(last + timedelta(days=1))
            rows = rows.filter(**{f"{self.moment}__lt": end})
        if who := asked["who"].strip():
            rows = rows.filter(
                Q(**{f"{self.person}__username__iexact": who})
                | Q(**{f"{self.person}__first_name__icontains": who})
                | Q(**{f"{self.person}__employee__number__iexact": who})
                | Q(**{f"{self.person}__employee__name__icontains": who})
                | Q(**{f"{self.name}__icontains": who})
            )
        return rows


def _begin(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class HistoryFilter(_PeriodAndPerson):
    moment, person, name = "timestamp", "actor", "actor_name"

    kind = forms.ChoiceField(label=_("What"), required=False)
    object = forms.CharField(
        label=_("Which"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("number, code or name")}),
    )
    field = forms.ChoiceField(label=_("Field"), required=False)

    def __init__(self, data: Any, *, sight: Sight) -> None:
        super().__init__(data)
        self._types = {known.kind: pk for pk, known in tracked_by_type(sight).items()}
        groups = groups_seen_by(sight)
        seen = [one for one in tracking.tracked().values() if one.group in groups]
        kinds = sorted((capfirst(str(one.noun)), one.kind) for one in seen)
        fields = {name for one in seen for name in one.fields}
        words = sorted((str(FIELDS.get(name, name)), name) for name in fields)
        anything = ("", _("anything"))
        self.fields["kind"].choices = [anything, *((k, n) for n, k in kinds)]  # type: ignore[attr-defined]
        self.fields["field"].choices = [anything, *((f, w) for w, f in words)]  # type: ignore[attr-defined]

    def narrow(self, rows: Rows) -> Rows:
        rows = super().narrow(rows)
        if not self.is_valid():
            return rows
        asked = self.cleaned_data
        if kind := asked["kind"]:
            rows = rows.filter(content_type=self._types[kind])
        if text := asked["object"].strip():
            rows = rows.filter(object_repr__icontains=text)
        if field := asked["field"]:
            rows = rows.filter(changes__has_key=field)
        return rows


class AccessFilter(_PeriodAndPerson):
    moment, person, name = "at", "user", "name"

    kind = forms.ChoiceField(label=_("What"), required=False)

    def __init__(self, data: Any, *, everything: bool) -> None:
        super().__init__(data)
        kinds = list(AccessKind) if everything else list(OF_SIGN_IN)
        choices = [(kind.value, capfirst(str(kind.label))) for kind in kinds]
        self.fields["kind"].choices = [("", _("anything")), *choices]  # type: ignore[attr-defined]

    def narrow(self, rows: Rows) -> Rows:
        rows = super().narrow(rows)
        if kind := self.is_valid() and self.cleaned_data["kind"]:
            rows = rows.filter(kind=kind)
        return rows
