from celery import shared_task

from evaluations.feed.models import Webhook, WebhookState


@shared_task
def send_webhooks() -> None:
    """Have each webhook's news planned and sent; safe to run twice."""
    active = Webhook.objects.filter(state=WebhookState.ACTIVE)
    for webhook_id in active.values_list("pk", flat=True):
        work_on_webhook.delay(webhook_id)


@shared_task
def work_on_webhook(webhook_id: int) -> None:
    """Plan and send what is due of one webhook; safe to run twice at once."""
    from evaluations.feed import webhooks

    webhooks.work(webhook_id=webhook_id)


@shared_task
def write_export(export_id: int) -> None:
    """Write one export; safe to run twice."""
    from evaluations.feed import exporting

    exporting.write_export(export_id=export_id)


@shared_task
def keep_feed_day() -> None:
    """Note whose assignment begins or ends today; safe to run twice."""
    from evaluations.feed import reading

    reading.keep_day()


@shared_task
def forget_tombstones() -> None:
    """Forget old changes of what is gone; safe to run twice."""
    from evaluations.feed import keeping

    keeping.forget_tombstones()


@shared_task
def remove_expired_exports() -> None:
    """Delete the files of old exports; safe to run twice."""
    from evaluations.feed import exporting

    exporting.remove_expired()
