from django.urls import path, register_converter

from evaluations.mystery.rules.appealing import AppealAction
from evaluations.mystery.views import (
    appeals,
    checking,
    drafts,
    fieldwork,
    questionnaires,
    results,
    reviewing,
    scenarios,
    sending,
    sheets,
    shoppers,
    visits,
    waves,
)


class AppealActionConverter:
    """One of the things that can be done with an appeal."""

    regex = "|".join(sorted(action.value for action in AppealAction))

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AppealActionConverter, "appeal_action")

app_name = "mystery"
_QUESTIONNAIRE = "questionnaires/<str:code>/"
_DRAFT = f"{_QUESTIONNAIRE}draft/"
urlpatterns = [
    path("", visits.visit_list, name="list"),
    path("add/", visits.visit_add, name="add"),
    path("visits/<str:visit_no>/", visits.visit_detail, name="visit"),
    path("visits/<str:visit_no>/release/", checking.visit_release, name="release"),
    path(
        "visits/<str:visit_no>/attribute/", checking.visit_attribute, name="attribute"
    ),
    path("visits/<str:visit_no>/back/", checking.visit_send_back, name="send_back"),
    path("visits/<str:visit_no>/appeal/", appeals.appeal_add, name="appeal_add"),
    path("appeals/", appeals.appeal_list, name="appeals"),
    path("appeals/<uuid:uuid>/", appeals.appeal_detail, name="appeal"),
    path(
        "appeals/<uuid:uuid>/<appeal_action:action>/",
        appeals.appeal_act,
        name="appeal_act",
    ),
    # Questionnaires
    path("questionnaires/", questionnaires.questionnaire_list, name="questionnaires"),
    path(
        "questionnaires/new/",
        questionnaires.questionnaire_new,
        name="questionnaire_new",
    ),
    path(_QUESTIONNAIRE, questionnaires.questionnaire_detail, name="questionnaire"),
    path(
        f"{_QUESTIONNAIRE}versions/<int:number>/",
        questionnaires.questionnaire_detail,
        name="questionnaire_version",
    ),
    path(
        f"{_QUESTIONNAIRE}compare/",
        questionnaires.questionnaire_compare,
        name="questionnaire_compare",
    ),
    path(
        f"{_QUESTIONNAIRE}names/",
        questionnaires.questionnaire_rename,
        name="questionnaire_rename",
    ),
    path(f"{_QUESTIONNAIRE}begin/", drafts.begin, name="draft_begin"),
    path(_DRAFT, drafts.draft, name="draft"),
    path(f"{_DRAFT}add/", drafts.add, name="draft_add"),
    path(f"{_DRAFT}preview/", drafts.preview, name="draft_preview"),
    path(f"{_DRAFT}publish/", drafts.publish, name="draft_publish"),
    path(f"{_DRAFT}drop/", drafts.drop, name="draft_drop"),
    path(f"{_DRAFT}questions/<str:question>/", drafts.change, name="draft_question"),
    path(f"{_DRAFT}questions/<str:question>/move/", drafts.move, name="draft_move"),
    path(
        f"{_DRAFT}questions/<str:question>/remove/", drafts.remove, name="draft_remove"
    ),
    # Scenarios
    path("scenarios/", scenarios.scenario_list, name="scenarios"),
    path("scenarios/new/", scenarios.scenario_new, name="scenario_new"),
    path("scenarios/<str:code>/", scenarios.scenario_detail, name="scenario"),
    path("scenarios/<str:code>/use/", scenarios.scenario_use, name="scenario_use"),
    # Results
    path("results/", results.overview, name="results"),
    path("results/chart/", results.months_chart, name="results_chart"),
    path("results/outlets/", results.outlets, name="results_outlets"),
    path("results/people/", results.people, name="results_people"),
    path("results/questions/", results.questions, name="results_questions"),
    path("results/shoppers/", results.shoppers, name="results_shoppers"),
    path("results/own-checks/", results.own_checks, name="own_checks"),
    path("waves/", waves.wave_list, name="waves"),
    path("waves/add/", waves.wave_add, name="wave_add"),
    path("waves/of/<str:code>/", waves.wave_detail, name="wave"),
    path("waves/of/<str:code>/edit/", waves.wave_edit, name="wave_edit"),
    path("waves/of/<str:code>/quotas/", waves.wave_quota, name="wave_quota"),
    path(
        "waves/of/<str:code>/quotas/<int:pk>/drop/",
        waves.wave_quota_drop,
        name="wave_quota_drop",
    ),
    path("waves/of/<str:code>/plan/", waves.wave_plan, name="wave_plan"),
    path("waves/of/<str:code>/planning/", waves.wave_planning, name="wave_planning"),
    path("waves/of/<str:code>/discard/", waves.wave_discard, name="wave_discard"),
    path("waves/of/<str:code>/start/", waves.wave_start, name="wave_start"),
    path("waves/of/<str:code>/close/", waves.wave_close, name="wave_close"),
    path(
        "waves/visits/<str:number>/hand-over/",
        waves.planned_visit_hand_over,
        name="wave_hand_over",
    ),
    path(
        "waves/visits/<str:number>/cancel/",
        waves.planned_visit_cancel,
        name="wave_cancel",
    ),
    # An agency's shoppers.
    path("shoppers/", shoppers.shopper_list, name="shoppers"),
    path("shoppers/add/", shoppers.shopper_add, name="shopper_add"),
    path("shoppers/<str:agency>/<str:code>/", shoppers.shopper, name="shopper"),
    path(
        "shoppers/<str:agency>/<str:code>/account/",
        shoppers.shopper_account,
        name="shopper_account",
    ),
    # The field, on a phone.
    path("field/", fieldwork.visits, name="field"),
    path("field/worker.js", fieldwork.worker, name="field_worker"),
    path("field/<uuid:report>/", fieldwork.report, name="field_report"),
    path("field/<uuid:report>/begin/", fieldwork.begin_report, name="field_begin"),
    path("field/<uuid:report>/send/", sending.send, name="field_send"),
    path(
        "field/<uuid:report>/evidence/<uuid:evidence>/",
        sending.evidence,
        name="field_evidence",
    ),
    # The agency's desk.
    path("reviews/", reviewing.reviews, name="reviews"),
    path("reviews/<uuid:report>/", reviewing.review, name="review"),
    path("reviews/<uuid:report>/enter/", reviewing.enter_report, name="enter_report"),
    path("evidence/<uuid:uuid>/", reviewing.evidence, name="evidence"),
    path("sheets/", sheets.sheet, name="sheet"),
    path("sheets/template/", sheets.sheet_template, name="sheet_template"),
]
