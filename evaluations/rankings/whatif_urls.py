from django.urls import path

from evaluations.rankings import views_whatif

urlpatterns = [
    path("<int:pk>/what-if/", views_whatif.what_if, name="what-if"),
    path("<int:pk>/what-if/rules/", views_whatif.what_if_rules, name="what-if-rules"),
    path("<int:pk>/fair/", views_whatif.fair_order, name="fair"),
]
