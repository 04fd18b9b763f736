"""What the pages of webhooks show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from evaluations.feed.addresses import Problem
from evaluations.feed.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Webhook,
    WebhookState,
)
from evaluations.feed.words import kind_label, kinds_shown
from outlets.exchange.pages import Page, page_of
from staffing.people.models import User

# What asks for somebody stands first.
_ORDER = [
    WebhookState.STOPPED,
    WebhookState.ACTIVE,
    WebhookState.PAUSED,
    WebhookState.ENDED,
]
# A delivery is tried some sixty times in its day; more than the last few say nothing.
TRIES_SHOWN = 5


def webhooks_shown(viewer: User) -> list[Webhook]:
    """Return the webhooks in sight, those that have stopped first.

    Each has `waiting`, `delivered_last`, and of its newest try `try_status` and
    `try_problem` in words, and `told`: what it tells, in words; empty is everything.
    """
    newest = Attempt.objects.filter(delivery__webhook=OuterRef("pk")).order_by("-pk")
    rows = (
        Webhook.objects.visible_to(viewer)
        .select_related("service")
        .annotate(
            waiting=Count(
                "deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)
            ),
            delivered_last=Max("deliveries__delivered_at"),
            try_status=Subquery(newest.values("status")[:1]),
            try_problem=Subquery(newest.values("problem")[:1]),
        )
    )
    found: list[Webhook] = list(rows.order_by("service__name", "pk"))
    said = dict(Problem.choices)
    for one in found:
        one.told = kinds_shown(one.kinds)  # type: ignore[attr-defined]
        problem = one.try_problem  # type: ignore[attr-defined]
        one.try_problem = said.get(problem, problem)  # type: ignore[attr-defined]
    found.sort(key=lambda one: _ORDER.index(WebhookState(one.state)))
    return found


@dataclass(frozen=True, slots=True)
class Logged:
    """A delivery as the log shows it.

    `told` counts its events by kind, in words; `tries` are the newest, oldest first,
    and `last` is the newest of them; `hidden` how many stood before them.
    """

    row: Delivery
    told: Sequence[tuple[str, int]]
    tries: Sequence[Attempt]
    hidden: int

    @property
    def tried(self) -> int:
        return len(self.tries) + self.hidden

    @property
    def last(self) -> Attempt | None:
        return self.tries[-1] if self.tries else None


@dataclass(frozen=True, slots=True)
class Log:
    """A page of a webhook's log, newest first."""

    lines: Sequence[Logged]
    page: Page[Delivery]


def log_of(webhook: Webhook, asked: str | None, *, waiting: bool) -> Log:
    """Return a page of the delivery log; `waiting`: only what has not got through."""
    rows: QuerySet[Delivery] = webhook.deliveries.order_by("-pk")
    if waiting:
        rows = rows.filter(state=DeliveryState.WAITING)
    page = page_of(rows, asked, size=25)
    tries: dict[int, list[Attempt]] = {one.pk: [] for one in page.rows}
    for one in Attempt.objects.filter(delivery__in=tries).order_by("pk"):
        tries[one.delivery_id].append(one)
    return Log([_logged(one, tries[one.pk]) for one in page.rows], page)


def _logged(row: Delivery, tries: list[Attempt]) -> Logged:
    told = Counter(event[0] for event in row.events)
    return Logged(
        row=row,
        told=[(kind_label(kind), number) for kind, number in sorted(told.items())],
        tries=tries[-TRIES_SHOWN:],
        hidden=max(len(tries) - TRIES_SHOWN, 0),
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """How a webhook is: what waits, what comes next, and what got through last."""

    waiting: int
    head: Delivery | None
    last: Delivery | None
    told: Sequence[str]


def condition_of(webhook: Webhook) -> Condition:
    waiting = webhook.deliveries.filter(state=DeliveryState.WAITING)
    done = webhook.deliveries.filter(state=DeliveryState.DELIVERED)
    return Condition(
        waiting=waiting.count(),
        head=waiting.first(),
        last=done.order_by(F("delivered_at").desc(), "-pk").first(),
        told=kinds_shown(webhook.kinds),
    )
