"""The product's addresses, and two views that do nothing but let somebody in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@login_required
def bare_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


class BareApi(APIView):
    """What the product's API pays before its own work: token, scope, JSON."""

    required_scope = "rankings:read"

    def get(self, request: Request) -> Response:
        return Response({"ok": True})


urlpatterns = [
    path("bench/page/", bare_page),
    path("bench/api/", BareApi.as_view()),
    path("", include("config.urls")),
]
