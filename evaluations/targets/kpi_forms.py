"""Forms of KPIs: definitions, values, month weights, and what narrows the lists."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.fields import MonthField
from evaluations.ledger.periods import Period
from evaluations.targets.models import KpiDefinition, KpiKind
from evaluations.targets.selectors import place_in_sight
from outlets.places.models import CODE_LENGTH
from staffing.people.models import User

_MOST = Decimal("1000000000000")


class DefinitionForm(forms.ModelForm):
    """A KPI; bounds and scores are written in percent and kept in hundredths."""

    lower = forms.DecimalField(label=_("Lower bound"), decimal_places=2, min_value=0)
    lower_score = forms.DecimalField(
        label=_("Score at the lower bound"),
        decimal_places=2,
        min_value=0,
        max_value=100,
    )
    upper = forms.DecimalField(label=_("Upper bound"), decimal_places=2, min_value=0)
    upper_score = forms.DecimalField(
        label=_("Score at the upper bound"),
        decimal_places=2,
        min_value=0,
        max_value=100,
    )
    below_score = forms.DecimalField(
        label=_("Score below"), decimal_places=2, min_value=0, max_value=100
    )
    overall_share = forms.DecimalField(
        label=_("Share of the overall result"),
        help_text=_("Of a weak point, in percent; the rest is the mean of its parts."),
        decimal_places=2,
        min_value=0,
        max_value=100,
    )
    HUNDREDTHS: ClassVar[tuple[str, ...]] = (
        "lower",
        "lower_score",
        "upper",
        "upper_score",
        "below_score",
        "overall_share",
    )

    class Meta:
        model = KpiDefinition
        fields = (
            "code",
            "name_en",
            "name_zh",
            "kind",
            "unit",
            "part_of",
            "lower",
            "lower_score",
            "upper",
            "upper_score",
            "below_score",
            "overall_share",
        )
        labels: ClassVar[dict[str, Any]] = {
            "code": _("Code"),
            "name_en": _("English name"),
            "name_zh": _("Chinese name"),
            "kind": _("Kind"),
            "unit": _("Unit"),
            "part_of": _("Sub-item of"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.HUNDREDTHS:
            kept = getattr(self.instance, name)
            self.initial[name] = Decimal(kept) / 100
        weak = KpiDefinition.objects.filter(kind=KpiKind.WEAK_POINT)
        part_of: Any = self.fields["part_of"]
        part_of.queryset = weak.exclude(pk=self.instance.pk)
        part_of.label_from_instance = lambda kpi: f"{kpi.name} ({kpi.code})"
        if self.instance.pk is not None:
            # The code is in targets and in addresses, and decides what values mean.
            self.fields["code"].disabled = True
            self.fields["kind"].disabled = self.instance.values.exists()

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if "/" in code or code.strip() != code or code in ("new", "values"):
            raise ValidationError(_("A code has no slash and no space at its ends."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.HUNDREDTHS:
            if data.get(name) is not None:
                data[name] = int(data[name] * 100)
        numbers = [data.get(name) for name in self.HUNDREDTHS]
        if any(number is None for number in numbers):
            return data
        if data["lower"] >= data["upper"]:
            self.add_error("upper", _("The upper bound lies above the lower one."))
        if not data["below_score"] <= data["lower_score"] <= data["upper_score"]:
            self.add_error("upper_score", _("The scores rise from below to above."))
        if data.get("part_of") and data.get("kind") == KpiKind.WEAK_POINT:
            self.add_error("part_of", _("A weak point is no sub-item itself."))
        return data


class ValueForm(forms.Form):
    """One month's figure of an outlet or region; cleans to the service's arguments."""

    place = forms.CharField(
        label=_("Code of the outlet or region"), max_length=CODE_LENGTH
    )
    month = MonthField(label=_("Month"))
    numerator = forms.DecimalField(
        decimal_places=2, min_value=-_MOST, max_value=_MOST, label=_("Value")
    )
    denominator = forms.DecimalField(
        decimal_places=2, min_value=0, max_value=_MOST, label=_("of"), required=False
    )

    def __init__(
        self, *args: Any, kpi: KpiDefinition, user: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._kpi, self._user = kpi, user
        first, second = {
            KpiKind.LEAD: (_("Own index"), _("Best competitor's index")),
            KpiKind.PER_CAPITA: (_("Transactions"), _("Mean headcount")),
            KpiKind.RATIO_CLIFF: (_("Counted"), _("Total number")),
        }.get(KpiKind(kpi.kind), (_("Value"), ""))
        self.fields["numerator"].label = first
        if kpi.two_figures:
            self.fields["denominator"].label = second
            self.fields["denominator"].required = True
        else:
            del self.fields["denominator"]
        month = Period.month_of(timezone.localdate()).previous
        self.initial.setdefault("month", month.code)

    def clean_place(self) -> Any:
        place = place_in_sight(self._user, self.cleaned_data["place"].strip())
        if place is None:
            raise ValidationError(_("There is no such outlet or region in sight."))
        return place

    def clean_numerator(self) -> int:
        figure: Decimal = self.cleaned_data["numerator"]
        if figure < 0:
            raise ValidationError(_("A figure is not below 0."))
        percent = (KpiKind.INDEX, KpiKind.WEAK_POINT, KpiKind.LEAD)
        if self._kpi.kind in percent and figure > 100:
            raise ValidationError(_("An index runs from 0 to 100."))
        return int(figure * 100)

    def clean_denominator(self) -> int | None:
        figure: Decimal | None = self.cleaned_data["denominator"]
        return None if figure is None else int(figure * 100)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.setdefault("denominator", None)
        first, second = data.get("numerator"), data["denominator"]
        ratio = self._kpi.kind == KpiKind.RATIO_CLIFF
        if ratio and first is not None and second is not None and first > second:
            self.add_error("numerator", _("The part is larger than the whole."))
        return data


class WeightsForm(forms.Form):
    """What each month weighs in the year, in percent; cleans to month → hundredths."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for month in range(1, 13):
            self.fields[f"m{month}"] = forms.DecimalField(
                label=f"{month:02d}",
                required=False,
                decimal_places=2,
                min_value=0,
                max_value=100,
            )

    @property
    def weights(self) -> dict[int, int]:
        return {
            month: int((self.cleaned_data.get(f"m{month}") or 0) * 100)
            for month in range(1, 13)
        }


class ValueFilter(forms.Form):
    """A place, a month and a KPI to read; what is not understood narrows nothing."""

    place = forms.CharField(
        label=_("Code of the outlet or region"), required=False, max_length=CODE_LENGTH
    )
    month = forms.CharField(
        label=_("Month"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"}),
    )
    kpi = forms.CharField(label=_("KPI"), required=False, max_length=CODE_LENGTH)

    def value_of(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "").strip()
