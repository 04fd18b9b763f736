from django.urls import path

from evaluations.feedback.api import RatingBulkView

urlpatterns = [path("ratings/", RatingBulkView.as_view(), name="api-ratings")]
