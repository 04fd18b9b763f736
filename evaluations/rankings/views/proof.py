"""Pages about a frozen run: its file, its revisions, and what came too late."""

import gzip
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluations.rankings.models import Run, RunState
from evaluations.rankings.selectors.changes import (
    Change,
    changes_between,
    late_changes,
    previous_revision,
)
from evaluations.rankings.services.exporting import export_lines
from evaluations.rankings.services.runs import reads_everybody
from outlets.exchange.access_log import record_export
from outlets.exchange.downloads import Form, table_response
from staffing.people.requests import SignedInRequest

MOST_ROWS = 200


@require_safe
@login_required
def proof(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The run as a file for `tools/verify_run`; no name is in it."""
    run = _run(request, pk)
    if not reads_everybody(request.user):
        raise PermissionDenied
    record_export(request, what=f"run {run.pk}", rows=run.people)
    response = StreamingHttpResponse(
        _zipped(export_lines(run)), content_type="application/gzip"
    )
    name = f"run-{run.pk}-{run.period}.ndjson.gz"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _zipped(lines: Iterable[str]) -> Iterator[bytes]:
    # One member per batch: gzip files may be put one behind the other.
    batch: list[bytes] = []
    for line in lines:
        batch.append(line.encode())
        if len(batch) == 1000:
            yield gzip.compress(b"".join(batch), mtime=0)
            batch = []
    if batch:
        yield gzip.compress(b"".join(batch), mtime=0)


@require_safe
@login_required
def changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whom this revision tells apart from the one before, of those in sight."""
    run = _run(request, pk)
    before = previous_revision(run)
    found = changes_between(before, run, request.user) if before else []
    context = {"run": run, "before": before, "changes": found, **_counts(found)}
    return render(request, "evaluations/rankings/changes.html", context)


@require_safe
@login_required
def late(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whom records posted since publication would move; nothing is changed."""
    run = _published(request, pk)
    found = late_changes(run)
    context = {
        "run": run,
        "late": True,
        "changes": found[:MOST_ROWS],
        "forms": list(Form),
        **_counts(found),
    }
    return render(request, "evaluations/rankings/changes.html", context)


@require_safe
@login_required
def late_file(request: SignedInRequest, pk: int, form: str) -> HttpResponseBase:
    run = _published(request, pk)
    if form not in set(Form):
        raise Http404
    found = late_changes(run)
    record_export(request, what=f"late changes of run {run.pk}", rows=len(found))
    heading = [
        *(_("Number"), _("Name"), _("Score before"), _("Score after")),
        *(_("Adjusted before"), _("Adjusted after"), _("Rank before")),
        *(_("Rank after"), _("Why")),
    ]
    name = f"late-{run.period}-{run.scheme.code}-{run.revision}"
    return table_response(name, heading, map(_row, found), form=form)


def _row(change: Change) -> list[Any]:
    before, after = change.before, change.after
    return [
        change.employee.number,
        change.employee.name,
        before and before.score,
        after and after.score,
        before and before.adjusted,
        after and after.adjusted,
        before and before.rank,
        after and after.rank,
        ", ".join(change.why),
    ]


def _counts(found: list[Change]) -> dict[str, int]:
    own = sum(change.own for change in found)
    return {"people": len(found), "own": own, "others": len(found) - own}


def _run(request: SignedInRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).computed()
    return get_object_or_404(
        runs.select_related("scheme", "scheme_version__scheme"), pk=pk
    )


def _published(request: SignedInRequest, pk: int) -> Run:
    run = _run(request, pk)
    if not reads_everybody(request.user):
        raise PermissionDenied
    if run.state != RunState.PUBLISHED:
        raise Http404
    return run
