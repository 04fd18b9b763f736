"""The history of what was changed, and the log of who came in and took what out."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outlets.exchange.access_log import record_export
from outlets.exchange.downloads import table_response
from outlets.exchange.pages import page_of
from outlets.exchange.tracking import Tracked, tracked
from outlets.places.sight import Viewer
from staffing.accounts.forms.history import AccessFilter, HistoryFilter
from staffing.accounts.models import AccessRecord, HistoryRecord
from staffing.accounts.models.access import sees_all_access
from staffing.accounts.models.history import groups_seen_by
from staffing.accounts.selectors.history import lines, who_shown
from staffing.people.requests import SignedInRequest

# More than somebody reads; a file beyond it is asked for in parts.
MOST_LINES = 20_000
TOGETHER = 500


def _require_reader(request: SignedInRequest) -> None:
    if not groups_seen_by(request.user.sight):
        raise PermissionDenied


def _history(request: SignedInRequest) -> Any:
    visible = HistoryRecord.objects.visible_to(request.user)
    return visible.select_related("actor__employee").newest_first()


def _access(request: SignedInRequest) -> Any:
    visible = AccessRecord.objects.visible_to(request.user)
    return visible.select_related("user__employee", "employee", "outlet").newest_first()


@require_safe
@login_required
def history_list(request: SignedInRequest) -> HttpResponse:
    """What was changed, newest first, as far as the viewer may read it."""
    _require_reader(request)
    form = HistoryFilter(request.GET, sight=request.user.sight)
    page = page_of(form.narrow(_history(request)), request.GET.get("page"))
    context = {"form": form, "page": page, "lines": lines(page.rows)}
    return render(request, "staffing/accounts/history/list.html", context)


@require_safe
@login_required
def history_object(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """The history of one thing, with that of its parts."""
    _require_reader(request)
    known = _known(request, kind)
    if pk > models.BigIntegerField.MAX_BIGINT:
        raise Http404
    found = _history(request).of_object(known, pk)
    page = page_of(found, request.GET.get("page"))
    row = known.model._base_manager.filter(pk=pk).first()
    if _is_concealed(known, pk, request.user) or (row is None and not page.rows):
        raise Http404
    label = known.words(row) if row is not None else page.rows[-1].object_repr
    context = {
        "page": page,
        "lines": lines(page.rows),
        "noun": capfirst(str(known.noun)),
        "label": label,
    }
    return render(request, "staffing/accounts/history/object.html", context)


def _known(request: SignedInRequest, kind: str) -> Tracked:
    """Return the kind asked about.

    Raises:
        Http404: nothing of that kind has a history that the viewer may read.
    """
    groups = groups_seen_by(request.user.sight)
    for known in tracked().values():
        if known.kind == kind and known.group in groups:
            return known
    raise Http404


def _is_concealed(known: Tracked, pk: int, viewer: Viewer) -> bool:
    if known.concealed is None:
        return False
    return known.concealed(viewer).filter(pk=pk).exists()


@require_safe
@login_required
def history_file(request: SignedInRequest, form: str) -> HttpResponseBase:
    """The list as a file, one line per changed field."""
    _require_reader(request)
    asked = HistoryFilter(request.GET, sight=request.user.sight)
    found = asked.narrow(_history(request))
    if _too_many(found):
        return _refuse_too_many(request, "history:list")
    heading = [
        *(_("When"), _("Who"), _("What was done"), _("Kind"), _("Which")),
        *(_("Field"), _("Before"), _("After"), _("Import it came with")),
    ]
    records = list(found)
    answer = table_response("history", heading, _history_rows(records), form=form)
    record_export(request, what="history", rows=len(records))
    return answer


def _history_rows(records: list[HistoryRecord]) -> Iterator[list[Any]]:
    for start in range(0, len(records), TOGETHER):
        for line in lines(records[start : start + TOGETHER]):
            at = timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds")
            about = [at, line.who, str(line.deed.label), line.noun, line.label]
            for change in line.changes:
                yield [*about, change.field, change.old, change.new, line.occasion]


@require_safe
@login_required
def access_list(request: SignedInRequest) -> HttpResponse:
    """Who signed in or tried to, and who took personal data out."""
    _require_reader(request)
    form = AccessFilter(request.GET, everything=sees_all_access(request.user.sight))
    page = page_of(form.narrow(_access(request)), request.GET.get("page"))
    rows = [(row, _who(row)) for row in page.rows]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "staffing/accounts/history/access.html", context)


@require_safe
@login_required
def access_file(request: SignedInRequest, form: str) -> HttpResponseBase:
    """The access log as a file."""
    _require_reader(request)
    asked = AccessFilter(request.GET, everything=sees_all_access(request.user.sight))
    found = asked.narrow(_access(request))
    if _too_many(found):
        return _refuse_too_many(request, "history:access")
    heading = [
        *(_("When"), _("Who"), _("What was done"), _("What"), _("Rows")),
        *(_("Member of staff"), _("Outlet"), _("Address"), _("Browser")),
    ]
    records = list(found)
    answer = table_response("access", heading, map(_access_row, records), form=form)
    record_export(request, what="access log", rows=len(records))
    return answer


def _access_row(row: AccessRecord) -> list[Any]:
    return [
        timezone.localtime(row.at).isoformat(sep=" ", timespec="seconds"),
        _who(row),
        str(row.get_kind_display()),
        row.what,
        row.rows,
        row.employee.number if row.employee else "",
        row.outlet.code if row.outlet else "",
        row.address,
        row.agent,
    ]


def _who(row: AccessRecord) -> str:
    return who_shown(row.user, row.name)


def _too_many(found: Any) -> bool:
    return found[MOST_LINES : MOST_LINES + 1].exists()


def _refuse_too_many(request: SignedInRequest, page: str) -> HttpResponse:
    told = _("More than %(most)s lines: choose a shorter period.")
    messages.error(request, told % {"most": f"{MOST_LINES:,}"})
    return redirect(f"{reverse(page)}?{request.GET.urlencode()}")
