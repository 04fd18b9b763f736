"""What checks of outlets found: by outlet, by item and by year.

Compliance of a check is passed ÷ observed weight; a check passes at 90 % or more,
compared exactly. Shares and means are floats for people to read.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from django.db.models import Count, F, Q, QuerySet, Sum

from evaluations.checks.models import Check, CheckMark
from evaluations.checks.rules import COMPLIANT_PERCENT, Mark
from evaluations.standards.models import Item, Standard
from evaluations.standards.rules import OUTLET, Judged
from evaluations.standards.selectors import sheets

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of an outlet in figures; weights in hundredths."""

    outlet_code: str
    outlet_name: str
    on: date
    failures: int
    failed: int
    observed: int

    @property
    def compliance(self) -> Fraction:
        """Passed ÷ observed weight in percentage points, exactly."""
        return Fraction(100 * (self.observed - self.failed), self.observed)

    @property
    def passes(self) -> bool:
        return self.compliance >= COMPLIANT_PERCENT


@dataclass(frozen=True, slots=True)
class Summary:
    """Many checks in figures; shares 0 to 1, `compliance_mean` 0 to 100."""

    checks: int
    failures: int
    clean_checks: int
    compliant_checks: int
    compliance_mean: float
    last_check: date

    @property
    def clean_share(self) -> float:
        return self.clean_checks / self.checks

    @property
    def pass_rate(self) -> float:
        return self.compliant_checks / self.checks

    @property
    def pass_percent(self) -> float:
        return 100 * self.pass_rate

    @property
    def failures_per_check(self) -> Fraction:
        return Fraction(self.failures, self.checks)


@dataclass(frozen=True, slots=True)
class OutletFindings:
    code: str
    name: str
    summary: Summary

    @property
    def failures_per_check(self) -> float:
        return float(self.summary.failures_per_check)


@dataclass(frozen=True, slots=True)
class ItemFindings:
    """How often an item failed; `share` of the checks, 0 to 1; equal ranks tie."""

    code: str
    title: str
    failures: int
    share: float
    rank: int

    @property
    def percent(self) -> float:
        return 100 * self.share


def findings(checks: QuerySet[Check], standard: Standard) -> list[Finding]:
    """Return the standing checks of outlets under a standard, without unobserved ones.

    `checks` is already cut down to what the reader may see and to the days asked for.
    """
    marked = checks.standing().of_outlet_itself().filter(standard=standard)  # type: ignore[attr-defined]
    failed = Q(marks__mark=Mark.FAILED.value)
    rows = list(
        marked.filter(score=None)
        .order_by("on", "id")
        .annotate(
            failures=Count("marks", filter=failed),
            failed_weight=Sum("marks__item__weight", filter=failed, default=0),
            gone_weight=Sum("marks__item__weight", filter=~failed, default=0),
        )
        .values_list(
            "version",
            "slot",
            F("outlet__code"),
            F("outlet__name"),
            "on",
            "failures",
            "failed_weight",
            "gone_weight",
        )
    )
    held = sheets({row[0] for row in rows})
    totals = {
        (pk, slot): sum(
            rule.weight
            for rule in held[pk].applicable(Judged(OUTLET, slot=slot)).values()
        )
        for pk, slot in {row[:2] for row in rows}
    }
    return [
        Finding(code, name, on, failures, weight, totals[version, slot] - gone)
        for version, slot, code, name, on, failures, weight, gone in rows
        if totals[version, slot] > gone
    ]


def summarise(found: Sequence[Finding]) -> Summary:
    """Return the figures of at least one check."""
    return Summary(
        checks=len(found),
        failures=sum(finding.failures for finding in found),
        clean_checks=sum(not finding.failures for finding in found),
        compliant_checks=sum(finding.passes for finding in found),
        compliance_mean=float(_mean(finding.compliance for finding in found)),
        last_check=max(finding.on for finding in found),
    )


def by_outlet(found: Iterable[Finding]) -> list[OutletFindings]:
    """Return the outlets that were checked, by code."""
    return [
        OutletFindings(code, rows[0].outlet_name, summarise(rows))
        for code, rows in sorted(_grouped(found, lambda f: f.outlet_code))
    ]


def by_year(found: Iterable[Finding]) -> dict[int, Summary]:
    return {
        year: summarise(rows)
        for year, rows in sorted(_grouped(found, lambda f: f.on.year))
    }


def worst(outlets: Iterable[OutletFindings], most: int = 20) -> list[OutletFindings]:
    """Return the outlets with the most failures per check, of those checked twice.

    Ties go to the one checked more often, then to the smaller code, numbers as numbers.
    """
    often = [outlet for outlet in outlets if outlet.summary.checks >= 2]
    often.sort(
        key=lambda outlet: (
            -outlet.summary.failures_per_check,
            -outlet.summary.checks,
            _natural(outlet.code),
        )
    )
    return often[:most]


def by_item(checks: QuerySet[Check], standard: Standard) -> list[ItemFindings]:
    """Return every item of the newest version by how often it failed, most first."""
    counted = checks.standing().of_outlet_itself()  # type: ignore[attr-defined]
    counted = counted.filter(standard=standard, score=None)
    total = counted.count()
    failures = Counter(
        dict(
            CheckMark.objects.filter(check_record__in=counted, mark=Mark.FAILED.value)
            .values_list("item__code")
            .annotate(times=Count("pk"))
            .order_by()
        )
    )
    newest = standard.versions.order_by("-number").values("pk")[:1]
    items = Item.objects.filter(version__in=newest, applies_to__in=("", OUTLET))
    ordered = sorted(failures[item.code] for item in items)
    return sorted(
        (
            ItemFindings(
                code=item.code,
                title=item.title,
                failures=(times := failures[item.code]),
                share=times / total if total else 0.0,
                rank=1 + sum(other > times for other in ordered),
            )
            for item in items
        ),
        key=lambda item: (item.rank, item.code),
    )


def _grouped(found: Iterable[T], key: Callable[[T], K]) -> Iterator[tuple[K, list[T]]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for row in found:
        groups[key(row)].append(row)
    return iter(groups.items())


def _mean(values: Iterable[Fraction]) -> Fraction:
    held = list(values)
    return sum(held, Fraction()) / len(held)


def _natural(code: str) -> tuple[tuple[int, int | str], ...]:
    """Return a key that sorts S-9 before S-10."""
    parts: list[tuple[int, int | str]] = []
    digits = ""
    for sign in f"{code}\0":
        if sign.isdecimal():
            digits += sign
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        parts.append((1, sign))
    return tuple(parts)
