from celery import shared_task

from outlets.flow import forecasts

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
