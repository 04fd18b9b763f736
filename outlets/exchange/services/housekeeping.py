"""What happens to imports when nobody looks: workers that die, files that grow old."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from outlets.exchange.models import RUNNING, Import, ImportState, import_files


def notice_interrupted() -> int:
    """Mark the running imports whose worker is gone; return how many.

    System task: it sees every import.
    """
    return Import.objects.silent().update(
        state=ImportState.INTERRUPTED, finished_at=timezone.now()
    )


def delete_old_files(
    *, before: datetime | None = None, limit: int | None = None
) -> int:
    """Delete the files of at most `limit` imports; return how many.

    Those received before `before` go, None: older than the setting says. What still
    waited for somebody is cancelled. System task: it sees every import.
    """
    kept = timedelta(days=settings.IMPORT_FILES_KEPT_DAYS)
    old = Import.objects.filter(received_at__lt=before or timezone.now() - kept)
    with_files = old.exclude(stored="").exclude(state__in=RUNNING)
    count = 0
    for imported in with_files.order_by("pk")[:limit].iterator():
        delete_files(imported.stored, imported.refused_rows)
        changes: dict[str, Any] = {"stored": "", "refused_rows": ""}
        if imported.may_be_cancelled:
            changes |= {"state": ImportState.CANCELLED, "finished_at": timezone.now()}
        Import.objects.filter(pk=imported.pk).update(**changes)
        count += 1
    return count


def delete_files(*names: str) -> None:
    for name in names:
        if name:
            import_files().delete(name)
