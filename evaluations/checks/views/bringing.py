"""The last resort: a queue that a person carries here as a file."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from evaluations.checks.forms import QueueFileForm
from evaluations.checks.services.bringing import Brought, bring_queue
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bring_file(request: SignedInRequest) -> HttpResponse:
    """Take a saved queue; whoever leads an outlet or configures may bring one."""
    sight = request.user.sight
    if not (sight.may(Power.RECORD) or sight.may(Power.CONFIGURE)):
        raise PermissionDenied
    form = QueueFileForm(request.POST or None, request.FILES or None)
    brought: Brought | None = None
    if form.is_valid():
        brought = bring_queue(form.cleaned_data["file"])
    context: dict[str, Any] = {"form": form, "brought": brought}
    return render(request, "evaluations/checks/bring.html", context)
