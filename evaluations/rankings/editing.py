"""The editor of a draft: rules as forms, and forms as rules."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from evaluations.ledger.periods import PeriodKind
from evaluations.rankings.forms_schemes import MOST_ROWS, ROWS, VersionForm
from evaluations.rankings.models import SchemeVersion
from evaluations.rankings.rules.scheme import Measure, Peers, SchemeError, SchemeRules
from evaluations.rankings.services.schemes import refuse_start
from outlets.exchange.errors import DomainError

_CURVE_FIELDS = {
    "piecewise": {
        name: name
        for name in ("lower", "lower_score", "upper", "upper_score", "below_score")
    },
    "challenge": {"lower": "base", "upper": "challenge"},
}
_NEW_ROWS: Mapping[str, dict[str, Any]] = {
    "components": {"measure": Measure.MEAN, "least_n": 1, "peers": Peers.ALL},
    "quotas": {"places": 1, "least_ranked": 1},
}


class Editor:
    """The forms of one draft, made from its rules or from what was sent."""

    def __init__(
        self,
        version: SchemeVersion,
        form: VersionForm,
        rows: Mapping[str, Any],
        fresh: str = "",
    ) -> None:
        self.version, self.form, self.rows, self.fresh = version, form, rows, fresh

    @classmethod
    def of(cls, version: SchemeVersion) -> "Editor":
        """Show what the draft says."""
        first, rows = initial_of(version)
        return cls._unbound(version, first, rows)

    @classmethod
    def sent(cls, version: SchemeVersion, data: QueryDict) -> "Editor":
        """Read what was sent, to be checked."""
        rows = {name: made(data, prefix=name) for name, made in ROWS.items()}
        return cls(version, VersionForm(data), rows)

    @classmethod
    def changed(cls, version: SchemeVersion, data: QueryDict) -> "Editor":
        """Show what was sent with a row more (`add`) or less (`remove`), unchecked."""
        first = _raw(VersionForm(), data)
        rows = {name: _raw_rows(name, data) for name in ROWS}
        add = data.get("add", "")
        if add in rows and len(rows[add]) < MOST_ROWS:
            rows[add].append(dict(_NEW_ROWS.get(add, {})))
        name, _dash, number = data.get("remove", "").partition("-")
        if name in rows and number.isdecimal() and int(number) < len(rows[name]):
            del rows[name][int(number)]
        fresh = f"{add}-{len(rows[add]) - 1}" if add in rows else ""
        return cls._unbound(version, first, rows, fresh)

    @classmethod
    def _unbound(
        cls,
        version: SchemeVersion,
        first: Mapping[str, Any],
        rows: Mapping[str, list[dict[str, Any]]],
        fresh: str = "",
    ) -> "Editor":
        made = {
            name: ROWS[name](prefix=name, initial=initial)
            for name, initial in rows.items()
        }
        for of_kind in made.values():
            for form in of_kind.forms:
                if form.prefix == fresh:
                    field = next(iter(form.fields.values()))
                    field.widget.attrs["autofocus"] = True
        return cls(version, VersionForm(initial=dict(first)), made, fresh)

    @property
    def weight_sum(self) -> str:
        """Return what the weights shown add up to, for who has no script."""
        total = Decimal()
        for form in self.rows["components"].forms:
            try:
                total += Decimal(str(form["weight"].value() or 0))
            except ArithmeticError:
                return "–"
        return f"{total.normalize():f}"

    def is_valid(self) -> bool:
        """Check every field, then what they say together."""
        parts = [self.form, *self.rows.values()]
        if not all([part.is_valid() for part in parts]):  # noqa: C419 all are checked
            return False
        self._check_together()
        return not self.form.errors and all(
            not any(rows.errors) for rows in self.rows.values()
        )

    def _check_together(self) -> None:
        codes = {form.cleaned_data["code"] for form in self.rows["components"].forms}
        missing = gettext("This component is not among those of the scheme.")
        for form in self.rows["ties"].forms:
            preference, _space, of = form.cleaned_data["rule"].partition(" ")
            if preference == "higher" and of not in codes:
                form.add_error("rule", missing)
        sums: dict[str, Decimal] = defaultdict(Decimal)
        last: dict[str, forms.Form] = {}
        chosen = self.form.cleaned_data["posts"]
        for form in self.rows["variants"].forms:
            if form.cleaned_data["code"] not in codes:
                form.add_error("code", missing)
                continue
            post = form.cleaned_data["post"]
            sums[post] += form.cleaned_data["weight"]
            last[post] = form
            if chosen and post not in chosen:
                form.add_error("post", gettext("The scheme is not for this post."))
        for post, total in sums.items():
            if total != 100 and "weight" not in last[post].errors:
                message = gettext(
                    "The weights of this post add up to %(sum)s, not 100."
                )
                last[post].add_error("weight", message % {"sum": f"{total:f}"})
        needs: dict[str, str] = {}
        for form in self.rows["gates"].forms:
            said = form.cleaned_data
            if needs.setdefault(said["code"], said["needs"]) != said["needs"]:
                form.add_error("needs", gettext("The gate's first line says another."))
        if self.form.cleaned_data["least_components"] > len(codes):
            self.form.add_error(
                "least_components", gettext("There are fewer components than that.")
            )
        try:
            refuse_start(self.version.scheme, self.form.cleaned_data["valid_from"])
        except DomainError as error:
            self.form.add_error("valid_from", str(error))
        if not self.form.errors and not any(
            any(rows.errors) for rows in self.rows.values()
        ):
            self._check_rules()

    def _check_rules(self) -> None:
        # The forms say it at the field; what they do not know is said here.
        try:
            SchemeRules.parse(self.rules())
        except SchemeError as error:
            self.form.add_error(None, str(error))

    def rules(self) -> dict[str, Any]:
        """Return the JSON of the rules; only after `is_valid`."""
        said = self.form.cleaned_data
        titles = {kind.value: said[f"title_{kind}"] for kind in PeriodKind}
        rules: dict[str, Any] = {
            "basis": said["basis"],
            "title": titles["month"],
            "components": [
                _component_json(form.cleaned_data)
                for form in self.rows["components"].forms
            ],
            "least_components": said["least_components"],
            "least_days": (
                {"component": said["least_days_component"], "n": said["least_days_n"]}
                if said["least_days_component"]
                else None
            ),
            "least_months": {
                "quarter": said["least_quarter"],
                "year": said["least_year"],
            },
            "gates": _gates_json(
                [form.cleaned_data for form in self.rows["gates"].forms]
            ),
            "bars": said["bars"],
            "tie_breaks": [
                form.cleaned_data["rule"] for form in self.rows["ties"].forms
            ],
            "least_ranked_in_outlet": said["least_ranked_in_outlet"],
            "quotas": {
                kind.value: [
                    {name: form.cleaned_data[name] for name in _QUOTA_FIELDS}
                    for form in self.rows["quotas"].forms
                    if form.cleaned_data["kind"] == kind
                ]
                for kind in PeriodKind
            },
        }
        if len(set(titles.values())) > 1:
            rules["titles"] = titles
        if said["posts"]:
            rules["posts"] = said["posts"]
        for name in ("bonus_limit", "deduction_limit"):
            if said[name]:
                rules[name] = int(said[name] * 100)
        variants: dict[str, dict[str, Any]] = defaultdict(dict)
        for form in self.rows["variants"].forms:
            own = form.cleaned_data
            variants[own["post"]][own["code"]] = _json_number(own["weight"])
        return rules | ({"variants": dict(variants)} if variants else {})


_QUOTA_FIELDS = ("level", "places", "least_ranked")


def initial_of(
    version: SchemeVersion,
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return what the forms show at first: of the whole, and of the rows by kind."""
    rules = version.rules
    days = rules["least_days"] or {}
    titles = rules.get("titles", {})
    first = {
        "valid_from": version.valid_from,
        "note": version.note,
        **{name: rules[name] for name in ("basis", "least_components", "bars")},
        "bonus_limit": Decimal(rules.get("bonus_limit", 0)) / 100,
        "deduction_limit": Decimal(rules.get("deduction_limit", 0)) / 100,
        "posts": rules.get("posts", []),
        "least_days_component": days.get("component", ""),
        "least_days_n": days.get("n"),
        "least_quarter": rules["least_months"]["quarter"],
        "least_year": rules["least_months"]["year"],
        "least_ranked_in_outlet": rules["least_ranked_in_outlet"],
        **{f"title_{kind}": titles.get(kind, rules["title"]) for kind in PeriodKind},
    }
    rows = {
        "components": [_component_initial(one) for one in rules["components"]],
        "variants": [
            {"post": post, "code": code, "weight": weight}
            for post, weights in rules.get("variants", {}).items()
            for code, weight in weights.items()
        ],
        "gates": [
            {"code": gate["code"], "needs": gate["needs"], **limit}
            for gate in rules["gates"]
            for limit in gate["limits"]
        ],
        "ties": [{"rule": rule} for rule in rules["tie_breaks"]],
        "quotas": [
            {"kind": kind.value, **quota}
            for kind in PeriodKind
            for quota in rules["quotas"][kind]
        ],
    }
    return first, rows


