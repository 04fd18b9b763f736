from django.urls import path

from evaluations.checks.api import CheckQueueView

urlpatterns = [path("checks/", CheckQueueView.as_view(), name="api-checks")]
