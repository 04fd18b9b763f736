"""Addresses of the rules: how scores are made, and the editor behind it."""

from django.urls import path

from evaluations.rankings.views import schemes as views

urlpatterns = [
    path("how/", views.how_scores_are_made, name="how"),
    path("schemes/", views.scheme_list, name="schemes"),
    path("schemes/<int:pk>/", views.version_detail, name="version"),
    path("schemes/<int:pk>/draft/", views.version_draft, name="version_draft"),
    path("schemes/<int:pk>/copy/", views.scheme_copy, name="scheme_copy"),
    path("schemes/<int:pk>/edit/", views.version_edit, name="version_edit"),
    path("schemes/<int:pk>/propose/", views.version_propose, name="version_propose"),
    path("schemes/<int:pk>/approve/", views.version_approve, name="version_approve"),
    path("schemes/<int:pk>/withdraw/", views.version_withdraw, name="version_withdraw"),
    path(
        "schemes/<int:pk>/differences/",
        views.version_differences,
        name="version_differences",
    ),
]
