"""Reading questionnaires: their list, their versions, what two of them differ in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from evaluations.mystery.forms.questionnaires import QuestionnaireForm, TitlesForm
from evaluations.mystery.models import (
    Questionnaire,
    QuestionnaireDraft,
    QuestionnaireVersion,
    VisitQuestion,
    plans_visits,
    reads_plans,
)
from evaluations.mystery.selectors.questionnaires import (
    differences,
    lines_of,
    listed,
    section_weights,
)
from evaluations.mystery.services.questionnaires import (
    create_questionnaire,
    rename_questionnaire,
    told,
)
from outlets.exchange.errors import DomainError
from staffing.people.models import User
from staffing.people.requests import SignedInRequest

PAGES = "evaluations/mystery/questionnaires"


def require_reader(user: User) -> None:
    """Refuse whoever is near an outlet: nobody judged reads what will be asked."""
    if not (reads_plans(user.sight) or user.sight.agency_ids):
        raise PermissionDenied


def asked_questionnaire(user: User, code: str) -> Questionnaire:
    require_reader(user)
    return get_object_or_404(Questionnaire.objects.visible_to(user), code=code)


@require_safe
@login_required
def questionnaire_list(request: SignedInRequest) -> HttpResponse:
    require_reader(request.user)
    context = {
        "rows": list(listed(request.user)),
        "may_write": plans_visits(request.user.sight),
    }
    return render(request, f"{PAGES}/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def questionnaire_new(request: SignedInRequest) -> HttpResponse:
    """Begin a questionnaire that does not exist yet."""
    if not plans_visits(request.user.sight):
        raise PermissionDenied
    form = QuestionnaireForm(request.POST or None)
    if form.is_valid():
        try:
            draft = create_questionnaire(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            return redirect("mystery:draft", draft.questionnaire.code)
    return render(request, f"{PAGES}/new.html", {"form": form})


@require_safe
@login_required
def questionnaire_detail(
    request: SignedInRequest, code: str, number: int | None = None
) -> HttpResponse:
    """One version as the shopper meets it, with its weights; the newest by default."""
    row = asked_questionnaire(request.user, code)
    versions = list(_versions(row).select_related("by"))
    shown = next((one for one in versions if number in (None, one.number)), None)
    if number is not None and shown is None:
        raise Http404
    questions = list(shown.questions.order_by("position")) if shown else []
    writes = plans_visits(request.user.sight)
    context = {
        "row": row,
        "versions": versions,
        "shown": shown,
        "newest": versions[0] if versions else None,
        "lines": lines_of(questions),
        "weights": section_weights(questions),
        "may_write": writes,
        "draft": QuestionnaireDraft.objects.visible_to(request.user)
        .filter(questionnaire=row)
        .first(),
        "titles": TitlesForm(
            initial={"title_en": row.title_en, "title_zh": row.title_zh}
        ),
        # Who published it works for the chain: no business of an agency.
        "shows_by": reads_plans(request.user.sight),
    }
    return render(request, f"{PAGES}/detail.html", context)


@require_POST
@login_required
def questionnaire_rename(request: SignedInRequest, code: str) -> HttpResponse:
    row = asked_questionnaire(request.user, code)
    form = TitlesForm(request.POST)
    if form.is_valid():
        rename_questionnaire(questionnaire=row, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
    elif plans_visits(request.user.sight):
        messages.error(request, _("Write the name in English."))
    else:
        raise PermissionDenied
    return redirect("mystery:questionnaire", code)


@require_safe
@login_required
def questionnaire_compare(request: SignedInRequest, code: str) -> HttpResponse:
    """What one version asks otherwise than another; by default the newest two."""
    row = asked_questionnaire(request.user, code)
    versions = list(_versions(row))
    after = _asked(request.GET.get("to"), versions, default=0)
    before = _asked(request.GET.get("from"), versions, default=1)
    context: dict[str, object] = {
        "row": row,
        "versions": versions,
        "before": before,
        "after": after,
    }
    if before is not None and after is not None:
        old, new = _questions(before), _questions(after)
        context["differences"] = differences(old, new, told)
    return render(request, f"{PAGES}/compare.html", context)


def _versions(row: Questionnaire) -> QuerySet[QuestionnaireVersion]:
    return row.versions.order_by("-number")


def _questions(version: QuestionnaireVersion) -> list[VisitQuestion]:
    return list(version.questions.order_by("position"))


def _asked(
    text: str | None, versions: list[QuestionnaireVersion], *, default: int
) -> QuestionnaireVersion | None:
    """Return the version that an address names; else the `default`-th newest."""
    for version in versions:
        if text == str(version.number):
            return version
    return versions[default] if len(versions) > default else None
