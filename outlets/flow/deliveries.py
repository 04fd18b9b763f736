"""Marks of deliveries that no machine will repeat any more."""

from datetime import date

from outlets.flow.models import Delivery


def forget_deliveries(*, before: date, limit: int) -> int:
    """Delete at most `limit` marks that came before a day; return how many."""
    old = Delivery.objects.filter(received_at__date__lt=before).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:limit])
    return Delivery.objects.filter(pk__in=keys).delete()[0]
