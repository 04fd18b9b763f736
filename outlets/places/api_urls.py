from django.urls import path

from outlets.places.api import OutletViewSet, RegionViewSet

regions = RegionViewSet.as_view({"get": "list"})
region = RegionViewSet.as_view({"get": "retrieve"})
outlets = OutletViewSet.as_view({"get": "list"})
outlet = OutletViewSet.as_view({"get": "retrieve"})

urlpatterns = [
    path("regions/", regions, name="api-regions"),
    path("regions/<str:code>/", region, name="api-region"),
    path("outlets/", outlets, name="api-outlets"),
    path("outlets/<str:code>/", outlet, name="api-outlet"),
]
