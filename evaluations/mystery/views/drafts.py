"""The questionnaire editor: a draft, its questions, a trial of it, the publication."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms.questionnaires import (
    QuestionForm,
    RevisionForm,
    TryForm,
)
from evaluations.mystery.models import (
    QuestionKind,
    Questionnaire,
    QuestionnaireDraft,
    Section,
    plans_visits,
)
from evaluations.mystery.selectors.questionnaires import (
    as_questions,
    differences,
    lines_of,
    mending_of,
    section_weights,
    try_answers,
)
from evaluations.mystery.services import questionnaires as services
from outlets.exchange.errors import DomainError
from staffing.people.models import User
from staffing.people.requests import SignedInRequest

PAGES = "evaluations/mystery/questionnaires"
KINDS = {
    QuestionKind.YES_NO: "checks",
    QuestionKind.SCALE: "stars",
    QuestionKind.NUMBER: "number",
    QuestionKind.CHOICE: "list-check",
    QuestionKind.TEXT: "writing",
    QuestionKind.EVIDENCE: "camera",
}


def _asked(user: User, code: str) -> QuestionnaireDraft:
    """Return the draft of a questionnaire for who writes it."""
    if not plans_visits(user.sight):
        raise PermissionDenied
    drafts = QuestionnaireDraft.objects.visible_to(user)
    return get_object_or_404(
        drafts.select_related("questionnaire"), questionnaire__code=code
    )


@require_POST
@login_required
def begin(request: SignedInRequest, code: str) -> HttpResponse:
    """Open the draft of a questionnaire; a new one begins as its newest version."""
    if not plans_visits(request.user.sight):
        raise PermissionDenied
    rows = Questionnaire.objects.visible_to(request.user)
    row = get_object_or_404(rows, code=code)
    services.begin_draft(questionnaire=row, by=request.user)
    return redirect("mystery:draft", code)


@require_safe
@login_required
def draft(request: SignedInRequest, code: str) -> HttpResponse:
    """Every question of the draft, what is to be mended, what it changes."""
    found = _asked(request.user, code)
    questions = as_questions(found.questions)
    mending = mending_of(found.questions)
    newest = found.questionnaire.versions.order_by("-number").first()
    before = list(newest.questions.order_by("position")) if newest else []
    changed = differences(before, questions, services.told) if newest else []
    context = {
        "draft": found,
        "row": found.questionnaire,
        "newest": newest,
        "lines": lines_of(questions, mending),
        "weights": section_weights(questions),
        "mending": [one for one in mending if not one.warning],
        "warnings": [one for one in mending if one.warning],
        "changed": changed,
    }
    return render(request, f"{PAGES}/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: SignedInRequest, code: str) -> HttpResponse:
    """Choose how a new question is answered, then write it."""
    found = _asked(request.user, code)
    kind, section = request.GET.get("kind", ""), request.GET.get("section", "")
    section = section if section in Section.values else ""
    context: dict[str, Any] = {"draft": found, "section": section}
    if kind not in QuestionKind.values:
        context["kinds"] = [
            (value, label, KINDS[QuestionKind(value)])
            for value, label in QuestionKind.choices
        ]
        return render(request, f"{PAGES}/kinds.html", context)
    form = QuestionForm(
        request.POST or None,
        kind=kind,
        lines=found.questions,
        revision=found.revision,
        section=section,
    )
    if form.is_valid():
        try:
            services.add_question(
                questionnaire=found.questionnaire,
                revision=form.cleaned_data["revision"],
                question=form.question,
                by=request.user,
            )
        except services.CodeInUse as error:
            form.add_error("code", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _saved(request, code, form.question["code"])
    return render(request, f"{PAGES}/question.html", context | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: SignedInRequest, code: str, question: str) -> HttpResponse:
    """Change one question."""
    found = _asked(request.user, code)
    line = next((one for one in found.questions if one["code"] == question), None)
    if line is None:
        raise Http404
    form = QuestionForm(
        request.POST or None,
        kind=line["kind"],
        lines=found.questions,
        revision=found.revision,
        line=line,
    )
    if form.is_valid():
        try:
            services.change_question(
                questionnaire=found.questionnaire,
                revision=form.cleaned_data["revision"],
                question=form.question,
                by=request.user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _saved(request, code, question)
    shown = as_questions([line])[0]
    context = {"draft": found, "form": form, "shown": shown}
    return render(request, f"{PAGES}/question.html", context)


def _pressed(
    request: SignedInRequest, asked: str, act: Callable[..., Any], **given: Any
) -> bool:
    """Do what a button of the draft's page asks for; False: refused, and told so."""
    found = _asked(request.user, asked)
    form = RevisionForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    try:
        act(
            questionnaire=found.questionnaire,
            revision=revision,
            by=request.user,
            **given,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return False
    return True


@require_POST
@login_required
def move(request: SignedInRequest, code: str, question: str) -> HttpResponse:
    """Move a question one place up or down."""
    up = request.POST.get("up") == "1"
    _pressed(request, code, services.move_question, up=up, code=question)
    return _back(code, question)


@require_POST
@login_required
def remove(request: SignedInRequest, code: str, question: str) -> HttpResponse:
    """Leave a question out of the next version."""
    if _pressed(request, code, services.remove_question, code=question):
        messages.success(request, _("The question is out of the draft."))
    return redirect("mystery:draft", code)


@require_safe
@login_required
def preview(request: SignedInRequest, code: str) -> HttpResponse:
    """The draft as a shopper meets it, and what her answers would be worth."""
    found = _asked(request.user, code)
    mending = [one for one in mending_of(found.questions) if not one.warning]
    form = TryForm(request.GET or None, lines=found.questions)
    trial = None if mending else try_answers(found.questions, form.answers)
    lines = lines_of(as_questions(found.questions))
    context = {
        "draft": found,
        "form": form,
        "fields": [
            (
                line,
                form[line.question.code] if line.question.code in form.fields else None,
            )
            for line in lines
        ],
        "trial": trial,
        "mending": mending,
    }
    return render(request, f"{PAGES}/preview.html", context)


@require_POST
@login_required
def publish(request: SignedInRequest, code: str) -> HttpResponse:
    """Make the draft the next version."""
    if not _pressed(request, code, services.publish_draft):
        return redirect("mystery:draft", code)
    messages.success(
        request,
        _("The new version is asked of visits begun from now on."),
    )
    return redirect("mystery:questionnaire", code)


@require_POST
@login_required
def drop(request: SignedInRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    if not _pressed(request, code, services.drop_draft):
        return redirect("mystery:draft", code)
    messages.success(request, _("The draft is gone."))
    return redirect("mystery:questionnaires")


def _saved(request: SignedInRequest, code: str, question: str) -> HttpResponse:
    messages.success(request, _("Saved in the draft."))
    return _back(code, question)


def _back(code: str, question: str) -> HttpResponse:
    answer = redirect("mystery:draft", code)
    answer["Location"] += f"#question-{question}"
    return answer
