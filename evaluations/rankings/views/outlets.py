"""Pages of a run that are about outlets and regions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from evaluations.rankings.models import PlaceRun, PlaceStanding, RegionStanding, Run
from evaluations.rankings.rules.place_scheme import PlaceRules
from evaluations.rankings.rules.places import PLACE_LEVELS, REGION_LEVELS
from evaluations.rankings.rules.scheme import Level
from evaluations.rankings.selectors.outlets import (
    bonus_of,
    outlet_listing,
    ranks_before,
    region_rows,
    shown_parts,
)
from evaluations.rankings.selectors.places import listed_beneath
from evaluations.rankings.selectors.standings import run_before
from evaluations.rankings.services.places import compute_places
from evaluations.rankings.services.runs import may_rank
from evaluations.rankings.words import LEVEL_NAMES, level_name, part_label
from outlets.exchange.errors import DomainError
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest


class OutletFilter(forms.Form):
    """Which outlets to show; whatever is not understood shows all."""

    place = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    outlet_class = forms.ChoiceField(
        label=gettext_lazy("Outlet class"),
        required=False,
        choices=[("", gettext_lazy("all classes")), *((c, c) for c in "ABCD")],
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Ranked within"),
        required=False,
        choices=[(level, LEVEL_NAMES[level]) for level in reversed(PLACE_LEVELS)],
    )

    def value_of(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


def _run(request: SignedInRequest, pk: int) -> Run:
    runs = Run.objects.visible_to(request.user).computed().select_related("scheme")
    return get_object_or_404(runs, pk=pk)


def _places(request: SignedInRequest, run: Run) -> PlaceRun | None:
    seen = PlaceRun.objects.visible_to(request.user).filter(run=run)
    found = seen.select_related("scheme").first()
    if found is not None:
        found.run = run
    return found


@require_safe
@login_required
def outlet_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The outlets in sight, best first; the floor sees its own and the winners."""
    run = _run(request, pk)
    places = _places(request, run)
    wide = request.user.sight.may(Power.SEE_RECORDS)
    context: dict[str, Any] = {
        "run": run,
        "places": places,
        "wide": wide,
        "tab": "outlets",
    }
    if places is None:
        context["may_rank"] = may_rank(request.user)
        return render(request, "evaluations/rankings/outlets.html", context)
    form = OutletFilter(request.GET)
    regions = Region.objects.visible_to(request.user).order_by("path")
    form.fields["place"].choices = [  # type: ignore[attr-defined]
        ("", _("everything in sight")),
        *((one.code, one.name) for one in regions if one.level != "area"),
    ]
    seen = PlaceStanding.objects.visible_to(request.user).filter(places=places)
    if region := next((r for r in regions if r.code == form.value_of("place")), None):
        seen = seen.filter(listed_beneath(region))
    if outlet_class := form.value_of("outlet_class"):
        seen = seen.filter(outlet_class=outlet_class)
    level = form.value_of("level") or Level.ALL
    winners = PlaceStanding.objects.winners().filter(places=places)
    rules = PlaceRules.parse(places.scheme.rules)
    context |= {
        "form": form,
        "level": level,
        "level_name": level_name(level),
        "listing": outlet_listing(
            places, seen, request.user, level=level, asked=request.GET.get("page")
        ),
        "labels": [part_label(rule.code) for rule in rules.parts],
        "winners": winners.select_related("outlet", "city").order_by("city__code")[
            :200
        ],
    }
    return render(request, "evaluations/rankings/outlets.html", context)


@require_safe
@login_required
def outlet_detail(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """Why an outlet stands where it stands, each part with its evidence."""
    run = _run(request, pk)
    standings = PlaceStanding.objects.visible_to(request.user).select_related(
        "outlet", "places__scheme", "places__run", "county", "city", "province"
    )
    standing = get_object_or_404(standings, places__run=run, outlet__code=code)
    before = run_before(run, request.user)
    wide = request.user.sight.may(Power.SEE_RECORDS)
    earlier = ranks_before(before, [standing.outlet_id], "all").get(standing.outlet_id)
    ranks = [
        (level_name(level), getattr(standing, f"rank_{level}"))
        for level in PLACE_LEVELS
    ]
    context = {
        "run": run,
        "standing": standing,
        "parts": shown_parts(standing, request.user),
        "bonus": bonus_of(standing, request.user),
        "ranks": [(name, rank) for name, rank in ranks if rank is not None],
        "before": before,
        "earlier": earlier,
        "wide": wide,
        "least_weight": PlaceRules.parse(standing.places.scheme.rules).least_weight,
    }
    return render(request, "evaluations/rankings/outlet.html", context)


@require_safe
@login_required
def region_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Counties, cities or provinces by the mean of their outlets."""
    run = _run(request, pk)
    level = request.GET.get("level", Level.CITY)
    if level not in REGION_LEVELS:
        raise Http404
    seen = RegionStanding.objects.visible_to(request.user).filter(
        places__run=run, level=level
    )
    rows, before = region_rows(run, seen, request.user)
    context = {
        "run": run,
        "places": _places(request, run),
        "rows": rows,
        "before": before,
        "level": level,
        "levels": [(one, level_name(one)) for one in REGION_LEVELS],
        "wide": request.user.sight.may(Power.SEE_RECORDS),
        "tab": "regions",
    }
    return render(request, "evaluations/rankings/regions.html", context)


@require_POST
@login_required
def outlets_compute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rank the outlets of a run made before there were any."""
    run = get_object_or_404(Run.objects.visible_to(request.user), pk=pk)
    try:
        compute_places(run_id=run.pk, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The outlets are ranked."))
    return redirect("rankings:outlets", run.pk)
