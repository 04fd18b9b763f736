"""The checklist editor: a draft, its items, a preview of the card, the publication."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.checks.selectors.asking import sections_of_draft
from evaluations.standards import services
from evaluations.standards.forms import (
    ItemForm,
    NamesForm,
    PreviewForm,
    PublishForm,
    StandardForm,
)
from evaluations.standards.models import Draft, Standard
from evaluations.standards.rules import OUTLET, PERSON, Judged
from evaluations.standards.selectors import draft_changes
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_standard(request: SignedInRequest) -> HttpResponse:
    """Begin a checklist that does not exist yet."""
    if not request.user.sight.may(Power.WRITE_STANDARDS):
        raise PermissionDenied
    form = StandardForm(request.POST or None, by=request.user)
    if form.is_valid():
        try:
            made = services.create_standard(**form.cleaned_data, by=request.user)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            return redirect("checks:draft", made.standard.code)
    return render(request, "evaluations/standards/new.html", {"form": form})


@require_POST
@login_required
def begin(request: SignedInRequest, code: str) -> HttpResponse:
    """Open the draft of a checklist; a new one begins as what holds."""
    standards = Standard.objects.visible_to(request.user)
    standard = get_object_or_404(standards, code=code)
    services.begin_draft(standard=standard, by=request.user)
    return redirect("checks:draft", code)


@require_safe
@login_required
def draft(request: SignedInRequest, code: str) -> HttpResponse:
    """Every item of the draft, what it changes, and what can be done with it."""
    return _page(request, _draft(request, code))


@require_POST
@login_required
def names(request: SignedInRequest, code: str) -> HttpResponse:
    """Change what the checklist will be called, and its rounds."""
    found = _draft(request, code)
    form = NamesForm(request.POST)
    if not form.is_valid():
        return _page(request, found, names=form)
    services.name_draft(draft=found, **form.cleaned_data, by=request.user)
    return _saved(request, code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: SignedInRequest, code: str) -> HttpResponse:
    """Add an item."""
    found = _draft(request, code)
    form = ItemForm(
        request.POST or None,
        draft=found,
        initial={"section": request.GET.get("section", "")[:80], "weight": 1},
    )
    if form.is_valid():
        try:
            services.add_item(
                draft=found,
                code=form.cleaned_data["code"],
                item=form.item,
                by=request.user,
            )
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            return _saved(request, code)
    context = {"draft": found, "form": form}
    return render(request, "evaluations/standards/item.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: SignedInRequest, code: str, uuid: UUID) -> HttpResponse:
    """Change an item."""
    found = _draft(request, code)
    row = get_object_or_404(found.items, uuid=uuid)
    form = ItemForm(request.POST or None, draft=found, row=row)
    if form.is_valid():
        try:
            services.change_item(
                draft=found,
                uuid=uuid,
                revision=form.cleaned_data["revision"] or 0,
                item=form.item,
                by=request.user,
            )
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("checks:draft_item", code, uuid)
        return _saved(request, code, f"item-{row.code}")
    context = {"draft": found, "form": form, "row": row}
    return render(request, "evaluations/standards/item.html", context)


@require_POST
@login_required
def move(request: SignedInRequest, code: str, uuid: UUID) -> HttpResponse:
    """Move an item one place up or down."""
    found = _draft(request, code)
    row = get_object_or_404(found.items, uuid=uuid)
    services.move_item(
        draft=found, uuid=uuid, up=request.POST.get("up") == "1", by=request.user
    )
    return _saved(request, code, f"item-{row.code}", quietly=True)


@require_POST
@login_required
def remove(request: SignedInRequest, code: str, uuid: UUID) -> HttpResponse:
    """Leave an item out of the next version."""
    found = _draft(request, code)
    get_object_or_404(found.items, uuid=uuid)
    services.remove_item(draft=found, uuid=uuid, by=request.user)
    return _saved(request, code)


@require_safe
@login_required
def preview(request: SignedInRequest, code: str) -> HttpResponse:
    """What the card will ask of a person or of the outlet, as it will look."""
    found = _draft(request, code)
    rounds = found.slots.split()
    asked = {"gender": "F", "post": "clerk", "slot": rounds[0]} | request.GET.dict()
    form = PreviewForm(asked, draft=found)
    sections = {}
    if form.is_valid():
        said = form.cleaned_data
        person = Judged(PERSON, said["gender"], said["post"], said["slot"])
        sections = {
            "person": sections_of_draft(found, person),
            "outlet": sections_of_draft(found, Judged(OUTLET, slot=said["slot"])),
        }
    context = {"draft": found, "form": form, **sections}
    return render(request, "evaluations/standards/preview.html", context)


@require_POST
@login_required
def publish(request: SignedInRequest, code: str) -> HttpResponse:
    """Make the draft the next version."""
    found = _draft(request, code)
    form = PublishForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["valid_from"]
        return _act(
            request,
            code,
            lambda: services.publish_draft(
                draft=found, valid_from=day, by=request.user
            ),
            _("The new version is published; what was checked keeps its own."),
        )
    return _page(request, found, publish=form)


@require_POST
@login_required
def discard(request: SignedInRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    found = _draft(request, code)
    services.discard_draft(draft=found, by=request.user)
    messages.success(request, _("The draft is gone; nothing else has changed."))
    if not Standard.objects.filter(code=code).exists():
        return redirect("checks:standards")
    return redirect("checks:standard", code)


def _draft(request: SignedInRequest, code: str) -> Draft:
    drafts = Draft.objects.visible_to(request.user)
    return get_object_or_404(
        drafts.select_related("standard__region", "based_on", "by__employee"),
        standard__code=code,
    )


def _page(request: SignedInRequest, found: Draft, **forms: Any) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "draft": found,
        "items": found.items.order_by("position"),
        "changes": draft_changes(found),
        "names": forms.get("names") or NamesForm.of(found),
        "publish": forms.get("publish") or PublishForm(initial={"valid_from": today}),
    }
    return render(request, "evaluations/standards/draft.html", context)


def _saved(
    request: SignedInRequest, code: str, at: str = "", *, quietly: bool = False
) -> HttpResponse:
    if not quietly:
        messages.success(request, _("The draft is saved; it holds once published."))
    answer = redirect("checks:draft", code)
    if at:
        answer["Location"] += f"#{at}"
    return answer


def _act(
    request: SignedInRequest, code: str, act: Callable[[], object], done: str
) -> HttpResponse:
    """Do it and show the checklist; what is refused is said on the draft."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("checks:draft", code)
    messages.success(request, done)
    return redirect("checks:standard", code)
