"""Addresses of knowledge tests, their bank and the articles."""

from uuid import uuid4

from django.utils import timezone

from tests.sight.routes.routing import get, post

QUESTION = {
    "topic": 1,
    "kind": "true_false",
    "text_en": "Is it so?",
    "answer": "1",
    "weight": "1",
}
ARTICLE = {"topic": 1, "title_en": "News", "body_en": "So it is."}
PLAN = {
    "minutes": "20",
    "pass_mark": "85",
    "attempts": "2",
    **{
        f"topic-{topic}": "1"
        for topic in (
            *("grooming", "conduct", "environment"),
            *("complaints", "red_lines", "customer_flow"),
        )
    },
}

ROUTES = [
    get("knowledge:list"),
    get("knowledge:add"),
    post(
        "knowledge:add",
        data=lambda w, p: {
            "uuid": uuid4(),
            "employee": p.person.pk,
            "taken_on": timezone.localdate(),
            "test": "W41",
            "score": "88",
        },
    ),
    get("knowledge:result", lambda w, p: p.test.uuid),
    get("knowledge:questions"),
    get("knowledge:question_add"),
    post("knowledge:question_add", data=lambda w, p: QUESTION | {"code": "NEW-1"}),
    get("knowledge:question", "GRM-01"),
    post("knowledge:question", "GRM-01", data=lambda w, p: QUESTION),
    post("knowledge:question_retire", "GRM-01", data=lambda w, p: {"retired": "1"}),
    get("knowledge:topics"),
    post(
        "knowledge:topics", data=lambda w, p: {"code": "tariffs", "title_en": "Tariffs"}
    ),
    get("knowledge:articles"),
    get("knowledge:article_add"),
    post("knowledge:article_add", data=lambda w, p: ARTICLE | {"code": "news"}),
    get("knowledge:article", "grooming"),
    get("knowledge:article_compare", "grooming"),
    get("knowledge:article_edit", "grooming"),
    post("knowledge:article_edit", "grooming", data=lambda w, p: ARTICLE),
    get("knowledge:figures"),
    get("knowledge:plans"),
    get("knowledge:plan", "clerk"),
    post("knowledge:plan", "clerk", data=lambda w, p: PLAN),
    get("knowledge:week"),
    post(
        "knowledge:settle",
        data=lambda w, p: {
            "key": uuid4(),
            "sittings": [p.absence.uuid],
            "excused": "1",
            "reason": "Flood",
        },
    ),
    get("knowledge:worker"),
    get("knowledge:mine"),
    post("knowledge:start"),
    get("knowledge:sitting", lambda w, p: p.sitting.uuid),
    post(
        "knowledge:answer",
        lambda w, p: p.sitting.uuid,
        1,
        data=lambda w, p: {"chosen": "1"},
    ),
    post("knowledge:submit", lambda w, p: p.sitting.uuid),
]
