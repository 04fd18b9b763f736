from django.urls import path

from evaluations.awards.views import (
    certificates,
    giving,
    lists,
    nominations,
    rounds,
    wall,
)

app_name = "awards"
urlpatterns = [
    path("", lists.award_lists, name="list"),
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/new/", rounds.round_new, name="round_new"),
    path("rounds/<uuid:uuid>/", rounds.round_detail, name="round"),
    path("rounds/<uuid:uuid>/extend/", rounds.extend, name="extend"),
    path("rounds/<uuid:uuid>/seat/", rounds.seat, name="seat"),
    path("rounds/<uuid:uuid>/seat/<int:member>/take/", rounds.unseat, name="unseat"),
    path("rounds/<uuid:uuid>/nominate/", nominations.nominate, name="nominate"),
    path("rounds/<uuid:uuid>/do/<slug:step>/", rounds.round_step, name="round_step"),
    path("nominations/<uuid:uuid>/", nominations.nomination_detail, name="nomination"),
    path("nominations/<uuid:uuid>/say/<slug:kind>/", nominations.speak, name="speak"),
    path(
        "nominations/<uuid:uuid>/do/<slug:action>/",
        nominations.nomination_act,
        name="act",
    ),
    path("objections/<uuid:uuid>/answer/", nominations.answer, name="answer"),
    path("certificates/<uuid:uuid>/", certificates.certificate, name="certificate"),
    path(
        "certificates/<uuid:uuid>/text/",
        certificates.certificate_text,
        name="certificate_text",
    ),
    path(
        "certificates/<uuid:uuid>/<slug:language>.pdf",
        certificates.certificate_file,
        name="certificate_file",
    ),
    path("check/<uuid:uuid>/", certificates.check, name="check"),
    path("revoked/", certificates.revoked, name="revoked"),
    path("keys/", certificates.keys, name="keys"),
    path("points/", giving.points, name="points"),
    path("points/new/", giving.point_new, name="point_new"),
    path("funds/<slug:code>/", giving.fund, name="fund"),
    path("wall/<str:code>/", wall.wall, name="wall"),
    path("runs/<int:run_id>/draw/", lists.draw, name="draw"),
    path("<uuid:uuid>/", lists.award_list_detail, name="detail"),
    path("<uuid:uuid>/publish/", lists.publish, name="publish"),
    path(
        "<uuid:uuid>/winners/<uuid:award>/certificate/",
        certificates.certificate_make,
        name="certificate_make",
    ),
    path("<uuid:uuid>/winners/<uuid:award>/bonus/", giving.bonus, name="bonus"),
    path("<uuid:uuid>/winners/<uuid:award>/decide/", giving.settle, name="settle"),
    path("<uuid:uuid>/winners/<uuid:award>/lose/", giving.lose, name="lose"),
]
