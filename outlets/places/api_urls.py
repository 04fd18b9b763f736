from django.urls import path

from outlets.places.api import OutletViewSet, RegionViewSet

_LIST, _DETAIL = {"get": "list"}, {"get": "retrieve"}

urlpatterns = [
    path("regions/", RegionViewSet.as_view(_LIST), name="api-regions"),
    path("regions/<str:code>/", RegionViewSet.as_view(_DETAIL), name="api-region"),
    path("outlets/", OutletViewSet.as_view(_LIST), name="api-outlets"),
    path("outlets/<str:code>/", OutletViewSet.as_view(_DETAIL), name="api-outlet"),
]
