from django.urls import path

from evaluations.rankings.views import whatif

urlpatterns = [
    path("<int:pk>/what-if/", whatif.what_if, name="what-if"),
    path("<int:pk>/what-if/rules/", whatif.what_if_rules, name="what-if-rules"),
    path("<int:pk>/fair/", whatif.fair_order, name="fair"),
]
