"""What happens to imports when nobody looks: workers that die, files that grow old."""

from datetime import timedelta
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


def delete_old_files() -> int:
    """Delete the files of imports older than the setting says; return how many.

    What still waited for somebody is cancelled. System task: it sees every import.
    """
    limit = timezone.now() - timedelta(days=settings.IMPORT_FILES_KEPT_DAYS)
    old = Import.objects.filter(received_at__lt=limit).exclude(stored="")
    count = 0
    for imported in old.exclude(state__in=RUNNING).iterator():
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
