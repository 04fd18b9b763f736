from django.urls import URLPattern

app_name = "mystery"
urlpatterns: list[URLPattern] = []
