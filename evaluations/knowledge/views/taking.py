"""One's own test: this week's, its questions, and its marks once it is submitted."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
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
from outlets.exchange.workers import worker_answer
from staffing.people.requests import SignedInRequest

OVER = (SittingState.DONE, SittingState.ABSENT, SittingState.LEFT_OUT)
WORKER = "knowledge/worker.js"
# Everything that the page of a test loads.
SHELL = (
    "favicon.svg",
    "tabler/css/tabler.min.css",
    "django_htmx/htmx-2.min.js",
    "theme.js",
    "starhall.css",
    "starhall.js",
    "idb/index.js",
    "checks/leaving.js",
    "knowledge/kept.js",
    "knowledge/knowledge.css",
    "knowledge/sitting.js",
)


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
    sitting = get_object_or_404(own.select_related("outlet"), uuid=uuid)
    now = timezone.now()
    over = sitting.state == SittingState.OPEN and sitting.is_over(now)
    context = {
        "sitting": sitting,
        "asked": asked(sitting, request.user),
        "over": over,
        "now": _milliseconds(now),
        "deadline": _milliseconds(sitting.deadline_at or now),
        "done": sitting.state == SittingState.DONE,
        "to_read": to_read(sitting, request.user),
        "scope": reverse("knowledge:mine"),
    }
    page = render(request, "evaluations/knowledge/taking/sitting.html", context)
    if sitting.state == SittingState.OPEN and not over:
        page.headers["X-Test-Open"] = "1"  # the device may keep it till then
    return page


def _milliseconds(at: datetime) -> int:
    """Return an instant as scripts count it."""
    return int(at.timestamp() * 1000)


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of tests. It holds nothing of anybody."""
    tests = reverse("knowledge:mine")
    return worker_answer(WORKER, shell=SHELL, scope=tests, told={"tests": tests})


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
