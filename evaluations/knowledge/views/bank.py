"""Pages of the question bank, for who keeps it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.knowledge.forms.bank import BankFilter, QuestionForm, TopicForm
from evaluations.knowledge.models import QuestionVersion, Topic
from evaluations.knowledge.services.bank import (
    add_question,
    add_topic,
    edit_question,
    require_keeper,
    retire_question,
)
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest


def _newest(request: SignedInRequest, code: str) -> QuestionVersion:
    versions = QuestionVersion.objects.visible_to(request.user).current()
    return get_object_or_404(
        versions.select_related("question", "topic"), question__code=code
    )


@require_safe
@login_required
def question_list(request: SignedInRequest) -> HttpResponse:
    """The newest version of every question, by topic."""
    require_keeper(request.user)
    form = BankFilter(request.GET)
    versions = QuestionVersion.objects.visible_to(request.user).current()
    rows = form.narrow(versions.select_related("question", "topic"))
    ordered = rows.order_by("topic__position", "question__code")
    context = {"form": form, "page": page_of(ordered, request.GET.get("page"))}
    return render(request, "evaluations/knowledge/bank/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def question_add(request: SignedInRequest) -> HttpResponse:
    require_keeper(request.user)
    form = QuestionForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            add_question(code=code, draft=form.draft, by=request.user)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("The question is in the bank."))
            return redirect("knowledge:question", code)
    return render(request, "evaluations/knowledge/bank/question.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def question_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """One question with its versions; saving it writes the next one."""
    newest = _newest(request, code)
    form = QuestionForm(request.POST or None, version=newest)
    if form.is_valid():
        version = edit_question(code=code, draft=form.draft, by=request.user)
        if version.number != newest.number:
            messages.success(
                request,
                _("Version %(number)d is saved. Tests under way keep what they met.")
                % {"number": version.number},
            )
        return redirect("knowledge:question", code)
    versions = QuestionVersion.objects.visible_to(request.user)
    context = {
        "form": form,
        "version": newest,
        "versions": versions.filter(question=newest.question_id).select_related("by"),
    }
    return render(request, "evaluations/knowledge/bank/question.html", context)


@require_POST
@login_required
def question_retire(request: SignedInRequest, code: str) -> HttpResponse:
    """Take a question out of future tests, or back into them."""
    _newest(request, code)
    retired = request.POST.get("retired") == "1"
    retire_question(code=code, retired=retired, by=request.user)
    return redirect("knowledge:question", code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def topic_list(request: SignedInRequest) -> HttpResponse:
    require_keeper(request.user)
    form = TopicForm(request.POST or None)
    if form.is_valid():
        try:
            add_topic(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            return redirect("knowledge:topics")
    context = {"form": form, "topics": Topic.objects.all()}
    return render(request, "evaluations/knowledge/bank/topics.html", context)
