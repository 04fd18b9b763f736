"""Keeping drawn hours, so that a later change of hours or secret changes none."""

from collections import defaultdict
from datetime import date

from django.utils import timezone

from evaluations.checks.models import RoundDraw
from evaluations.checks.selectors.rounds import draw_now, draws_for
from outlets.places.models import Outlet
from outlets.places.rules import trading_day

BATCH = 500


def keep_draws() -> int:
    """Keep the draw of every open outlet's trading day; return how many are new.

    Safe to run twice and at once: a day is drawn once. System task: it sees everything.
    """
    now = timezone.now()
    days: dict[date, list[Outlet]] = defaultdict(list)
    outlets = Outlet.objects.exclude(hours="").order_by("pk")
    for outlet in outlets.iterator(chunk_size=BATCH):
        on = trading_day(now, outlet.zone, outlet.day_starts_at)
        if outlet.is_in_business(on):
            days[on].append(outlet)
    return sum(_keep(on, held) for on, held in days.items())


def _keep(on: date, outlets: list[Outlet]) -> int:
    kept = set(RoundDraw.objects.filter(on=on).values_list("outlet", flat=True))
    fresh = [draw_now(one, on) for one in outlets if one.pk not in kept]
    rows = [draw for draw in fresh if draw is not None]
    RoundDraw.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return len(rows)


def keep_draw(outlet: Outlet, on: date) -> RoundDraw | None:
    """Return the draw of an outlet and day, kept; None: nothing can be drawn."""
    draw = draws_for([outlet], on).get(outlet.pk)
    if draw is not None and draw.pk is None:
        RoundDraw.objects.bulk_create([draw], ignore_conflicts=True)
        draw = RoundDraw.objects.get(outlet=outlet, on=on)
    return draw
