"""Pages of imports: choose a kind, send a file, read what is wrong, confirm."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from outlets.exchange import meanings
from outlets.exchange.access import Loader, loadable_kinds, may_load, sees_all_imports
from outlets.exchange.access_log import record_export
from outlets.exchange.downloads import Form, table_response, workbook_response
from outlets.exchange.errors import DomainError
from outlets.exchange.forms import MappingForm, UploadForm
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.exchange.kinds import Kind, registered
from outlets.exchange.models import SILENCE, Import, ImportFault, ImportState
from outlets.exchange.pages import page_of
from outlets.exchange.progress import progress_of
from outlets.exchange.services.intake import (
    FileTooLarge,
    cancel_import,
    confirm_import,
    receive_file,
    start_again,
    start_check,
)
from outlets.exchange.services.running import refused_rows

# What a form adds to the file that it carries, in bytes, at the very most.
_AROUND_THE_FILE = 1024 * 1024
_REASONS_SHOWN = 12
_MEGABYTE = 1024**2


class LoadingRequest(HtmxHttpRequest):
    """The request of a page behind `login_required`."""

    user: Loader  # type: ignore[assignment]


def _kinds(request: LoadingRequest) -> list[type[Kind]]:
    kinds = loadable_kinds(request.user)
    if not kinds:
        raise PermissionDenied
    order = list(meanings.KINDS)
    return sorted(
        kinds, key=lambda k: order.index(k.name) if k.name in order else len(order)
    )


def _kind(request: LoadingRequest, name: str) -> type[Kind]:
    kind = registered().get(name)
    _kinds(request)  # whoever loads nothing learns nothing of kinds
    if kind is None:
        raise Http404
    if not may_load(kind, request.user):
        raise PermissionDenied
    return kind


def _import(request: LoadingRequest, uuid: UUID) -> Import:
    imports = Import.objects.visible_to(request.user).select_related("by__employee")
    return get_object_or_404(imports, uuid=uuid)


@require_safe
@login_required
def import_list(request: LoadingRequest) -> HttpResponse:
    """The history: one's own imports, or everybody's for who may read them all."""
    may_load_some = bool(loadable_kinds(request.user))
    if not may_load_some and not sees_all_imports(request.user):
        raise PermissionDenied
    imports = Import.objects.visible_to(request.user).select_related("by__employee")
    context = {
        "page": page_of(imports, request.GET.get("page")),
        "everybody": sees_all_imports(request.user),
        "may_load_some": may_load_some,
        "kept_days": settings.IMPORT_FILES_KEPT_DAYS,
    }
    return render(request, "outlets/exchange/list.html", context)


@require_safe
@login_required
def kind_list(request: LoadingRequest) -> HttpResponse:
    kinds = [
        {
            "name": kind.name,
            "label": meanings.label(kind.name),
            "about": meanings.KINDS[kind.name][1],
            "required": [c.name for c in kind.columns if c.required],
        }
        for kind in _kinds(request)
    ]
    return render(request, "outlets/exchange/kinds.html", {"kinds": kinds})


@csrf_exempt  # `_upload` checks the token, once we know that the body may be read
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def kind_page(request: LoadingRequest, kind: str) -> HttpResponse:
    """The columns of a kind, and the form that takes a file of it."""
    found = _kind(request, kind)
    if _body_size(request) > settings.IMPORT_MOST_BYTES + _AROUND_THE_FILE:
        form = UploadForm()
        most = settings.IMPORT_MOST_BYTES // _MEGABYTE
        refusal = str(FileTooLarge(most=most))
        return _show_kind(request, found, form, refusal=refusal, status=413)
    return _upload(request, found)


def _body_size(request: LoadingRequest) -> int:
    """Return what the client says; a server hands us no more than that."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdigit() else 0


@csrf_protect
def _upload(request: LoadingRequest, kind: type[Kind]) -> HttpResponse:
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if form.is_valid():
        try:
            imported = receive_file(
                kind=kind, upload=form.cleaned_data["file"], by=request.user
            )
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            return redirect("imports:import", imported.uuid)
    return _show_kind(request, kind, form)


def _show_kind(
    request: LoadingRequest,
    kind: type[Kind],
    form: UploadForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "name": kind.name,
        "label": meanings.label(kind.name),
        "about": meanings.KINDS[kind.name][1],
        "columns": meanings.columns_in_words(kind),
        "form": form,
        "refusal": refusal,
        "most_bytes": settings.IMPORT_MOST_BYTES,
        "most_megabytes": settings.IMPORT_MOST_BYTES // _MEGABYTE,
    }
    return render(request, "outlets/exchange/kind.html", context, status=status)


@require_safe
@login_required
def kind_template(request: LoadingRequest, kind: str, form: str) -> HttpResponseBase:
    """An empty table with the headings; a workbook explains them on a second sheet."""
    found = _kind(request, kind)
    heading = [column.name for column in found.columns]
    if form == Form.CSV:
        return table_response(found.name, heading, [])
    words = [
        [
            column.name,
            str(column.meaning),
            _("yes") if column.required else "",
            _("yes") if column.is_key else "",
        ]
        for column in meanings.columns_in_words(found)
    ]
    about = [_("Column"), _("Meaning"), _("Required"), _("Key")]
    sheets = [(found.name, heading, []), (_("Columns"), about, words)]
    return workbook_response(found.name, sheets)


