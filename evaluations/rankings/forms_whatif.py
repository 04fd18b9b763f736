"""The form of a what-if: what may be tried, built from the rules of a run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.components import component_label
from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.rules.scenario import GateChoice, QuotaChoice, Scenario
from evaluations.rankings.rules.scheme import Basis
from evaluations.rankings.words import level_name, reasons_in_words
from staffing.people.models import Post

BASIS_NAMES = (
    (Basis.RAW.value, _("as written")),
    (Basis.ADJUSTED.value, _("adjusted")),
)
EXTRAS = (
    ("bonus_limit", _("Most points of bonus in a month")),
    ("deduction_limit", _("Most points of deduction in a month")),
)
# Says that the form was sent: a box that is not in the query then is not ticked.
SENT = "try"


@dataclass(frozen=True, slots=True)
class Row:
    """What is set for one thing; the fields in the order of its columns."""

    label: str
    fields: tuple[BoundField, ...]


class ScenarioForm(forms.Form):
    """Cleans to a `Scenario`; what the query does not name stays as in the run."""

    basis = forms.ChoiceField(label=_("Rank by the score"), choices=BASIS_NAMES)
    least_components = forms.IntegerField(label=_("Least parts for a score"))
    least_ranked_in_outlet = forms.IntegerField(
        label=_("Least people for ranks in an outlet"), min_value=1, max_value=99
    )

    def __init__(
        self,
        rules: Mapping[str, Any],
        query: QueryDict,
        kind: PeriodKind = PeriodKind.MONTH,
    ) -> None:
        self.rules, self.kind = rules, kind
        super().__init__()
        self._add_fields()
        own = {name: field.initial for name, field in self.fields.items()}
        own |= {
            "basis": rules["basis"],
            "least_components": rules["least_components"],
            "least_ranked_in_outlet": rules["least_ranked_in_outlet"],
        }
        boxes = {
            name
            for name, field in self.fields.items()
            if isinstance(field, forms.BooleanField)
        }
        self.data = {
            name: query.get(name, False if SENT in query and name in boxes else value)
            for name, value in own.items()
        }
        self.is_bound = True

    def _add_fields(self) -> None:
        rules, fields = self.rules, self.fields
        most = len(rules["components"])
        fields["least_components"] = forms.IntegerField(
            label=_("Least parts for a score"), min_value=1, max_value=most
        )
        for one in rules["components"]:
            name = component_label(one["code"])
            fields[f"w_{one['code']}"] = _decimal(
                _("Weight of %(part)s") % {"part": name}, one["weight"], least=0
            )
            fields[f"n_{one['code']}"] = _count(
                _("Least records of %(part)s") % {"part": name}, one["least_n"]
            )
        if self.kind is not PeriodKind.MONTH:
            fields["months"] = _count(
                _("Least ranked months"),
                rules["least_months"][str(self.kind)],
                most=3 if self.kind is PeriodKind.QUARTER else 12,
            )
        elif rules["least_days"]:
            fields["days"] = _count(
                _("Least checked days for an award"), rules["least_days"]["n"], least=0
            )
        for key, label in EXTRAS:
            if rules.get(key):
                fields[key] = _decimal(label, Decimal(rules[key]) / 100, least=0)
        for code in rules["bars"]:
            fields[f"bar_{code}"] = _box(_reason(code))
        for gate in rules["gates"]:
            fields[f"gate_{gate['code']}"] = _box(_reason(gate["code"]))
            for limit in gate["limits"]:
                fields[f"l_{gate['code']}_{limit['component']}"] = _decimal(
                    component_label(limit["component"]), limit["least"], least=0.01
                )
        for quota in rules["quotas"][str(self.kind)]:
            name, level = level_name(quota["level"]), quota["level"]
            fields[f"q_{level}"] = _count(
                _("Winners in each %(level)s") % {"level": name},
                quota["places"],
                least=0,
            )
            fields[f"r_{level}"] = _count(
                _("People with a score that it takes (%(level)s)") % {"level": name},
                quota["least_ranked"],
                most=9999,
            )

    @property
    def weights(self) -> Iterator[Row]:
        for one in self.rules["components"]:
            code = one["code"]
            label = component_label(code)
            yield Row(label, (self[f"w_{code}"], self[f"n_{code}"]))

    @property
    def extras(self) -> Iterator[BoundField]:
        for key, _label in EXTRAS:
            if key in self.fields:
                yield self[key]

    @property
    def posts(self) -> list[str]:
        """The posts with weights of their own, which a trial leaves as they are."""
        names = dict(Post.choices)
        return [str(names.get(post, post)) for post in self.rules.get("variants", ())]

    @property
    def bars(self) -> Iterator[BoundField]:
        for code in self.rules["bars"]:
            yield self[f"bar_{code}"]

    @property
    def gates(self) -> Iterator[tuple[BoundField, list[BoundField]]]:
        for gate in self.rules["gates"]:
            limits = [
                self[f"l_{gate['code']}_{one['component']}"] for one in gate["limits"]
            ]
            yield self[f"gate_{gate['code']}"], limits

    @property
    def quotas(self) -> Iterator[Row]:
        for quota in self.rules["quotas"][str(self.kind)]:
            level = quota["level"]
            fields = (self[f"q_{level}"], self[f"r_{level}"])
            yield Row(level_name(level), fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        weights = [
            cleaned[name]
            for name in self.fields
            if name[:2] == "w_" and name in cleaned
        ]
        if weights and not any(weights) and not self.errors:
            raise forms.ValidationError(
                _("Give at least one part a weight above zero: there is no score else.")
            )
        return cleaned

    @property
    def given_sum(self) -> str:
        """What the weights add up to as they stand in the fields, "–" if unreadable."""
        return f"{self.sum.normalize():f}" if self.is_valid() else "–"

    @property
    def sum(self) -> Decimal:
        """What the weights add up to as they were given; call it on a valid form."""
        names = [name for name in self.fields if name.startswith("w_")]
        return sum((self.cleaned_data[name] for name in names), Decimal())

    @property
    def scenario(self) -> Scenario:
        """Return what the form says; call it on a valid form."""
        cleaned, rules = self.cleaned_data, self.rules
        codes = [one["code"] for one in rules["components"]]
        return Scenario(
            weights={code: cleaned[f"w_{code}"] for code in codes},
            least_n={code: cleaned[f"n_{code}"] for code in codes},
            least_components=cleaned["least_components"],
            days=cleaned.get("days"),
            months=cleaned.get("months"),
            **{
                key: int(100 * cleaned[key]) for key, _label in EXTRAS if key in cleaned
            },
            bars={code: cleaned[f"bar_{code}"] for code in rules["bars"]},
            gates={
                gate["code"]: GateChoice(
                    cleaned[f"gate_{gate['code']}"],
                    {
                        one["component"]: cleaned[
                            f"l_{gate['code']}_{one['component']}"
                        ]
                        for one in gate["limits"]
                    },
                )
                for gate in rules["gates"]
            },
            basis=cleaned["basis"],
            least_ranked_in_outlet=cleaned["least_ranked_in_outlet"],
            quotas={
                one["level"]: QuotaChoice(
                    cleaned[f"q_{one['level']}"], cleaned[f"r_{one['level']}"]
                )
                for one in rules["quotas"][str(self.kind)]
            },
        )


def _decimal(label: Any, initial: Any, *, least: float) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        initial=initial,
        min_value=Decimal(str(least)),
        max_value=Decimal(100),
        decimal_places=2,
    )


def _count(
    label: Any, initial: int, *, least: int = 1, most: int = 999
) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, initial=initial, min_value=least, max_value=most
    )


def _box(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, initial=True, required=False)


def _reason(code: str) -> Any:
    return reasons_in_words([code])[0].label
