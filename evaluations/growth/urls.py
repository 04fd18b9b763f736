from django.urls import path

from evaluations.growth.views import contests, projects

app_name = "growth"
urlpatterns = [
    path("", projects.project_list, name="projects"),
    path("suggest/", projects.suggest, name="suggest"),
    path("projects/<uuid:uuid>/", projects.project_detail, name="project"),
    path("projects/<uuid:uuid>/do/<slug:action>/", projects.project_act, name="act"),
    path("files/<uuid:uuid>/", projects.evidence, name="evidence"),
    path("bonuses/<uuid:uuid>/", projects.bonus, name="bonus"),
    path("contests/", contests.contest_list, name="contests"),
    path("contests/new/", contests.contest_new, name="contest_new"),
    path("contests/<uuid:uuid>/", contests.contest_detail, name="contest"),
    path("contests/<uuid:uuid>/edit/", contests.contest_edit, name="contest_edit"),
    path("contests/<uuid:uuid>/marks/", contests.marks, name="marks"),
    path("contests/<uuid:uuid>/counts/", contests.counts, name="counts"),
    path(
        "contests/<uuid:uuid>/do/<slug:action>/",
        contests.contest_act,
        name="contest_act",
    ),
]