@require_safe
@vary_on_headers("HX-Request")
@login_required
def import_page(request: LoadingRequest, uuid: UUID) -> HttpResponse:
    """Where an import stands: columns, progress, what was found, the outcome."""
    imported = _import(request, uuid)
    context: dict[str, Any] = {
        "imported": imported,
        "label": imported.kind_label,
        "own": imported.by_id == request.user.pk,
        "may_load": _may_load(request, imported),
    }
    if imported.is_running:
        progress = progress_of(imported)
        silent = progress.at is None or timezone.now() - progress.at > SILENCE
        context |= {"progress": progress, "silent": silent}
        name = "_progress" if wants_fragment(request) else "import"
        return render(request, f"outlets/exchange/{name}.html", context)
    if request.htmx and request.htmx.target == "progress":
        here = reverse("imports:import", args=[imported.uuid])
        return HttpResponseClientRedirect(here)
    kind = registered().get(imported.kind)
    if imported.state == ImportState.RECEIVED and kind is not None:
        context["form"] = MappingForm(kind, imported.heading, imported.mapping)
        context["columns"] = meanings.columns_in_words(kind)
    context |= _findings(request, imported)
    if wants_fragment(request):
        return render(request, "outlets/exchange/_faults.html", context)
    twins = Import.objects.visible_to(request.user).same_content(imported)
    context["twin"] = twins.select_related("by__employee").first()
    return render(request, "outlets/exchange/import.html", context)


def _may_load(request: LoadingRequest, imported: Import) -> bool:
    kind = registered().get(imported.kind)
    return kind is not None and may_load(kind, request.user)


def _findings(request: LoadingRequest, imported: Import) -> dict[str, Any]:
    """Return a page of faults, narrowed by column and reason, and the warnings."""
    faults = imported.fault_rows.filter(is_warning=False)
    column = request.GET.get("column", "")
    reason = request.GET.get("reason", "")
    shown: QuerySet[ImportFault] = faults
    if column:
        shown = shown.filter(column=column)
    if reason:
        shown = shown.filter(reason=reason)
    groups = faults.order_by().values("column", "reason").annotate(n=Count("id"))
    kept = faults.count() if imported.faults else 0
    return {
        "page": page_of(shown, request.GET.get("page")),
        "groups": groups.order_by("-n", "column", "reason")[:_REASONS_SHOWN],
        "chosen": {"column": column, "reason": reason},
        "not_kept": imported.faults - kept,
        "warned": imported.fault_rows.filter(is_warning=True)[:_REASONS_SHOWN],
    }


@require_POST
@login_required
def import_check(request: LoadingRequest, uuid: UUID) -> HttpResponse:
    imported = _import(request, uuid)
    if imported.by_id != request.user.pk:
        raise PermissionDenied
    kind = registered()[imported.kind]
    form = MappingForm(kind, imported.heading, imported.mapping, data=request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a column of the list for every heading."))
        return redirect("imports:import", imported.uuid)
    return _do(
        request,
        imported,
        lambda: start_check(
            import_id=imported.pk, mapping=form.mapping, by=request.user
        ),
    )


@require_POST
@login_required
def import_confirm(request: LoadingRequest, uuid: UUID) -> HttpResponse:
    imported = _import(request, uuid)
    keep_good = request.POST.get("keep_good") == "1"
    return _do(
        request,
        imported,
        lambda: confirm_import(
            import_id=imported.pk, keep_good=keep_good, by=request.user
        ),
    )


@require_POST
@login_required
def import_cancel(request: LoadingRequest, uuid: UUID) -> HttpResponse:
    imported = _import(request, uuid)
    return _do(
        request,
        imported,
        lambda: cancel_import(import_id=imported.pk, by=request.user),
    )


@require_POST
@login_required
def import_again(request: LoadingRequest, uuid: UUID) -> HttpResponse:
    imported = _import(request, uuid)
    return _do(
        request,
        imported,
        lambda: start_again(import_id=imported.pk, by=request.user),
    )


def _do(
    request: LoadingRequest, imported: Import, service: Callable[[], Import]
) -> HttpResponse:
    try:
        service()
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("imports:import", imported.uuid)


@require_safe
@login_required
def refused_file(request: LoadingRequest, uuid: UUID, form: str) -> HttpResponseBase:
    """The refused rows with their reasons, to be mended and sent again."""
    imported = _import(request, uuid)
    if not imported.refused_rows:
        raise Http404
    heading, rows = refused_rows(imported)
    stem = imported.file_name.rpartition("/")[2].partition(".")[0]
    name = f"{stem or imported.kind}-{_('refused')}"
    record_export(
        request, what=f"refused rows of {imported.kind}", rows=imported.rejected
    )
    return table_response(name, heading, rows, form=form)
