"""Skills contests: the list, a plan, one contest, marks, and what is done there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.growth.forms.contests import (
    ContestForm,
    CountsForm,
    DisciplineForms,
    EnterForm,
    MarksForm,
    SeatForm,
    UnseatForm,
    discipline_values_of,
    plans_of,
    values_of,
)
from evaluations.growth.models import (
    Contest,
    Contestant,
    CustomerMarks,
    Mark,
    organises,
    works_here,
)
from evaluations.growth.pages import contest_page
from evaluations.growth.parts import contest_parts_of
from evaluations.growth.rules.contests import Action, State, ever, may
from evaluations.growth.services import contests as services
from evaluations.growth.services import judging
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest

# What is done with one tap, and what it says then.
_MOVES = {
    Action.OPEN: gettext_lazy("The contest is open for entries."),
    Action.START: gettext_lazy("The judges can mark now."),
    Action.CANCEL: gettext_lazy("The contest is cancelled."),
}
_FORMS: dict[Action, type[forms.Form]] = {
    Action.ENTER: EnterForm,
    Action.LEAVE: EnterForm,
    Action.SEAT: SeatForm,
    Action.UNSEAT: UnseatForm,
}


@require_safe
@login_required
def contest_list(request: SignedInRequest) -> HttpResponse:
    """The contests, newest first."""
    if not works_here(request.user.sight):
        raise PermissionDenied
    rows = Contest.objects.visible_to(request.user).select_related("region")
    context = {
        "page": page_of(rows, request.GET.get("page"), size=20),
        "organises": organises(request.user.sight),
    }
    return render(request, "evaluations/growth/contests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contest_new(request: SignedInRequest) -> HttpResponse:
    """Plan a contest."""
    if not organises(request.user.sight):
        raise PermissionDenied
    return _plan(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contest_edit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Change a draft."""
    contest = _visible(request, uuid)
    parts = contest_parts_of(contest, request.user)
    if not may(Action.EDIT, State(contest.state), parts):
        raise PermissionDenied
    return _plan(request, contest)


def _plan(request: SignedInRequest, contest: Contest | None) -> HttpResponse:
    initial = values_of(contest) if contest else {}
    rows = discipline_values_of(contest) if contest else []
    form = ContestForm(
        request.POST or None, today=timezone.localdate(), initial=initial
    )
    disciplines = DisciplineForms(request.POST or None, initial=rows, prefix="d")
    if request.method == "POST" and form.is_valid() and disciplines.is_valid():
        plan = form.plan(plans_of(disciplines))
        try:
            if contest is None:
                contest = services.draft(plan=plan, by=request.user)
            else:
                services.edit(contest_id=contest.pk, plan=plan, by=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The plan is saved; nobody else sees it yet."))
            return redirect("growth:contest", contest.uuid)
    context = {"form": form, "disciplines": disciplines, "contest": contest}
    return render(request, "evaluations/growth/contest_form.html", context)


@require_safe
@login_required
def contest_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _visible(request, uuid))


@require_POST
@login_required
def contest_act(request: SignedInRequest, uuid: UUID, action: str) -> HttpResponse:
    """Do one of the things that the table of contests names."""
    contest = _visible(request, uuid)
    try:
        doing = Action(action)
    except ValueError as error:
        raise Http404 from error
    if doing not in _MOVES and doing not in _FORMS and doing != Action.RELEASE:
        raise Http404
    if not ever(doing, contest_parts_of(contest, request.user)):
        raise PermissionDenied
    form = _form(doing, contest, request)
    if form is not None and not form.is_valid():
        return _page(request, contest, (doing, form))
    try:
        said = _do(contest, doing, form, request)
    except DomainError as error:
        if form is None:
            messages.error(request, str(error))
            return redirect("growth:contest", uuid)
        form.add_error(None, str(error))
        return _page(request, contest, (doing, form))
    messages.success(request, said)
    return redirect("growth:contest", uuid)


def _form(
    doing: Action, contest: Contest, request: SignedInRequest
) -> forms.Form | None:
    if doing not in _FORMS:
        return None
    given: dict[str, Any] = {"prefix": doing.value}
    return _FORMS[doing](request.POST, **given)


