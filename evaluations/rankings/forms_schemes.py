"""The forms of a scheme's version: one for the whole, and one for each kind of row."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.components import component_label
from evaluations.rankings.rules.scheme import (
    Peers,
    Preference,
    TieBreak,
)
from evaluations.rankings.words import LEVEL_NAMES, reasons_in_words
from evaluations.rankings.words_schemes import (
    BASIS_NAMES,
    KIND_NAMES,
    MEASURE_NAMES,
    PEER_NAMES,
    TITLE_NAMES,
    tie_break_name,
)
from staffing.people.models import Post

# What the ledger has a value of for every person, and what it only counts.
COMPONENTS = (
    *("daily", "knowledge", "mystery", "onsite", "callback"),
    *("volume", "sms_satisfaction", "sms_reply", "daily_rate"),
)
COUNTED = ("upheld_complaints",)
BARS = ("attitude_complaint", "wrong_transaction", "red_line")
GATES = ("sms_gate", "volume_gate")
SEVERITIES = ("daily_rate", "mystery", "knowledge", "onsite", "callback")
MOST_ROWS = 30


def _upper(text: Any) -> str:
    return str(text)[:1].upper() + str(text)[1:]


def _component_choices(empty: str = "") -> list[tuple[str, str]]:
    return [
        ("", empty or gettext("Choose…")),
        *((one, _upper(component_label(one))) for one in COMPONENTS),
    ]


def _severity_choices() -> list[tuple[str, str]]:
    names = [(one, _upper(component_label(one))) for one in SEVERITIES]
    return [("", gettext("nobody's")), *names]


def _tie_choices() -> list[tuple[str, str]]:
    rules = [TieBreak(Preference.HIGHER, one) for one in COMPONENTS]
    rules += [TieBreak(Preference.FEWER, one) for one in COUNTED]
    rules.append(TieBreak(Preference.EARLIER, "hired_on"))
    named = [
        (f"{one.preference} {one.of}", _upper(tie_break_name(one))) for one in rules
    ]
    return [("", gettext("Choose…")), *named]


def _reason_choices(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one.code, _upper(one.label)) for one in reasons_in_words(codes)]


def _component_field(label: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=_component_choices,
        error_messages={
            "invalid_choice": _("The ledger knows no such component."),
            "required": _("Choose a component."),
        },
        **options,
    )


def _percent(label: Any, **options: Any) -> forms.DecimalField:
    options = {"min_value": 0, "max_value": 100, "decimal_places": 2} | options
    return forms.DecimalField(label=label, **options)


class CopyForm(forms.Form):
    """A new scheme begins as a copy; cleans to the service's arguments."""

    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Short, in small letters: “floor_star”. It never changes."),
    )


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class VersionForm(forms.Form):
    """What a version says once, beside its rows."""

    valid_from = forms.DateField(
        label=_("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day of a month that has not begun."),
    )
    note = forms.CharField(
        label=_("Why it changes"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    basis = forms.ChoiceField(label=_("Ranked by"), choices=list(BASIS_NAMES.items()))
    least_components = forms.IntegerField(label=_("Parts a score needs"), min_value=1)
    bonus_limit = _percent(
        _("Bonus, at most"), help_text=_("Points a month; 0 takes none.")
    )
    deduction_limit = _percent(
        _("Deduction, at most"), help_text=_("Points a month; 0 takes none.")
    )
    posts = forms.MultipleChoiceField(
        label=_("Only for these posts"),
        choices=Post.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all posts."),
    )
    least_days_component = forms.ChoiceField(
        label=_("Days are counted by"),
        choices=lambda: _component_choices(gettext("nothing: days are not asked for")),
        required=False,
    )
    least_days_n = forms.IntegerField(
        label=_("Days in a month, at least"), min_value=1, max_value=31, required=False
    )
    bars = forms.MultipleChoiceField(
        label=_("What keeps a person out of awards"),
        choices=lambda: _reason_choices(BARS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    least_quarter = forms.IntegerField(
        label=_("Ranked months a quarter needs"), min_value=1, max_value=3
    )
    least_year = forms.IntegerField(
        label=_("Ranked months a year needs"), min_value=1, max_value=12
    )
    least_ranked_in_outlet = forms.IntegerField(
        label=_("People with a score before an outlet shows places"), min_value=1
    )
    title_month = forms.ChoiceField(
        label=_("Title of a month"), choices=list(TITLE_NAMES.items())
    )
    title_quarter = forms.ChoiceField(
        label=_("Title of a quarter"), choices=list(TITLE_NAMES.items())
    )
    title_year = forms.ChoiceField(
        label=_("Title of a year"), choices=list(TITLE_NAMES.items())
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("least_days_component") and not cleaned.get("least_days_n"):
            self.add_error("least_days_n", gettext("Say how many days."))
        return cleaned


class ComponentForm(forms.Form):
    """One component: its weight, its curve, and how its value is adjusted."""

    CURVES = (
        ("", _("it earns itself")),
        ("piecewise", _("thresholds with a cliff")),
        ("challenge", _("base and challenge target")),
    )
    NEEDED = {
        "": (),
        "piecewise": ("lower", "lower_score", "upper", "upper_score", "below_score"),
        "challenge": ("lower", "upper"),
    }

    code = _component_field(_("Component"))
    weight = _percent(_("Weight"), min_value=Decimal("0.01"))
    measure = forms.ChoiceField(
        label=_("How it is counted"), choices=list(MEASURE_NAMES.items())
    )
    least_n = forms.IntegerField(label=_("Least records"), min_value=1)
    required = forms.BooleanField(label=_("No score without it"), required=False)
    curve = forms.ChoiceField(label=_("Points by"), choices=CURVES, required=False)
    lower = _percent(_("Lower threshold, or base target"), required=False)
    lower_score = _percent(_("Points at the lower threshold"), required=False)
    upper = _percent(_("Upper threshold, or challenge target"), required=False)
    upper_score = _percent(_("Points at the upper threshold"), required=False)
    below_score = _percent(_("Points below the lower threshold"), required=False)
    peers = forms.ChoiceField(
        label=_("Few records are drawn towards"), choices=list(PEER_NAMES.items())
    )
    severity = forms.ChoiceField(
        label=_("Severity corrected"), choices=_severity_choices, required=False
    )
    load = forms.BooleanField(label=_("Allow for crowded days"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].widget.attrs["data-weight"] = "common"

    @property
    def has_details(self) -> bool:
        """Tell whether the less common fields say anything, or are wrong."""
        names = ("curve", "severity", "load")
        said = any(self[name].value() not in ("", None, False) for name in names)
        return said or self["peers"].value() not in ("", None, Peers.ALL)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.NEEDED.get(cleaned.get("curve", ""), ()):
            if name not in self.errors and cleaned.get(name) is None:
                self.add_error(name, gettext("The curve needs it."))
        if self.errors or not cleaned.get("curve"):
            return cleaned
        lower, upper = cleaned["lower"], cleaned["upper"]
        if cleaned["curve"] == "challenge" and not 0 < lower <= upper:
            self.add_error(
                "upper", gettext("The base lies above 0, the challenge not below it.")
            )
        if cleaned["curve"] == "piecewise":
            if lower >= upper:
                self.add_error("upper", gettext("It lies above the lower threshold."))
            scores = ("below_score", "lower_score", "upper_score")
            points = [cleaned[name] for name in scores]
            if points != sorted(points):
                self.add_error(
                    "upper_score", gettext("The better value earns no fewer points.")
                )
        return cleaned


class VariantForm(forms.Form):
    """What a component weighs for one post."""

    post = forms.ChoiceField(label=_("Post"), choices=Post.choices)
    code = _component_field(_("Component"))
    weight = _percent(_("Weight"), min_value=Decimal("0.01"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].widget.attrs["data-weight"] = "post"


class GateForm(forms.Form):
    """One limit of a gate; limits with the same gate belong together."""

    code = forms.ChoiceField(label=_("Gate"), choices=lambda: _reason_choices(GATES))
    component = _component_field(_("What is looked at"))
    least = _percent(
        _("At least, in percent"),
        min_value=Decimal("0.01"),
        error_messages={"required": _("A gate needs its limit.")},
    )
    needs = _component_field(_("Only where there is"))


class TieForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Goes first"),
        choices=_tie_choices,
        error_messages={"required": _("Choose what decides.")},
    )


class QuotaForm(forms.Form):
    """How many win, in each place of a level."""

    kind = forms.ChoiceField(label=_("Period"), choices=list(KIND_NAMES.items()))
    level = forms.ChoiceField(label=_("In each"), choices=list(LEVEL_NAMES.items()))
    places = forms.IntegerField(label=_("Winners"), min_value=1)
    least_ranked = forms.IntegerField(label=_("People with a score"), min_value=1)


class Rows(forms.BaseFormSet):
    """Rows of one kind: none may be left empty, and none said twice."""

    once: tuple[str, ...] = ()
    twice: Any = _("This is said twice.")

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "empty_permitted": False}

    def clean(self) -> None:
        seen: set[tuple[Any, ...]] = set()
        for form in self.forms:
            key = tuple(form.cleaned_data.get(name) for name in self.once)
            if None in key:
                continue
            if key in seen:
                form.add_error(self.once[-1], str(self.twice))
            seen.add(key)


class ComponentRows(Rows):
    once = ("code",)
    twice = _("This component is there twice.")

    def clean(self) -> None:
        super().clean()
        weights = [form.cleaned_data.get("weight") for form in self.forms]
        known = [weight for weight in weights if weight is not None]
        if len(known) == len(weights) and sum(known) != 100:
            raise ValidationError(
                gettext("The weights add up to %(sum)s, not to 100.")
                % {"sum": f"{sum(known):f}"}
            )


class VariantRows(Rows):
    once = ("post", "code")
    twice = _("This component is there twice.")


class GateRows(Rows):
    once = ("code", "component")


class TieRows(Rows):
    once = ("rule",)


class QuotaRows(Rows):
    once = ("kind", "level")


def _rows(form: type[forms.Form], base: type[Rows], least: int = 0) -> Any:
    return forms.formset_factory(
        form,
        formset=base,
        extra=0,
        min_num=least,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
        validate_min=bool(least),
    )


ROWS = {
    "components": _rows(ComponentForm, ComponentRows),
    "variants": _rows(VariantForm, VariantRows),
    "gates": _rows(GateForm, GateRows),
    "ties": _rows(TieForm, TieRows),
    "quotas": _rows(QuotaForm, QuotaRows),
}
