from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from outlets.flow import alerts, forecasts

OUTLETS_AT_ONCE = 100


@shared_task
def forecast_outlets(outlet_ids: list[int] | None = None) -> None:
    """Forecast these outlets, or hand out all of them; safe to run twice."""
    if outlet_ids is None:
        everywhere = forecasts.outlets_with_tickets()
        for start in range(0, len(everywhere), OUTLETS_AT_ONCE):
            forecast_outlets.delay(everywhere[start : start + OUTLETS_AT_ONCE])
        return
    for outlet_id in outlet_ids:
        forecasts.forecast_outlet(outlet_id=outlet_id)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=2)
def watch_floors() -> None:
    """Raise and end alerts of this moment; safe to run twice."""
    alerts.watch_floors(now=timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def compare_hours() -> None:
    """Compare the last hour with those of the weeks before; safe to run twice."""
    alerts.compare_hours(now=timezone.now())
