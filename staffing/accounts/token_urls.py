from django.urls import path

from staffing.accounts.views.token import ServiceTokenView

urlpatterns = [path("", ServiceTokenView.as_view(), name="api-token")]
