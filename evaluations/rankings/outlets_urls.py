"""Addresses beneath one run that are about outlets and regions."""

from django.urls import path

from evaluations.rankings.views import outlets as views

urlpatterns = [
    path("outlets/", views.outlet_list, name="outlets"),
    path("outlets/<str:code>/", views.outlet_detail, name="outlet"),
    path("regions/", views.region_list, name="regions"),
    path("rank-outlets/", views.outlets_compute, name="rank_outlets"),
]
