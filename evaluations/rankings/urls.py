from django.urls import URLPattern

app_name = "rankings"
urlpatterns: list[URLPattern] = []
