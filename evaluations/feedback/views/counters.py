"""The counters at which customers are asked: their tablets, codes and people."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evaluations.feedback.addresses import counter_token
from evaluations.feedback.forms.counters import (
    CounterForm,
    EndForm,
    SeatForm,
    TabletForm,
)
from evaluations.feedback.models import Counter, SetAside
from evaluations.feedback.services.counters import (
    add_counter,
    bind_tablet,
    end_counter,
    seat,
)
from outlets.exchange.drawings import qr_code
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

SET_ASIDE_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def counter_list(request: SignedInRequest) -> HttpResponse:
    """Counters within reach; who leads an outlet adds them."""
    sight = request.user.sight
    if not sight.may(Power.SEE_RECORDS):
        raise PermissionDenied
    may_add = sight.may(Power.RECORD)
    if request.method == "POST" and not may_add:
        raise PermissionDenied
    form = CounterForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        try:
            counter = add_counter(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            return redirect("feedback:counter", counter.uuid)
    counters = Counter.objects.visible_to(request.user).filter(ended_at=None)
    rows = counters.select_related("outlet", "device").annotate(
        aside=Count("set_aside", filter=Q(set_aside__rated_at__gte=_since()))
    )
    context = {
        "form": form if may_add else None,
        "page": page_of(rows, request.GET.get("page")),
    }
    return render(request, "evaluations/feedback/counters.html", context)


def _since() -> datetime:
    return timezone.now() - timedelta(days=7)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def counter_page(request: SignedInRequest, uuid: str) -> HttpResponse:
    """One counter: its QR code to print, its tablet, and who is there now."""
    counters = Counter.objects.visible_to(request.user)
    counter = get_object_or_404(counters.select_related("outlet", "device"), uuid=uuid)
    leads = Counter.objects.led_by(request.user).filter(pk=counter.pk).exists()
    forms = _forms(request, counter) if leads and counter.ended_at is None else {}
    if request.method == "POST":
        if not leads:
            raise PermissionDenied
        what = request.POST.get("what", "")
        if what in forms and forms[what].is_valid():
            try:
                _do(request, counter, what, forms[what])
            except DomainError as error:
                forms[what].add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("feedback:counter", counter.uuid)
    path = reverse("feedback:rate_counter", args=[counter_token(counter)])
    address = request.build_absolute_uri(path)
    aside = SetAside.objects.visible_to(request.user).filter(counter=counter)
    context = {
        "counter": counter,
        "sitting": counter.stints.filter(ends_at=None)
        .select_related("employee")
        .first(),
        "forms": forms,
        "aside": aside[:SET_ASIDE_SHOWN],
        "address": address,
        "drawing": qr_code(address),
    }
    return render(request, "evaluations/feedback/counter.html", context)


def _forms(request: SignedInRequest, counter: Counter) -> dict[str, Any]:
    what = request.POST.get("what", "") if request.method == "POST" else ""

    def data(name: str) -> Any:
        return request.POST if what == name else None

    return {
        "tablet": TabletForm(data("tablet"), counter=counter),
        "seat": SeatForm(data("seat"), counter=counter, viewer=request.user),
        "end": EndForm(data("end")),
    }


def _do(request: SignedInRequest, counter: Counter, what: str, form: Any) -> None:
    given: dict[str, Any] = {
        "counter": counter,
        "by": request.user,
        "now": timezone.now(),
    }
    if what == "tablet":
        bind_tablet(device=form.cleaned_data["device"], **given)
    elif what == "seat":
        seat(employee=form.cleaned_data["employee"], **given)
    else:
        end_counter(**given)
