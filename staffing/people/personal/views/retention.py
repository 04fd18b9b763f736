"""Pages of how long records are kept, and what the nights have done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.personal.forms import RuleForm
from staffing.people.personal.keeping import kinds, rule_of, rules_in_force
from staffing.people.personal.models import RetentionReport, RetentionRule
from staffing.people.personal.selectors import may_oversee, may_set_rules
from staffing.people.personal.services.keeping import set_rule
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def rules_page(request: SignedInRequest) -> HttpResponse:
    """Every kind with its rule, and the reports of the nightly runs."""
    if not may_oversee(request.user):
        raise PermissionDenied
    reports = RetentionReport.objects.visible_to(request.user).order_by("-at", "kind")
    page = page_of(reports, request.GET.get("page"))
    known = kinds()
    context = {
        "rules": rules_in_force(),
        "may_set": may_set_rules(request.user),
        "page": page,
        "reports": [
            (report, known[report.kind].label if report.kind in known else report.kind)
            for report in page.rows
        ],
    }
    return render(request, "staffing/people/personal/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rule_page(request: SignedInRequest, kind: str) -> HttpResponse:
    """One kind: why it is kept so long, who set it when; POST sets it."""
    if not may_oversee(request.user):
        raise PermissionDenied
    if kind not in kinds():
        raise Http404
    may_set = may_set_rules(request.user)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    rule = rule_of(kind)
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    if form.is_valid():
        try:
            set_rule(kind=kind, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("From tonight on this rule holds."))
            return redirect("personal:retention")
    history = RetentionRule.objects.visible_to(request.user).filter(kind=kind)
    context = {
        "rule": rule,
        "form": form,
        "may_set": may_set,
        "history": history.select_related("by__employee"),
    }
    return render(request, "staffing/people/personal/rule.html", context)
