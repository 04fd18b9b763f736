"""What leaders write, and when somebody wants her peace."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.places.sight import Power
from staffing.notices.models import BODY_LENGTH, TITLE_LENGTH
from staffing.notices.selectors.bulletins import outlets_to_tell, regions_to_tell
from staffing.notices.services.bulletins import Draft
from staffing.people.models import Post, User

SHOWN_DAYS = 30
LONGEST_DAYS = 366


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget)


def _text(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class BulletinForm(forms.Form):
    """An announcement; cleans to the arguments of `publish_bulletin`."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title_en = forms.CharField(
        label=_("Title in English"), required=False, max_length=TITLE_LENGTH
    )
    body_en = _text(_("Text in English"))
    title_zh = forms.CharField(
        label=_("Title in Chinese"), required=False, max_length=TITLE_LENGTH
    )
    body_zh = _text(_("Text in Chinese"))
    region: Any = forms.ModelChoiceField(
        label=_("Region"),
        queryset=None,
        to_field_name="code",
        required=False,
        help_text=_("Everybody who works in it, with all that lies below it."),
    )
    outlets: Any = forms.ModelMultipleChoiceField(
        label=_("Or only these outlets"),
        queryset=None,
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    posts = forms.MultipleChoiceField(
        label=_("Only these posts"),
        choices=Post.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everybody."),
    )
    shown_from = _day(_("Shown from"))
    shown_until = _day(_("Shown until"), _("Who comes meanwhile is told too."))
    asks = forms.BooleanField(
        label=_("Everybody is to confirm “read and understood”"), required=False
    )
    due_on = _day(_("To be confirmed by"), required=False)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs["initial"] = {
            "key": uuid4(),
            "shown_from": today,
            "shown_until": today + timedelta(days=SHOWN_DAYS),
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        self.everywhere = viewer.sight.reach(Power.ANNOUNCE).everywhere
        regions, outlets = regions_to_tell(viewer), outlets_to_tell(viewer)
        region: Any = self.fields["region"]
        region.queryset = regions
        region.empty_label = str(_("the whole chain") if self.everywhere else "–")
        named: Any = self.fields["outlets"]
        named.queryset = outlets
        self.offers_outlets = outlets.exists()
        if not self.offers_outlets:
            del self.fields["outlets"]
        if not self.everywhere and not regions.exists():
            del self.fields["region"]
            named.label = _("Outlets")

    def clean_shown_from(self) -> Any:
        day = self.cleaned_data["shown_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or later."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self._check_languages(data)
        if not self.everywhere and not data.get("region") and not data.get("outlets"):
            place = "region" if "region" in self.fields else "outlets"
            self.add_error(place, _("Say whom it is for: choose a place."))
        if data.get("region") and data.get("outlets"):
            self.add_error("outlets", _("Choose a region or single outlets, not both."))
        first, last = data.get("shown_from"), data.get("shown_until")
        if first and last and last < first:
            self.add_error("shown_until", _("The last day lies before the first."))
        if first and last and (last - first).days > LONGEST_DAYS:
            self.add_error("shown_until", _("Shown for a year at most."))
        due = data.get("due_on")
        if due and not data.get("asks"):
            self.add_error("due_on", _("A day needs the tick that asks to confirm."))
        if due and first and last and not first <= due <= last:
            self.add_error("due_on", _("It has to lie in the days in which it shows."))
        return data

    def _check_languages(self, data: dict[str, Any]) -> None:
        whole = False
        for language in ("en", "zh"):
            title, body = data.get(f"title_{language}"), data.get(f"body_{language}")
            if bool(title) != bool(body) and f"title_{language}" not in self.errors:
                empty = f"body_{language}" if title else f"title_{language}"
                self.add_error(empty, _("Title and text go together: write both."))
            whole = whole or bool(title and body)
        if not whole and not self.errors:
            self.add_error(
                "title_en", _("Write it in one language at least, better in both.")
            )

    def draft(self) -> Draft:
        """Return what was cleaned."""
        data = dict(self.cleaned_data)
        uuid: UUID = data.pop("key")
        outlets = data.pop("outlets", None)
        return Draft(
            uuid=uuid,
            region=data.pop("region", None),
            outlets=list(outlets) if outlets is not None else [],
            **data,
        )


class QuietHoursForm(forms.Form):
    """From when to when; cleans to the arguments of `set_quiet_hours`."""

    begins = _time(_("Quiet from"))
    ends = _time(_("Quiet until"))
