"""What a shopper does on her phone: her visits, one report, what she brings along."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms.fieldwork import read_filled
from evaluations.mystery.models import (
    QuestionnaireVersion,
    Report,
    ReportState,
    Shopper,
)
from evaluations.mystery.selectors.fieldwork import errands_of, sheet_of
from evaluations.mystery.services import evidence as bringing
from evaluations.mystery.services import refusals
from evaluations.mystery.services.submitting import (
    Delivered,
    Filled,
    begin,
    deliver,
    is_late,
)
from evaluations.mystery.words import lack_words
from outlets.exchange.errors import DomainError
from outlets.exchange.workers import worker_answer
from staffing.people.models import User
from staffing.people.requests import SignedInRequest

WORKER = "mystery/worker.js"
# Everything that a page of the field loads.
SHELL = (
    "favicon.svg",
    "tabler/css/tabler.min.css",
    "django_htmx/htmx-2.min.js",
    "theme.js",
    "starhall.css",
    "starhall.js",
    "idb/index.js",
    "checks/leaving.js",
    "checks/photos.js",
    "mystery/field.css",
    "mystery/field.js",
    "mystery/drafts.js",
    "mystery/sending.js",
    "mystery/sheet.js",
)
PERSON = "X-Field-Person"


@require_safe
@login_required
@ensure_csrf_cookie
def visits(request: SignedInRequest) -> HttpResponse:
    """The visits that a shopper carries out; whoever is none finds nothing here."""
    if not Shopper.objects.working(request.user).exists():
        raise Http404
    errands = errands_of(request.user)
    context = {
        "errands": errands,
        "told": _told(request.user)
        | {"pages": [_address(one.report) for one in errands.open if _is_begun(one)]},
    }
    answer = render(request, "evaluations/mystery/field.html", context)
    answer.headers[PERSON] = str(request.user.uuid)
    return answer


def _is_begun(errand: Any) -> bool:
    return errand.report.version_id is not None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@ensure_csrf_cookie
def report(request: SignedInRequest, report: UUID) -> HttpResponse:
    """One visit: what it is about, then its form, then that it was sent."""
    rows = Report.objects.carried_by(request.user).select_related(
        "outlet", "scenario", "version", "wave"
    )
    row = get_object_or_404(rows, uuid=report)
    tried = Tried()
    if request.method == "POST":
        tried = try_to_submit(request, row)
        if tried.done:
            return redirect("mystery:field")
    fillable = row.state == ReportState.NEW and row.version is not None
    context: dict[str, Any] = {
        "report": row,
        "late": is_late(row),
        "told": _told(request.user) | {"report": str(row.uuid)},
    }
    if fillable and row.version is not None:
        context |= sheet_context(row, row.version, tried)
    answer = render(request, "evaluations/mystery/field_report.html", context)
    if fillable:
        answer.headers[PERSON] = str(request.user.uuid)
    return answer


@require_POST
@login_required
def begin_report(request: SignedInRequest, report: UUID) -> HttpResponse:
    """Fix the questions of a visit; from now on its form works without a network."""
    row = get_object_or_404(Report.objects.carried_by(request.user), uuid=report)
    try:
        begin(report=row.uuid, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("mystery:field_report", row.uuid)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the field. It holds nothing of anybody."""
    field = reverse("mystery:field")
    return worker_answer(WORKER, shell=SHELL, scope=field, told={"field": field})


# The form, also where an agency fills it in for a shopper -----------------------------


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a form that was sent; `filled` None: none was."""

    done: bool = False
    filled: Filled | None = None
    errors: Mapping[str, str] | None = None


def sheet_context(
    row: Report, version: QuestionnaireVersion, tried: Tried
) -> dict[str, Any]:
    return {
        "sheet": sheet_of(row, version, filled=tried.filled, errors=tried.errors),
        "delivery": uuid4(),
    }


def try_to_submit(request: SignedInRequest, row: Report) -> Tried:
    """Keep the files of a form, then submit what it says; errors say where."""
    filled = read_filled(request.POST.dict(), codes_of(row))
    errors = _bring(request, row)
    try:
        delivery = UUID(request.POST.get("delivery", ""))
    except ValueError:
        delivery = uuid4()
    if not errors:
        try:
            delivered = deliver(
                report=row.uuid, delivery=delivery, filled=filled, by=request.user
            )
        except refusals.ReportIncomplete as refusal:
            errors = {one.where: lack_words(one) for one in refusal.lacks}
            messages.error(request, str(refusal))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            said = messages.warning if delivered.held else messages.success
            said(request, what_became(delivered))
            return Tried(done=True)
    return Tried(filled=filled, errors=errors)


def _bring(request: SignedInRequest, row: Report) -> dict[str, str]:
    """Keep the files of a form and drop the ticked ones; return errors by place."""
    errors = {}
    try:
        dropped = [UUID(one) for one in request.POST.getlist("drop")]
        bringing.drop(report=row, evidence=dropped, by=request.user)
    except ValueError:
        errors["file"] = _("This file is not here any more.")
    except DomainError as refusal:
        errors["file"] = str(refusal)
    for name, files in request.FILES.lists():
        question = name.removeprefix("file-") if name != "file" else ""
        for file in files:
            content = file.read(settings.MYSTERY_EVIDENCE_MOST_BYTES + 1)
            # The same file sent again with a form that was mended is the same.
            uuid = uuid5(row.uuid, f"{question}:{hashlib.sha256(content).hexdigest()}")
            try:
                bringing.keep(
                    report=row,
                    evidence=uuid,
                    question=question,
                    content=content,
                    by=request.user,
                )
            except DomainError as refusal:
                errors[question or "file"] = str(refusal)
    return errors


def codes_of(row: Report) -> set[str]:
    if row.version is None:
        return set()
    return {one.code for one in row.version.questions.all()}


def what_became(delivered: Delivered) -> str:
    if delivered.held:
        return _(
            "Another report of this visit is there already. What you sent is kept: "
            "your agency looks at it."
        )
    if is_late(delivered.report):
        return _("Sent, but late: your agency sees that.")
    return _("Sent.")


# The phone ----------------------------------------------------------------------------


def _told(viewer: User) -> dict[str, Any]:
    """Return what the scripts of a page need to know."""
    return {
        "person": str(viewer.uuid),
        "field": reverse("mystery:field"),
        "worker": reverse("mystery:field_worker"),
        "most": settings.MYSTERY_EVIDENCE_MOST_BYTES,
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """Return what the scripts say; `{…}` is filled in by them."""
    return {
        "kept": _("Kept on this phone"),
        "waiting": _("Waits for a network; it is sent by itself."),
        "sending": _("Being sent …"),
        "no_network": _("No connection. It is sent as soon as there is one."),
        "sign_in": _("Sign in again to send what is waiting."),
        "server_error": _("The server answered with an error ({status})."),
        "gone": _(
            "This visit is no longer yours. What you wrote stays on this phone: show "
            "it to your agency."
        ),
        "mend": _("Something is missing or cannot be right. It is marked below."),
        "missing": _("Answer this question, or say that it does not apply."),
        "too_large": _("A file may have at most {most} MB."),
        "unreadable": _("This picture cannot be read. Take another one."),
        "no_storage": _(
            "This browser keeps nothing: send the report while you have a network."
        ),
        "remove": _("Take out"),
        "file": _("File"),
        "offline": _("No connection: you see what this phone has kept."),
    }


def _address(row: Report) -> str:
    return reverse("mystery:field_report", args=[row.uuid])
