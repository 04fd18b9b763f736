"""Pages of results: each from the visits that its viewer may count."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from evaluations.mystery.charts import both_chart
from evaluations.mystery.forms.results import ResultFilter
from evaluations.mystery.models import reads_plans
from evaluations.mystery.selectors import results as read
from evaluations.mystery.selectors.kindness import kindness, months_of, rows_of
from evaluations.mystery.selectors.results import Asked
from evaluations.mystery.selectors.severities import severities
from outlets.exchange.pages import page_of
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power, Sight
from staffing.people.requests import SignedInRequest

PAGES = "evaluations/mystery/results"
HARDEST = 5
ROWS = 50


def _asked(
    request: SignedInRequest, may: Callable[[Sight], bool]
) -> tuple[Asked, dict[str, Any]]:
    """Return what the address asks for, and what every page of results shows of it.

    Raises:
        PermissionDenied: such results are not for her.
        Http404: the region is none that she reads.
    """
    viewer = request.user
    if not may(viewer.sight):
        raise PermissionDenied
    region: Region | None = None
    if code := request.GET.get("region"):
        region = get_object_or_404(read.regions_read(viewer), code=code)
    form = ResultFilter(request.GET if "first" in request.GET else None)
    asked = form.asked(region)
    given = {"first": f"{asked.first:%Y-%m}", "last": f"{asked.last:%Y-%m}"}
    query = given | ({"region": region.code} if region is not None else {})
    if not form.is_bound:
        form = ResultFilter(initial=given)
    return asked, {
        "form": form,
        "asked": asked,
        "region": region,
        "regions": read.regions_to_choose(viewer, region),
        "query": urlencode(query),
        "own_only": not read.names_people(viewer.sight),
        "few": read.FEW,
    }


@require_safe
@login_required
def overview(request: SignedInRequest) -> HttpResponse:
    """Sections, months, waves, scenarios and the hardest questions."""
    asked, context = _asked(request, read.reads_results)
    visits = asked.narrow(read.counted(request.user))
    questions = read.by_question(visits)
    told = read.of_told_waves(visits, request.user)
    context |= {
        "total": read.total(visits),
        "sections": read.by_section(visits),
        "months": read.by_month(visits),
        "scenarios": read.by_scenario(told),
        "waves": read.by_wave(told),
        "questions": [one for one in questions if not one.mean.few][:HARDEST],
        "compares": read.compares_checks(request.user.sight),
    }
    return render(request, f"{PAGES}/overview.html", context)


@require_safe
@login_required
def outlets(request: SignedInRequest) -> HttpResponse:
    """Outlets, the hardest for customers first; for the office without severity too."""
    asked, context = _asked(request, read.reads_results)
    if context["own_only"]:
        raise PermissionDenied
    visits = asked.narrow(read.counted(request.user))
    if text := request.GET.get("outlet", "").strip()[:200]:
        visits = visits.filter(
            Q(outlet__code__iexact=text) | Q(outlet__name__icontains=text)
        )
    page = page_of(read.by_outlet(visits), request.GET.get("page"), size=ROWS)
    # It rests on the visits of the whole chain: who sees a part of it would see more.
    whole = read.reads_shoppers(request.user.sight)
    corrected = severities(asked).outlets if whole else {}
    context |= {
        "page": page,
        "outlet": text,
        "rows": [
            (
                row,
                read.Mean(row["n"], row["percent"]),
                corrected.get(row["of_outlet"]),
            )
            for row in page.rows
        ],
        "is_corrected": any(row["of_outlet"] in corrected for row in page.rows),
    }
    return render(request, f"{PAGES}/outlets.html", context)


@require_safe
@login_required
def people(request: SignedInRequest) -> HttpResponse:
    """The people of one's places by name, never by rank; otherwise herself."""
    asked, context = _asked(request, read.reads_results)
    visits = asked.narrow(read.counted(request.user))
    page = page_of(read.by_person(visits), request.GET.get("page"), size=ROWS)
    context |= {
        "page": page,
        "rows": [(row, read.Mean(row["n"], row["percent"])) for row in page.rows],
    }
    return render(request, f"{PAGES}/people.html", context)


@require_safe
@login_required
def questions(request: SignedInRequest) -> HttpResponse:
    """Every scored question with what was earned of it, the hardest first."""
    asked, context = _asked(request, read.reads_results)
    visits = asked.narrow(read.counted(request.user))
    context["questions"] = read.by_question(visits)
    return render(request, f"{PAGES}/questions.html", context)


@require_safe
@login_required
def shoppers(request: SignedInRequest) -> HttpResponse:
    """How hard shoppers mark: by code, and with names for their own agency."""
    asked, context = _asked(request, read.reads_shoppers)
    found = severities(asked).shoppers
    rows = read.by_shopper(request.user, asked)
    context |= {
        "rows": [(row, found.get(row.shopper.pk)) for row in rows],
        "regions": [],
        "several_agencies": reads_plans(request.user.sight),
    }
    return render(request, f"{PAGES}/shoppers.html", context)


@require_safe
@login_required
def own_checks(request: SignedInRequest) -> HttpResponse:
    """Outlets whose own checks are kinder than visitors, the furthest first."""
    asked, context = _asked(request, read.compares_checks)
    found = kindness(request.user, asked)
    pages = Paginator(found.compared, ROWS)
    page = pages.get_page(request.GET.get("page"))
    outlet = _one_outlet(request)
    context |= {
        "found": found,
        "page": page,
        "rows": rows_of(found, list(page.object_list)),
        "far": len(found.far),
        "months": months_of(request.user, asked, outlet),
        "outlet": outlet,
    }
    if outlet is not None:
        context["chart_query"] = f"{context['query']}&" + urlencode(
            {"outlet": outlet.code}
        )
    else:
        context["chart_query"] = context["query"]
    return render(request, f"{PAGES}/own_checks.html", context)


@require_safe
@login_required
def months_chart(request: SignedInRequest) -> HttpResponse:
    """The lines of own checks and visits, as the chart reads them."""
    asked, _context = _asked(request, read.compares_checks)
    months = months_of(request.user, asked, _one_outlet(request))
    return JsonResponse(both_chart(months))


def _one_outlet(request: SignedInRequest) -> Outlet | None:
    """Return the outlet that an address names; Http404 for one out of reach."""
    if not (code := request.GET.get("outlet")):
        return None
    reached = Outlet.objects.visible_to(request.user, Power.SEE_RECORDS)
    return get_object_or_404(reached, code=code)
