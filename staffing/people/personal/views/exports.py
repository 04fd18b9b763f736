"""Pages of files of personal data: one's own, and the progress of any."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from outlets.exchange.access_log import record_export
from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from staffing.people.personal.models import PersonalExport
from staffing.people.personal.registry import holdings
from staffing.people.personal.selectors import may_manage
from staffing.people.personal.services.exporting import (
    SILENCE,
    request_export,
    take_file,
)
from staffing.people.requests import SignedInRequest

SHOWN = 20


class PageRequest(SignedInRequest, HtmxHttpRequest):
    """A signed-in request that may ask for a fragment."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def my_data(request: SignedInRequest) -> HttpResponse:
    """What is held about oneself, and the files that one has asked for."""
    employee = request.user.employee
    # Who has left asks HR: her account opens nothing any more.
    if employee is None or request.user.sight.employee_id is None:
        raise PermissionDenied
    refused = ""
    if request.method == "POST":
        try:
            export = request_export(employee=employee, by=request.user)
        except DomainError as error:
            refused = str(error)
        else:
            return redirect("personal:export", export.uuid)
    mine = PersonalExport.objects.visible_to(request.user).filter(employee=employee)
    context = {
        "holdings": holdings(),
        "exports": mine[:SHOWN],
        "now": timezone.now(),
        "refused": refused,
    }
    return render(request, "staffing/people/personal/mine.html", context)


@require_safe
@never_cache
@vary_on_headers("HX-Request")
@login_required
def export_detail(request: PageRequest, uuid: UUID) -> HttpResponse:
    """The progress of a file, then where to take it; for its requester only."""
    exports = PersonalExport.objects.visible_to(request.user)
    export = get_object_or_404(exports.select_related("employee"), uuid=uuid)
    if not export.is_running and request.htmx and request.htmx.target == "progress":
        return HttpResponseClientRedirect(reverse("personal:export", args=[uuid]))
    now = timezone.now()
    context = {
        "export": export,
        "herself": export.employee_id == request.user.employee_id,
        "may_manage": may_manage(request.user),
        "silent": export.is_running and now - export.progress_at > SILENCE,
        "ready": bool(export.file)
        and bool(export.expires_at)
        and export.expires_at > now,  # type: ignore[operator]
    }
    name = "_export" if wants_fragment(request) else "export"
    return render(request, f"staffing/people/personal/{name}.html", context)


@require_safe
@never_cache
@login_required
def export_file(request: SignedInRequest, uuid: UUID) -> FileResponse | HttpResponse:
    """The file itself, for its requester and for 48 hours."""
    try:
        export = take_file(uuid=uuid, by=request.user)
        file = export.file.open("rb")
    except (PersonalExport.DoesNotExist, FileNotFoundError) as error:
        raise Http404 from error
    except DomainError:
        return redirect("personal:export", uuid)
    record_export(
        request,
        what="everything about a person",
        rows=None,
        employee_id=export.employee_id,
    )
    name = f"personal-data-{timezone.localtime(export.progress_at):%Y-%m-%d}.zip"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type="application/zip"
    )
