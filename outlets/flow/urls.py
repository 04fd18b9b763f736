from django.urls import path

from outlets.flow.views import data, pages

app_name = "flow"
urlpatterns = [
    path("", pages.region_month, name="region"),
    path("outlets.csv", data.outlets_file, name="outlets_file"),
    path("days.json", data.days_chart, name="days_chart"),
    path("days.csv", data.days_file, name="days_file"),
    path("week.json", data.week_heat, name="week_chart"),
    path("week.csv", data.week_file, name="week_file"),
    path("outlets/", pages.outlet_pick, name="outlet_pick"),
    path("outlets/<str:code>/", pages.outlet_page, name="outlet"),
    path("outlets/<str:code>/hours.json", data.hours_chart, name="hours_chart"),
    path("outlets/<str:code>/hours.csv", data.hours_file, name="hours_file"),
]
