from django.urls import path
from django.views.decorators.http import require_POST
from oauth2_provider.views import TokenView

urlpatterns = [path("", require_POST(TokenView.as_view()), name="api-token")]