def _component_initial(component: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"peers": Peers.ALL, **component}
    curve = shown.pop("curve", None) or {"kind": ""}
    fields = _CURVE_FIELDS.get(curve["kind"], {})
    values = {field: curve[name] for field, name in fields.items()}
    return {**shown, "curve": curve["kind"], **values}


def _component_json(said: Mapping[str, Any]) -> dict[str, Any]:
    names = ("code", "measure", "least_n", "required")
    component = {name: said[name] for name in names}
    component["weight"] = _json_number(said["weight"])
    if said["curve"]:
        numbers = {
            name: _json_number(said[field])
            for field, name in _CURVE_FIELDS[said["curve"]].items()
        }
        component["curve"] = {"kind": said["curve"], **numbers}
    if said["peers"] != Peers.ALL:
        component["peers"] = said["peers"]
    if said["severity"]:
        component["severity"] = said["severity"]
    if said["load"]:
        component["load"] = True
    return component


def _gates_json(limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    gates: dict[str, dict[str, Any]] = {}
    for said in limits:
        gate = gates.setdefault(
            said["code"], {"code": said["code"], "needs": said["needs"], "limits": []}
        )
        limit = {"component": said["component"], "least": _json_number(said["least"])}
        gate["limits"].append(limit)
    return list(gates.values())


def _json_number(number: Decimal) -> int | float:
    """Return a number that reads back exactly: at most two decimals."""
    return int(number) if number == int(number) else float(number)


def _raw(form: forms.Form, data: QueryDict) -> dict[str, Any]:
    """Return what was sent for the fields of a form, as it was sent."""
    return {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def _raw_rows(name: str, data: QueryDict) -> list[dict[str, Any]]:
    asked = data.get(f"{name}-TOTAL_FORMS", "")
    count = min(int(asked), MOST_ROWS) if asked.isdecimal() else 0
    form = ROWS[name].form
    return [_raw(form(prefix=f"{name}-{number}"), data) for number in range(count)]
