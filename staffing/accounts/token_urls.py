from django.urls import path
from django.views.decorators.http import require_POST

from staffing.accounts.views.token import ServiceTokenView

urlpatterns = [path("", require_POST(ServiceTokenView.as_view()), name="api-token")]
