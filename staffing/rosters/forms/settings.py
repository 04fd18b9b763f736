"""Shift kinds and roster rules as forms."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from staffing.people.models import User
from staffing.rosters.models import Absence, RosterRules, ShiftKind
from staffing.rosters.services.configuring import (
    FIXED_ONCE_USED,
    is_used,
    may_set_everywhere,
    regions_set_by,
)

# Words of addresses and of spreadsheets: no shift may be called so.
TAKEN = frozenset({"new", *Absence.values})


class KindForm(forms.ModelForm):
    """A kind; what a roster was made with cannot be changed."""

    class Meta:
        model = ShiftKind
        fields = (
            "code",
            "name_en",
            "name_zh",
            "starts_at",
            "ends_at",
            "break_minutes",
            "counts_as",
            "colour",
            "most_a_month",
            "region",
        )
        labels: ClassVar[dict[str, Any]] = {
            "code": _("Code"),
            "name_en": _("English name"),
            "name_zh": _("Chinese name"),
            "starts_at": _("Starts at"),
            "ends_at": _("Ends at"),
            "break_minutes": _("Break (minutes)"),
            "counts_as": _("Counts as"),
            "colour": _("Colour"),
            "most_a_month": _("At most so many a month for one person"),
            "region": _("Offered in"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "code": _("Spreadsheets and calendars name the shift by it."),
            "ends_at": _("Earlier than the start: on the next day."),
            "most_a_month": _("Empty: no limit. More than that warns."),
            "region": _("A region and all below it."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "starts_at": forms.TimeInput(),
            "ends_at": forms.TimeInput(),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region: Any = self.fields["region"]
        region.queryset = regions_set_by(user)
        region.empty_label = _("everywhere")
        if not may_set_everywhere(user):
            region.required, region.empty_label = True, None
        if self.instance.pk is not None and is_used(self.instance):
            for name in FIXED_ONCE_USED:
                self.fields[name].disabled = True

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if "/" in code or code.strip() != code:
            raise ValidationError(_("A code has no slash and no space at its ends."))
        if code.lower() in TAKEN:
            raise ValidationError(_("This word has another meaning. Choose another."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts is not None and starts == ends:
            self.add_error("ends_at", _("A shift lasts less than a whole day."))
        return data


RULES = (
    "least_rest_hours",
    "most_run_days",
    "least_off_days",
    "week_hours",
    "most_week_hours",
    "least_on_duty",
    "lead_on_duty",
    "consultant_at_peak",
    "balance_slack",
    "remind_from_day",
    "search_seconds",
)
WEIGHTS = (
    "weight_under",
    "weight_over",
    "weight_balance",
    "weight_weekends",
    "weight_hours",
    "weight_wish",
    "weight_change",
)


class RulesForm(forms.ModelForm):
    """The rules of a region; which region is said by the address."""

    class Meta:
        model = RosterRules
        fields = (*RULES, *WEIGHTS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            label = str(field.label or "")
            field.label = label[:1].upper() + label[1:]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        contract, most = data.get("week_hours"), data.get("most_week_hours")
        if contract is not None and most is not None and most < contract:
            words = _("At most is not less than by contract.")
            self.add_error("most_week_hours", words)
        return data

    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[name] for name in WEIGHTS]

    @property
    def rules(self) -> list[forms.BoundField]:
        return [self[name] for name in RULES]
