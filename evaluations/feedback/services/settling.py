"""What the ledger says about feedback.

Call-backs and ratings by known raters stand alone, one entry each. The anonymous ones
and the SMS invitations are many: they are posted as one entry per person's day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Q

from evaluations.feedback.models import Channel, Invitation, Rating
from evaluations.feedback.rules import SATISFIED_FROM
from evaluations.feedback.services.pressure import settle_pressure
from evaluations.ledger.services import Line, put

SOURCE = "feedback"
ONSITE_DAY, SMS_DAY, REPLY_DAY = "onsite", "sms_satisfaction", "sms_reply"
CALLBACK_MARK = "callback"
# One record weighs 1.00; points and out_of are hundredths.
ONE = 100
BATCH = 5000

COMPONENTS = {
    Channel.PAD: ONSITE_DAY,
    Channel.QR: ONSITE_DAY,
    Channel.SMS: SMS_DAY,
    Channel.CALLBACK: CALLBACK_MARK,
}


@dataclass(frozen=True, slots=True)
class Group:
    """One person's day at an outlet in one component; nobody's: the outlet's own."""

    component: str
    on: date
    outlet_id: int
    employee_id: int | None

    @property
    def source_id(self) -> str:
        return f"{self.component}:{self.on}:{self.outlet_id}:{self.employee_id or '-'}"

    @classmethod
    def parse(cls, source_id: str) -> "Group":
        component, on, outlet_id, employee_id = source_id.split(":")
        return cls(
            component,
            date.fromisoformat(on),
            int(outlet_id),
            None if employee_id == "-" else int(employee_id),
        )

    def line(self, good: int, n: int) -> Line:
        return Line(
            source_id=self.source_id,
            component=self.component,
            on=self.on,
            employee_id=self.employee_id,
            outlet_id=self.outlet_id,
            points=good * ONE,
            out_of=n * ONE,
            n=n,
        )


def settle(until: date) -> int:
    """Post what is pending up to and including the trading day `until`.

    Returns the entries written. System task: it sees everything.
    """
    return _settle_ratings(until) + _settle_invitations(until) + settle_pressure(until)


def _settle_ratings(until: date) -> int:
    written = 0
    while True:
        with transaction.atomic():
            pending = Rating.objects.filter(pending=True, on__lte=until)
            rows = list(
                pending.order_by("on", "outlet_id", "id").select_for_update()[:BATCH]
            )
            if not rows:
                return written
            groups = {group for row in rows for group in _groups_touched(row)}
            lines = {group: group.line(*n) for group, n in _rating_days(groups)}
            written += put(
                source=SOURCE,
                lines=[*_own_lines(rows), *lines.values()],
                withdrawn=[g.source_id for g in groups if g not in lines],
            )
            Rating.objects.filter(pk__in=[row.pk for row in rows]).update(pending=False)


def _own_lines(rows: Iterable[Rating]) -> Iterator[Line]:
    """Yield the entries of ratings that stand alone: call-backs and known raters."""
    for row in rows:
        if row.rater or row.channel == Channel.CALLBACK:
            yield Line(
                source_id=str(row.uuid),
                component=COMPONENTS[Channel(row.channel)],
                on=row.on,
                employee_id=row.employee_id,
                outlet_id=row.outlet_id,
                points=ONE if row.satisfied else 0,
                out_of=ONE,
                rater=row.rater,
            )


def _groups_touched(row: Rating) -> Iterator[Group]:
    """Yield the days that count this rating, or did before its gaps were filled."""
    if row.channel == Channel.CALLBACK:
        return
    component = COMPONENTS[Channel(row.channel)]
    yield Group(component, row.on, row.outlet_id, row.employee_id)
    if row.employee_id is not None:
        yield Group(component, row.on, row.outlet_id, None)


def _rating_days(
    groups: Collection[Group],
) -> Iterator[tuple[Group, tuple[int, int]]]:
    """Yield (satisfied, ratings) of each group over all its anonymous ratings.

    Posted rows count too: a late rating posts its day anew. Empty groups are absent.
    """
    for on, outlet_ids in _by_day(groups).items():
        sums: dict[Group, tuple[int, int]] = defaultdict(lambda: (0, 0))
        rows = (
            Rating.objects.filter(on=on, outlet_id__in=outlet_ids, rater="")
            .exclude(channel=Channel.CALLBACK)
            .order_by()
            .values_list("channel", "outlet_id", "employee_id")
            .annotate(
                good=Count("pk", filter=Q(score__gte=SATISFIED_FROM)), n=Count("pk")
            )
        )
        for channel, outlet_id, employee_id, good, n in rows:
            group = Group(COMPONENTS[Channel(channel)], on, outlet_id, employee_id)
            if group in groups:
                before = sums[group]
                sums[group] = (before[0] + good, before[1] + n)
        yield from sums.items()


def _settle_invitations(until: date) -> int:
    written = 0
    while True:
        with transaction.atomic():
            pending = Invitation.objects.filter(pending=True, on__lte=until)
            rows = list(
                pending.order_by("on", "outlet_id", "id").select_for_update()[:BATCH]
            )
            if not rows:
                return written
            groups = {
                Group(REPLY_DAY, row.on, row.outlet_id, employee_id)
                for row in rows
                for employee_id in (row.employee_id, None)
            }
            lines = {group: group.line(*n) for group, n in _invitation_days(groups)}
            written += put(
                source=SOURCE,
                lines=lines.values(),
                withdrawn=[g.source_id for g in groups if g not in lines],
            )
            Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(
                pending=False
            )


def _invitation_days(
    groups: Collection[Group],
) -> Iterator[tuple[Group, tuple[int, int]]]:
    """Yield (replied, sent) of each group over all its invitations."""
    for on, outlet_ids in _by_day(groups).items():
        rows = (
            Invitation.objects.filter(on=on, outlet_id__in=outlet_ids)
            .order_by()
            .values_list("outlet_id", "employee_id")
            .annotate(replied=Count("pk", filter=Q(replied=True)), sent=Count("pk"))
        )
        for outlet_id, employee_id, replied, sent in rows:
            group = Group(REPLY_DAY, on, outlet_id, employee_id)
            if group in groups:
                yield group, (replied, sent)


def _by_day(groups: Iterable[Group]) -> dict[date, set[int]]:
    days: dict[date, set[int]] = defaultdict(set)
    for group in groups:
        days[group.on].add(group.outlet_id)
    return days
