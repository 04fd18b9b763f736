"""Which roles need a second factor: decided by the administrator, read by auditors."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from outlets.places.sight import Power
from staffing.accounts.forms.sign_in import SecondFactorRuleForm
from staffing.accounts.selectors.second_factor import rules_in_force
from staffing.accounts.services.second_factor import decide_second_factor
from staffing.people.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def policy(request: SignedInRequest) -> HttpResponse:
    """One line per role: required or not, and with how many days of grace."""
    sight = request.user.sight
    decides = sight.may(Power.CONFIGURE)
    reads = decides or sight.reach(Power.SEE_ACCESS).everywhere
    if not reads or (request.method == "POST" and not decides):
        raise PermissionDenied
    lines = [
        (
            rule,
            SecondFactorRuleForm(
                request.POST or None,
                prefix=rule.role.value,
                initial={"required": rule.required, "grace_days": rule.grace_days},
            ),
        )
        for rule in rules_in_force()
    ]
    if request.method == "POST" and all(form.is_valid() for _rule, form in lines):
        changed = [
            decide_second_factor(role=rule.role, by=request.user, **form.cleaned_data)
            for rule, form in lines
        ]
        if any(changed):
            messages.success(
                request, _("Saved. Who is signed in now follows within a minute.")
            )
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("accounts:policy")
    return render(
        request,
        "staffing/accounts/policy.html",
        {"lines": lines, "demo": settings.DEMO, "decides": decides},
    )
