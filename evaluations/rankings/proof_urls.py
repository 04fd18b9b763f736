"""Addresses of review, proof and revisions, below those of rankings."""

from django.urls import path

from evaluations.rankings.views import proof, review

urlpatterns = [
    path("<int:pk>/exceptions/", review.exceptions, name="exceptions"),
    path(
        "<int:pk>/exceptions/<slug:code>/",
        review.exceptions_seen,
        name="exceptions_seen",
    ),
    path("<int:pk>/proof/", proof.proof, name="proof"),
    path("<int:pk>/changes/", proof.changes, name="changes"),
    path("<int:pk>/late/", proof.late, name="late"),
    path("<int:pk>/late/<slug:form>/", proof.late_file, name="late_file"),
]
