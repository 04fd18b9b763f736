from celery import shared_task


@shared_task
def plan_wave(wave_id: int, by_id: int) -> None:
    """Plan the visits of a wave; safe to run twice."""
    from evaluations.mystery.services import planning

    planning.run_planning(wave_id=wave_id, by_id=by_id)
