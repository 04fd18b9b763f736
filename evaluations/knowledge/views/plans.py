"""What each post is asked every week, for who keeps the bank."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.knowledge.forms.plans import BlueprintForm
from evaluations.knowledge.models import Blueprint
from evaluations.knowledge.services.bank import require_keeper
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def plan_list(request: SignedInRequest) -> HttpResponse:
    require_keeper(request.user)
    context = {"plans": Blueprint.objects.visible_to(request.user)}
    return render(request, "evaluations/knowledge/plans/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan_edit(request: SignedInRequest, post: str) -> HttpResponse:
    """Change one post's test; sittings already prepared stay as they are."""
    plans = Blueprint.objects.visible_to(request.user)
    plan = get_object_or_404(plans, post=post)
    form = BlueprintForm(request.POST or None, instance=plan)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved; it holds from the next week prepared."))
        return redirect("knowledge:plans")
    context = {"form": form, "plan": plan}
    return render(request, "evaluations/knowledge/plans/edit.html", context)
