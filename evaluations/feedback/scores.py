"""What customers say of people, outlets and regions in a period, and the gate.

Read from the ledger, so that a figure here is the one that a ranking counts: what is
settled, to the day before.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.db.models import Sum

from evaluations.feedback.rules import LEAST_FOR_SHARE, satisfied_percent
from evaluations.feedback.services.settling import (
    CALLBACK_MARK,
    ONE,
    ONSITE_DAY,
    REPLY_DAY,
    SMS_DAY,
)
from evaluations.ledger.models import Entry, EntryKind, EntryQuerySet
from evaluations.ledger.periods import Period
from outlets.places.models import Outlet, Region
from outlets.places.rules import paths_above
from outlets.places.sight import Viewer
from staffing.people.models import Employee

READ = (ONSITE_DAY, SMS_DAY, REPLY_DAY, CALLBACK_MARK)


@dataclass(frozen=True, slots=True)
class Share:
    """So many good ones of so many."""

    good: int = 0
    n: int = 0

    @property
    def percent(self) -> Decimal | None:
        return satisfied_percent(self.good, self.n)

    def reaches(self, target: int) -> bool | None:
        """Tell whether the share reaches a target in percent; None: of nothing."""
        return Fraction(100 * self.good, self.n) >= target if self.n else None


@dataclass(frozen=True, slots=True)
class VoiceFigures:
    """One line: a person, an outlet or a region, by `code` and `name`."""

    code: str
    name: str
    onsite: Share
    sms: Share
    reply: Share
    callback: Share

    @property
    def onsite_counts(self) -> bool:
        """Tell whether enough customers rated for the component of a month."""
        return self.onsite.n >= LEAST_FOR_SHARE

    @property
    def reply_reached(self) -> bool | None:
        return self.reply.reaches(settings.FEEDBACK_REPLY_TARGET)

    @property
    def sms_reached(self) -> bool | None:
        return self.sms.reaches(settings.FEEDBACK_SATISFIED_TARGET)

    @property
    def gate_open(self) -> bool | None:
        """Tell whether the SMS figures let her win; None: no message was sent.

        Where messages were sent, what was never measured misses nothing.
        """
        if not self.reply.n:
            return None
        return self.reply_reached is not False and self.sms_reached is not False


def entries_of(viewer: Viewer, period: Period) -> EntryQuerySet:
    """Return what the ledger says `viewer` may read of customers' marks."""
    return Entry.objects.visible_to(viewer).filter(
        kind=EntryKind.SCORE,
        component__in=READ,
        on__range=(period.first, period.last),
    )


def by_person(entries: EntryQuerySet) -> list[VoiceFigures]:
    sums = _sums(entries.filter(employee__isnull=False), "employee")
    people = Employee.objects.filter(pk__in=sums).order_by("number")
    return [_line(one.number, one.name, sums[one.pk]) for one in people]


def by_outlet(entries: EntryQuerySet) -> list[VoiceFigures]:
    sums = _sums(entries.filter(outlet__isnull=False), "outlet")
    outlets = Outlet.objects.filter(pk__in=sums).order_by("code")
    return [_line(one.code, one.name, sums[one.pk]) for one in outlets]


def by_region(entries: EntryQuerySet, level: str) -> list[VoiceFigures]:
    """Return the regions of a level; what lies under none of them is left out."""
    sums = _sums(entries.filter(outlet__isnull=False), "outlet")
    paths = Outlet.objects.filter(pk__in=sums).values_list("pk", "region__path")
    regions = list(Region.objects.filter(level=level).order_by("code"))
    found: dict[int, dict[str, Share]] = defaultdict(dict)
    above = {one.path: one for one in regions}
    for pk, path in paths:
        region = next(
            (above[start] for start in paths_above(path) if start in above), None
        )
        if region is not None:
            _add(found[region.pk], sums[pk])
    return [
        _line(one.code, one.name, found[one.pk]) for one in regions if one.pk in found
    ]


def total_of(lines: Iterable[VoiceFigures]) -> VoiceFigures:
    sums: dict[str, Share] = {}
    for one in lines:
        _add(
            sums,
            {
                ONSITE_DAY: one.onsite,
                SMS_DAY: one.sms,
                REPLY_DAY: one.reply,
                CALLBACK_MARK: one.callback,
            },
        )
    return _line("", "", sums)


def _sums(entries: EntryQuerySet, by: str) -> dict[int, dict[str, Share]]:
    """Return the share of each component by the id of what is asked about."""
    rows = (
        entries.order_by()
        .values_list(by, "component")
        .annotate(good=Sum("points"), n=Sum("out_of"))
    )
    found: dict[int, dict[str, Share]] = defaultdict(dict)
    for pk, component, good, n in rows:
        found[pk][component] = Share(good // ONE, n // ONE)
    return found


def _add(to: dict[str, Share], more: dict[str, Share]) -> None:
    for component, share in more.items():
        before = to.get(component, Share())
        to[component] = Share(before.good + share.good, before.n + share.n)


def _line(code: str, name: str, shares: dict[str, Share]) -> VoiceFigures:
    nothing = Share()
    return VoiceFigures(
        code=code,
        name=name,
        onsite=shares.get(ONSITE_DAY, nothing),
        sms=shares.get(SMS_DAY, nothing),
        reply=shares.get(REPLY_DAY, nothing),
        callback=shares.get(CALLBACK_MARK, nothing),
    )
