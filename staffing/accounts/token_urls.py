from django.urls import path
from oauth2_provider.views import TokenView

urlpatterns = [path("", TokenView.as_view(), name="api-token")]
