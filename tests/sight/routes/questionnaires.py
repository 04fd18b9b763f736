"""Addresses of questionnaires, scenarios and results of mystery visits."""

from tests.sight.routes.routing import Route, at, get, post

ASKED = "CUSTOMER"
QUESTION = {
    "revision": "1",
    "section": "process",
    "title_en": "Was it so?",
    "weight": "2",
    "required": "on",
}
TITLES = {"title_en": "Another name"}
SCENARIO = TITLES | {"brief_en": "Ask once more."}
REVISION = {"revision": "1"}


def pressed(name, *args, **data):
    return post(name, ASKED, *args, data=lambda w, p: REVISION | data)


ROUTES = [
    get("mystery:questionnaires"),
    get("mystery:questionnaire_new"),
    post("mystery:questionnaire_new", data=lambda w, p: TITLES | {"code": "NEW-Q"}),
    get("mystery:questionnaire", ASKED),
    get("mystery:questionnaire_version", ASKED, 1),
    get("mystery:questionnaire_compare", ASKED),
    post("mystery:questionnaire_rename", ASKED, data=lambda w, p: TITLES),
    post("mystery:draft_begin", ASKED),
    get("mystery:draft", ASKED),
    get("mystery:draft_add", ASKED, query="?kind=yes_no"),
    Route(
        "mystery:draft_add",
        at("mystery:draft_add", ASKED, query="?kind=yes_no"),
        "POST",
        lambda w, p: QUESTION | {"code": "X1"},
    ),
    get("mystery:draft_preview", ASKED),
    get("mystery:draft_question", ASKED, "P3"),
    post("mystery:draft_question", ASKED, "P3", data=lambda w, p: QUESTION),
    pressed("mystery:draft_move", "P3", up="1"),
    pressed("mystery:draft_remove", "P3"),
    pressed("mystery:draft_publish"),
    pressed("mystery:draft_drop"),
    get("mystery:scenarios"),
    get("mystery:scenario_new"),
    post("mystery:scenario_new", data=lambda w, p: SCENARIO | {"code": "NEW-S"}),
    get("mystery:scenario", "PLAN"),
    post("mystery:scenario", "PLAN", data=lambda w, p: SCENARIO),
    post("mystery:scenario_use", "PLAN", data=lambda w, p: {"active": "0"}),
    get("mystery:results"),
    get("mystery:results_outlets"),
    get("mystery:results_people"),
    get("mystery:results_questions"),
    get("mystery:results_shoppers"),
    get("mystery:own_checks"),
    get("mystery:results_chart"),
]