def _do(
    contest: Contest, doing: Action, form: forms.Form | None, request: SignedInRequest
) -> str:
    about: dict[str, Any] = {"contest_id": contest.pk, "by": request.user}
    given = form.cleaned_data if form is not None else {}
    if doing in _MOVES:
        services.move(action=doing, **about)
        return str(_MOVES[doing])
    if doing == Action.RELEASE:
        judging.release(**about)
        return _("The results are released, and the points are given.")
    if doing == Action.ENTER:
        services.enter(**given, **about)
        return _("Entered.")
    if doing == Action.LEAVE:
        services.leave(**given, **about)
        return _("The entry is taken back.")
    if doing == Action.SEAT:
        services.seat(**given, **about)
        return _("The judge has a seat.")
    services.unseat(judge_id=given["judge"], **about)
    return _("The seat is taken away: no mark of it counts.")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def marks(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """A judge's own sheet: every contestant, every discipline that judges mark."""
    contest, people = _judged(request, uuid, Action.MARK)
    own = Mark.objects.visible_to(request.user).filter(
        judge__contest=contest, judge__user=request.user
    )
    form = MarksForm(
        request.POST or None,
        people=people,
        disciplines=list(contest.disciplines.filter(by_customers=False)),
        given={(row.contestant_id, row.discipline_id): row.marks for row in own},
    )
    return _sheet(
        request,
        contest,
        form,
        lambda: judging.mark(
            contest_id=contest.pk, marks=form.marks(), by=request.user
        ),
        _("Your marks are saved."),
        "evaluations/growth/marks.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def counts(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """What customers gave, for every contestant, in what they mark."""
    contest, people = _judged(request, uuid, Action.COUNT)
    entered = CustomerMarks.objects.visible_to(request.user).filter(
        contestant__contest=contest
    )
    form = CountsForm(
        request.POST or None,
        people=people,
        disciplines=list(contest.disciplines.filter(by_customers=True)),
        given={
            (row.contestant_id, row.discipline_id): judging.Counted(row.n, row.total)
            for row in entered
        },
    )
    return _sheet(
        request,
        contest,
        form,
        lambda: judging.count(
            contest_id=contest.pk, counts=form.counts(), by=request.user
        ),
        _("The customers' marks are entered."),
        "evaluations/growth/counts.html",
    )


def _judged(
    request: SignedInRequest, uuid: UUID, doing: Action
) -> tuple[Contest, list[Contestant]]:
    """Return a contest and whom it judges, to somebody who may enter marks now.

    Raises:
        PermissionDenied: it is not hers to do, or not now.
    """
    contest = _visible(request, uuid)
    if not may(doing, State(contest.state), contest_parts_of(contest, request.user)):
        raise PermissionDenied
    people = Contestant.objects.visible_to(request.user).filter(contest=contest)
    return contest, list(people.select_related("employee", "outlet"))


def _sheet(
    request: SignedInRequest,
    contest: Contest,
    form: forms.Form,
    save: Callable[[], object],
    said: str,
    template: str,
) -> HttpResponse:
    """Show a sheet of marks, or save what was sent and say so."""
    if form.is_valid():
        try:
            save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            return redirect("growth:contest", contest.uuid)
    return render(request, template, {"contest": contest, "form": form})


def _visible(request: SignedInRequest, uuid: UUID) -> Contest:
    rows = Contest.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(rows, uuid=uuid)


def _page(
    request: SignedInRequest,
    contest: Contest,
    bad: tuple[Action, forms.Form] | None = None,
) -> HttpResponse:
    page = contest_page(contest, request.user)
    shown: dict[str, forms.Form] = {}
    for doing in (Action.ENTER, Action.LEAVE, Action.SEAT):
        if bad is not None and bad[0] == doing:
            shown[doing.value] = bad[1]
        elif doing in page.allowed:
            shown[doing.value] = _FORMS[doing](prefix=doing.value)
    context = {"page": page, "contest": contest, "forms": shown}
    return render(request, "evaluations/growth/contest.html", context)
