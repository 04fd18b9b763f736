"""One's own test: this week's, its questions, and its marks once it is submitted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evaluations.knowledge.models import (
    QuestionKind,
    Sitting,
    SittingQuestion,
    SittingState,
)
from evaluations.knowledge.selectors.reading import to_read
from evaluations.knowledge.selectors.sittings import asked, my_week
from evaluations.knowledge.services.taking import begin, save_answer, submit
from outlets.exchange.errors import DomainError
from outlets.exchange.fragments import HtmxHttpRequest, wants_fragment
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest

OVER = (SittingState.DONE, SittingState.ABSENT, SittingState.LEFT_OUT)


class AnswerRequest(SignedInRequest, HtmxHttpRequest):
    """What a view gets that answers htmx as well."""


@require_safe
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """This week's test, and how earlier ones went."""
    if request.user.sight.employee_id is None:
        raise PermissionDenied
    sittings = Sitting.objects.visible_to(request.user).own(request.user)
    over = sittings.filter(state__in=OVER).prefetch_related("decisions__by")
    context = {
        "week": my_week(request.user),
        "page": page_of(over, request.GET.get("page")),
    }
    return render(request, "evaluations/knowledge/taking/mine.html", context)


@require_POST
@login_required
def start(request: SignedInRequest) -> HttpResponse:
    if request.user.sight.employee_id is None:
        raise PermissionDenied
    try:
        sitting = begin(by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("knowledge:mine")
    return redirect("knowledge:sitting", sitting.uuid)


@never_cache
@require_safe
@login_required
def sitting_page(request: SignedInRequest, uuid: str) -> HttpResponse:
    """The questions while the time runs; marks and explanations afterwards."""
    own = Sitting.objects.visible_to(request.user).own(request.user)
    sitting = get_object_or_404(own, uuid=uuid)
    now = timezone.now()
    over = sitting.state == SittingState.OPEN and sitting.is_over(now)
    left = (sitting.deadline_at - now).total_seconds() if sitting.deadline_at else 0
    context = {
        "sitting": sitting,
        "asked": asked(sitting, request.user),
        "over": over,
        "seconds_left": max(0, int(left)),
        "done": sitting.state == SittingState.DONE,
        "to_read": to_read(sitting, request.user),
    }
    return render(request, "evaluations/knowledge/taking/sitting.html", context)


@require_POST
@login_required
def answer(request: AnswerRequest, uuid: str, position: int) -> HttpResponse:
    """Keep one answer; htmx gets a word beside it, a plain form the page again."""
    questions = SittingQuestion.objects.visible_to(request.user)
    question = get_object_or_404(
        questions.select_related("version"), sitting__uuid=uuid, position=position
    )
    refused = ""
    try:
        save_answer(
            sitting_uuid=question.sitting.uuid,
            position=position,
            shown=_chosen(request, question),
            by=request.user,
        )
    except DomainError as error:
        refused = str(error)
    if wants_fragment(request):
        context = {"refused": refused}
        return render(request, "evaluations/knowledge/taking/_saved.html", context)
    if refused:
        messages.error(request, refused)
    page = reverse("knowledge:sitting", args=[uuid])
    return redirect(f"{page}#question-{position}")


def _chosen(request: SignedInRequest, question: SittingQuestion) -> list[str]:
    """Return what was chosen, by its place on the page, in the order given."""
    if question.version.kind != QuestionKind.ORDER:
        return request.POST.getlist("chosen")
    places = [str(n) for n in range(1, len(question.options) + 1)]
    at = {request.POST.get(f"place-{place}", ""): place for place in places}
    return [at[number] for number in places if number in at]


@require_POST
@login_required
def submit_sitting(request: SignedInRequest, uuid: str) -> HttpResponse:
    own = Sitting.objects.visible_to(request.user).own(request.user)
    sitting = get_object_or_404(own, uuid=uuid)
    submit(sitting_uuid=sitting.uuid, by=request.user)
    return redirect("knowledge:sitting", uuid)
