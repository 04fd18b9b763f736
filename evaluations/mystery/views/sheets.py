"""Agencies' spreadsheets: a file of answers, tried first, then taken as a whole."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.mystery.sheets import HEADING, Reports, rows_to_fill
from outlets.exchange.cells import Cells, Fault
from outlets.exchange.downloads import Form, table_response
from outlets.exchange.forms import UploadForm
from outlets.exchange.importer import Report, Silence, UnreadableHeading, load
from outlets.exchange.readers import UnreadableFile, read_rows
from staffing.people.requests import SignedInRequest

MOST_BYTES = 10 * 1024**2
MOST_FAULTS = 200


class Listening(Silence):
    """Keeps the first faults for the page; the rest is counted."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.more = 0

    def faulty(self, cells: Cells) -> None:
        for one in cells.faults:
            self._keep(one)

    def warned(self, fault: Fault) -> None:
        self._keep(fault)

    def _keep(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.more += 1


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheet(request: SignedInRequest) -> HttpResponse:
    """Take a spreadsheet of answers: all of it, or with reasons nothing."""
    if not request.user.sight.agency_ids:
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "heading": HEADING}
    if request.method == "POST" and form.is_valid():
        context |= _taken(request, form)
    return render(request, "evaluations/mystery/sheet.html", context)


def _taken(request: SignedInRequest, form: UploadForm) -> dict[str, object]:
    file = form.cleaned_data["file"]
    trying = request.POST.get("do") != "take"
    if file.size > MOST_BYTES:
        form.add_error(
            "file",
            _("The file has more than %(most)d MB: split it.")
            % {"most": MOST_BYTES // 1024**2},
        )
        return {}
    listening = Listening()
    try:
        done: Report = load(
            Reports(request.user),
            read_rows(file.file),
            dry_run=trying,
            audience=listening,
            source=file.name,
        )
    except (UnreadableFile, UnreadableHeading) as error:
        form.add_error("file", str(error))
        return {}
    if done.taken:
        messages.success(request, _("The reports are taken. They wait for review."))
    return {
        "done": done,
        "tried": trying,
        "faults": listening.faults,
        "more": listening.more,
    }


@require_safe
@login_required
def sheet_template(request: SignedInRequest) -> HttpResponseBase:
    """The visits to be done with their questions, to be filled in elsewhere."""
    if not request.user.sight.agency_ids:
        raise PermissionDenied
    form = Form.XLSX if request.GET.get("form") == Form.XLSX else Form.CSV
    return table_response(
        _("Visits to report"), HEADING, rows_to_fill(request.user), form=form
    )
