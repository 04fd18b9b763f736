"""Shift kinds and roster rules, for who configures the chain or runs a region."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from outlets.places.models import Region
from staffing.people.models import User
from staffing.people.requests import SignedInRequest
from staffing.rosters.forms.settings import KindForm, RulesForm
from staffing.rosters.models import RosterRules, ShiftKind
from staffing.rosters.services.configuring import (
    drop_rules,
    is_used,
    may_set,
    may_set_everywhere,
    regions_set_by,
    retire_kind,
    save_kind,
    save_rules,
    sets_anything,
)

# The address of the rules of everybody who has none; no region may be coded so short.
USUAL = "-"


def _require(user: User) -> None:
    if not sets_anything(user):
        raise PermissionDenied


def _kinds(user: User) -> QuerySet[ShiftKind]:
    """Return the kinds of everybody, and those of the regions that are hers to set."""
    theirs = Q(region=None) | Q(region__in=regions_set_by(user))
    return ShiftKind.objects.filter(theirs).select_related("region")


@require_safe
@login_required
def kind_list(request: SignedInRequest) -> HttpResponse:
    """The shift kinds, those that are retired last."""
    _require(request.user)
    kinds = list(_kinds(request.user))
    context = {
        "kinds": [
            (kind, may_set(request.user, kind.region))
            for kind in sorted(kinds, key=lambda one: one.retired_on is not None)
        ]
    }
    return render(request, "staffing/rosters/settings/kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def kind_edit(request: SignedInRequest, code: str | None = None) -> HttpResponse:
    """Add a kind, or change one; what is used keeps its times and code."""
    _require(request.user)
    kind = None if code is None else get_object_or_404(_kinds(request.user), code=code)
    if kind is not None and not may_set(request.user, kind.region):
        raise PermissionDenied
    form = KindForm(request.POST or None, instance=kind, user=request.user)
    if request.method == "POST" and form.is_valid():
        save_kind(form.save(commit=False), by=request.user)
        messages.success(request, _("The shift is saved."))
        return redirect("roster_settings:kinds")
    context = {
        "form": form,
        "kind": kind,
        "used": kind is not None and is_used(kind),
    }
    return render(request, "staffing/rosters/settings/kind.html", context)


@require_POST
@login_required
def kind_retire(request: SignedInRequest, code: str) -> HttpResponse:
    """Offer a kind no more (`retired=yes`), or again."""
    _require(request.user)
    kind = get_object_or_404(_kinds(request.user), code=code)
    retired = request.POST.get("retired") == "yes"
    retire_kind(kind, retired=retired, by=request.user)
    if retired:
        messages.success(request, _("The shift is offered no more."))
    else:
        messages.success(request, _("The shift is offered again."))
    return redirect("roster_settings:kinds")


@require_safe
@login_required
def rules_list(request: SignedInRequest) -> HttpResponse:
    """Which regions have rules of their own, and which could have."""
    _require(request.user)
    regions = regions_set_by(request.user)
    own = RosterRules.objects.filter(region__in=regions).select_related("region")
    context = {
        "own": own.order_by("region__path"),
        "others": regions.filter(roster_rules=None)[:500],
        "usual": RosterRules.objects.filter(region=None).first() or RosterRules(),
        "sets_usual": may_set_everywhere(request.user),
        "usual_code": USUAL,
    }
    return render(request, "staffing/rosters/settings/rules_list.html", context)


@require_safe
@login_required
def rules_choose(request: SignedInRequest) -> HttpResponse:
    """Go to the rules of the region of `?region=`."""
    _require(request.user)
    regions = regions_set_by(request.user)
    region = get_object_or_404(regions, code=request.GET.get("region", ""))
    return redirect("roster_settings:rules", region.code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rules_edit(request: SignedInRequest, code: str) -> HttpResponse:
    """The rules of a region; without own ones, those above are the beginning."""
    _require(request.user)
    region: Region | None = None
    if code != USUAL:
        region = get_object_or_404(regions_set_by(request.user), code=code)
    elif not may_set_everywhere(request.user):
        raise PermissionDenied
    rules = RosterRules.objects.filter(region=region).first()
    is_own = rules is not None
    if rules is None:
        rules = RosterRules.objects.of(region) if region else RosterRules()
        # A copy of what holds so far, to be kept as a row of its own.
        rules.pk, rules.region, rules._state.adding = None, region, True
    form = RulesForm(request.POST or None, instance=rules)
    if request.method == "POST" and form.is_valid():
        save_rules(form.save(commit=False), by=request.user)
        messages.success(request, _("The rules are saved."))
        return redirect("roster_settings:rules_list")
    context = {"form": form, "region": region, "is_own": is_own, "code": code}
    return render(request, "staffing/rosters/settings/rules.html", context)


@require_POST
@login_required
def rules_drop(request: SignedInRequest, code: str) -> HttpResponse:
    """Let a region keep to the rules above it again."""
    _require(request.user)
    regions = regions_set_by(request.user)
    own = RosterRules.objects.filter(region__in=regions).select_related("region")
    drop_rules(get_object_or_404(own, region__code=code), by=request.user)
    messages.success(request, _("The rules above hold again."))
    return redirect("roster_settings:rules_list")
