"""The knowledge base: read by everybody who works for the chain."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations.knowledge.forms.articles import ArticleFilter, ArticleForm
from evaluations.knowledge.models import ArticleVersion, keeps_bank
from evaluations.knowledge.models.articles import reads_articles
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
    ordered = rows.order_by("article__topic__position", "article__code")
    context = {
        "form": form,
        "page": page_of(ordered, request.GET.get("page")),
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
    asked, shown = request.GET.get("version", ""), newest
    if asked.isascii() and asked.isdigit() and len(asked) < 6:
        shown = get_object_or_404(versions, number=int(asked))
    context = {
        "newest": newest,
        "shown": shown,
        "versions": versions,
        "may_write": keeps_bank(request.user.sight),
    }
    return render(request, "evaluations/knowledge/articles/article.html", context)


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
