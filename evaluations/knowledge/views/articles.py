"""The knowledge base: read by everybody who works for the chain."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.knowledge.forms.articles import LABELS, ArticleFilter, ArticleForm
from evaluations.knowledge.models import ArticleVersion, keeps_bank
from evaluations.knowledge.models.articles import reads_articles
from evaluations.knowledge.rules.differences import differences
from evaluations.knowledge.selectors.reading import topics_asking
from evaluations.knowledge.services.articles import add_article, edit_article
from evaluations.knowledge.services.bank import require_keeper
from outlets.exchange.errors import DomainError
from outlets.exchange.pages import page_of
from staffing.people.requests import SignedInRequest


@require_safe
@login_required
def article_list(request: SignedInRequest) -> HttpResponse:
    """Articles by topic, and a search in both languages."""
    if not reads_articles(request.user.sight):
        raise PermissionDenied
    form = ArticleFilter(request.GET)
    versions = ArticleVersion.objects.visible_to(request.user).current()
    rows = form.narrow(versions.select_related("article__topic"))
    context = {
        "form": form,
        "page": page_of(rows, request.GET.get("page")),
        "searched": form.is_valid() and bool(form.cleaned_data["words"]),
        "may_write": keeps_bank(request.user.sight),
    }
    return render(request, "evaluations/knowledge/articles/list.html", context)


def _newest(request: SignedInRequest, code: str) -> ArticleVersion:
    versions = ArticleVersion.objects.visible_to(request.user).current()
    return get_object_or_404(
        versions.select_related("article__topic", "by"), article__code=code
    )


@require_safe
@login_required
def article_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """An article as it stands, or with `?version=` as it stood."""
    newest = _newest(request, code)
    versions = ArticleVersion.objects.visible_to(request.user).filter(
        article=newest.article_id
    )
    asked, shown = _number(request, "version"), newest
    if asked is not None:
        shown = get_object_or_404(versions, number=asked)
    context = {
        "newest": newest,
        "shown": shown,
        "versions": versions,
        "asked_in": topics_asking(newest.article),
        "may_write": keeps_bank(request.user.sight),
    }
    return render(request, "evaluations/knowledge/articles/article.html", context)


def _number(request: SignedInRequest, name: str) -> int | None:
    """Return the number of a version that the address names; None for none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


@require_safe
@login_required
def article_compare(request: SignedInRequest, code: str) -> HttpResponse:
    """Two versions of an article, one in the other; without numbers the last two."""
    require_keeper(request.user)
    newest = _newest(request, code)
    versions = list(
        ArticleVersion.objects.visible_to(request.user).filter(article=newest.article)
    )
    by_number = {version.number: version for version in versions}
    later = by_number.get(_number(request, "later") or newest.number)
    number = _number(request, "earlier") or max(1, newest.number - 1)
    earlier = by_number.get(number)
    if earlier is None or later is None:
        raise Http404
    context = {
        "newest": newest,
        "versions": versions,
        "earlier": earlier,
        "later": later,
        "parts": [
            (label, differences(getattr(earlier, name), getattr(later, name)))
            for name, label in LABELS.items()
        ],
    }
    return render(request, "evaluations/knowledge/articles/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def article_add(request: SignedInRequest) -> HttpResponse:
    require_keeper(request.user)
    form = ArticleForm(request.POST or None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            add_article(
                code=code,
                topic=form.cleaned_data["topic"],
                words=form.words,
                by=request.user,
            )
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            return redirect("knowledge:article", code)
    return render(request, "evaluations/knowledge/articles/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def article_edit(request: SignedInRequest, code: str) -> HttpResponse:
    require_keeper(request.user)
    newest = _newest(request, code)
    form = ArticleForm(request.POST or None, version=newest)
    if form.is_valid():
        edit_article(
            code=code,
            topic=form.cleaned_data["topic"],
            words=form.words,
            by=request.user,
        )
        messages.success(request, _("The article is saved."))
        return redirect("knowledge:article", code)
    context = {"form": form, "newest": newest}
    return render(request, "evaluations/knowledge/articles/edit.html", context)
