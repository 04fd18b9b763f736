from django.urls import path

from evaluations.knowledge.views import (
    articles,
    bank,
    figures,
    plans,
    results,
    taking,
    weeks,
)

app_name = "knowledge"
urlpatterns = [
    path("", results.result_list, name="list"),
    path("add/", results.result_add, name="add"),
    path("<uuid:uuid>/", results.result_detail, name="result"),
    path("questions/", bank.question_list, name="questions"),
    path("questions/add/", bank.question_add, name="question_add"),
    path("questions/of/<str:code>/", bank.question_detail, name="question"),
    path(
        "questions/of/<str:code>/retire/", bank.question_retire, name="question_retire"
    ),
    path("questions/figures/", figures.question_figures, name="figures"),
    path("topics/", bank.topic_list, name="topics"),
    path("articles/", articles.article_list, name="articles"),
    path("articles/add/", articles.article_add, name="article_add"),
    path("articles/of/<str:code>/", articles.article_detail, name="article"),
    path(
        "articles/of/<str:code>/compare/",
        articles.article_compare,
        name="article_compare",
    ),
    path("articles/of/<str:code>/edit/", articles.article_edit, name="article_edit"),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/<str:post>/", plans.plan_edit, name="plan"),
    path("week/", weeks.week_page, name="week"),
    path("week/settle/", weeks.settle, name="settle"),
    path("mine/", taking.mine, name="mine"),
    path("mine/worker.js", taking.worker, name="worker"),
    path("mine/start/", taking.start, name="start"),
    path("mine/<uuid:uuid>/", taking.sitting_page, name="sitting"),
    path("mine/<uuid:uuid>/<int:position>/", taking.answer, name="answer"),
    path("mine/<uuid:uuid>/submit/", taking.submit_sitting, name="submit"),
]
