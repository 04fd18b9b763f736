"""Pages of the rules: read by everybody, drafted by one, approved by another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.ledger.periods import Period
from evaluations.rankings.editing import Editor
from evaluations.rankings.forms_schemes import CopyForm, NoteForm
from evaluations.rankings.models import Scheme, SchemeVersion
from evaluations.rankings.selectors.schemes import listed, versions_to_compare
from evaluations.rankings.services.runs import DEFAULT_SCHEME
from evaluations.rankings.services.schemes import (
    approve_version,
    copy_scheme,
    draft_version,
    earliest_start,
    edit_version,
    may_approve,
    may_draft,
    may_withdraw,
    propose_version,
    withdraw_version,
)
from evaluations.rankings.words_schemes import differences, sections
from outlets.exchange.errors import DomainError
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def how_scores_are_made(request: SignedInRequest) -> HttpResponse:
    """The rules in force this month in plain words, for everybody they judge."""
    schemes = Scheme.objects.visible_to(request.user).in_use()
    chosen = request.GET.get("scheme", DEFAULT_SCHEME)
    get_object_or_404(schemes, code=chosen)
    month = Period.month_of(timezone.localdate())
    version = SchemeVersion.objects.for_period(chosen, month)
    if version is None:
        # Approved for a month to come: say what will hold.
        coming = SchemeVersion.objects.visible_to(request.user).approved()
        version = get_object_or_404(coming.order_by("number")[:1], scheme__code=chosen)
    rules = version.parsed
    context = {
        "version": version,
        "month": month,
        "schemes": schemes,
        "sections": sections(rules),
        "example": rules.components[0],
    }
    return render(request, "evaluations/rankings/schemes/how.html", context)


@require_safe
@login_required
def scheme_list(request: SignedInRequest) -> HttpResponse:
    """Every scheme with its versions, the newest first."""
    schemes = listed(request.user, Period.month_of(timezone.localdate()))
    if not schemes:
        raise PermissionDenied
    context = {"schemes": schemes, "may_draft": may_draft(request.user)}
    return render(request, "evaluations/rankings/schemes/list.html", context)


def _version(request: SignedInRequest, pk: int) -> SchemeVersion:
    seen = SchemeVersion.objects.visible_to(request.user).select_related(
        "scheme",
        "based_on__scheme",
        "drafted_by__employee",
        "proposed_by__employee",
        "approved_by__employee",
        "withdrawn_by__employee",
    )
    return get_object_or_404(seen, pk=pk)


@require_safe
@login_required
def version_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version in words, and what its reader may do with it."""
    version, user = _version(request, pk), request.user
    author = version.drafted_by_id == user.pk
    own = user.pk in (version.drafted_by_id, version.proposed_by_id)
    context = {
        "version": version,
        "sections": sections(version.parsed),
        "others": versions_to_compare(version, user),
        "used": version.runs.exists(),
        "may_edit": version.is_draft and author and may_draft(user),
        "may_propose": version.is_draft and may_draft(user),
        "may_approve": version.is_proposed and may_approve(user) and not own,
        "waits_for_another": version.is_proposed and may_approve(user) and own,
        "may_withdraw": (version.is_draft or version.is_proposed)
        and may_withdraw(user),
        "may_draft": version.is_approved and may_draft(user),
    }
    return render(request, "evaluations/rankings/schemes/version.html", context)


@require_safe
@login_required
def version_differences(request: SignedInRequest, pk: int) -> HttpResponse:
    """What changes from another version (`?with=`, else the one it is based on)."""
    version = _version(request, pk)
    others = versions_to_compare(version, request.user)
    asked = request.GET.get("with", "")
    if asked:
        found = [other for other in others if str(other.pk) == asked]
        if not found:
            raise Http404
        before: SchemeVersion | None = found[0]
    else:
        ids = {other.pk: other for other in others}
        before = ids.get(version.based_on_id or 0) or (others[0] if others else None)
    changes = differences(before.parsed, version.parsed) if before else []
    context = {
        "version": version,
        "before": before,
        "others": others,
        "changes": changes,
    }
    return render(request, "evaluations/rankings/schemes/differences.html", context)


@require_POST
@login_required
def version_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    try:
        draft = draft_version(version_id=version.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("rankings:version", version.pk)
    return redirect("rankings:version_edit", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scheme_copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a new scheme from a version."""
    version = _version(request, pk)
    if not may_draft(request.user):
        raise PermissionDenied
    form = CopyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            draft = copy_scheme(
                version_id=version.pk, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("rankings:version_edit", draft.pk)
    context = {"form": form, "version": version}
    return render(request, "evaluations/rankings/schemes/copy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def version_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The editor; `add` and `remove` change the rows without checking or saving."""
    version = _version(request, pk)
    if not may_draft(request.user) or version.drafted_by_id != request.user.pk:
        raise PermissionDenied
    if not version.is_draft:
        return redirect("rankings:version", version.pk)
    failed = False
    if request.method != "POST":
        editor = Editor.of(version)
    elif request.POST.get("add") or request.POST.get("remove"):
        editor = Editor.changed(version, request.POST)
    else:
        editor = Editor.sent(version, request.POST)
        if _saved(request, editor):
            messages.success(request, _("The draft is saved."))
            return redirect("rankings:version", version.pk)
        failed = True
    context = {
        "version": version,
        "editor": editor,
        "failed": failed,
        "earliest": earliest_start(version.scheme),
    }
    return render(request, "evaluations/rankings/schemes/edit.html", context)


def _saved(request: SignedInRequest, editor: Editor) -> bool:
    if not editor.is_valid():
        return False
    try:
        edit_version(
            version_id=editor.version.pk,
            rules=editor.rules(),
            valid_from=editor.form.cleaned_data["valid_from"],
            note=editor.form.cleaned_data["note"],
            by=request.user,
        )
    except DomainError as error:
        editor.form.add_error(None, str(error))
        return False
    return True


def _done(
    request: SignedInRequest, pk: int, act: Callable[..., Any], said: str, **more: Any
) -> HttpResponse:
    version = _version(request, pk)
    try:
        act(version_id=version.pk, by=request.user, **more)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("rankings:version", version.pk)


def _note(request: SignedInRequest) -> str:
    form = NoteForm(request.POST)
    form.is_valid()
    return str(form.cleaned_data.get("note", ""))


@require_POST
@login_required
def version_propose(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("The rules are proposed. Somebody else has to approve them.")
    return _done(request, pk, propose_version, said)


@require_POST
@login_required
def version_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("The rules are approved and hold from their first day on.")
    return _done(request, pk, approve_version, said, note=_note(request))


@require_POST
@login_required
def version_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    said = _("The draft is withdrawn and stays on record.")
    return _done(request, pk, withdraw_version, said, note=_note(request))
