from django.urls import path

from outlets.flow.views import alerts, data, floor, needs, pages

app_name = "flow"
urlpatterns = [
    path("", pages.region_month, name="region"),
    path("outlets.csv", data.outlets_file, {"form": "csv"}, name="outlets_file"),
    path("outlets.xlsx", data.outlets_file, {"form": "xlsx"}, name="outlets_workbook"),
    path("days.json", data.days_chart, name="days_chart"),
    path("days.csv", data.days_file, {"form": "csv"}, name="days_file"),
    path("days.xlsx", data.days_file, {"form": "xlsx"}, name="days_workbook"),
    path("week.json", data.week_heat, name="week_chart"),
    path("week.csv", data.week_file, {"form": "csv"}, name="week_file"),
    path("week.xlsx", data.week_file, {"form": "xlsx"}, name="week_workbook"),
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/count/", alerts.alert_count, name="alert_count"),
    path(
        "alerts/<uuid:uuid>/acknowledge/",
        alerts.alert_acknowledge,
        name="alert_acknowledge",
    ),
    path("outlets/", pages.outlet_pick, name="outlet_pick"),
    path("outlets/<str:code>/", pages.outlet_page, name="outlet"),
    path("outlets/<str:code>/hours.json", data.hours_chart, name="hours_chart"),
    path(
        "outlets/<str:code>/hours.csv",
        data.hours_file,
        {"form": "csv"},
        name="hours_file",
    ),
    path(
        "outlets/<str:code>/hours.xlsx",
        data.hours_file,
        {"form": "xlsx"},
        name="hours_workbook",
    ),
    path("outlets/<str:code>/floor/", floor.floor_page, name="floor"),
    path("outlets/<str:code>/need/", needs.need_page, name="need"),
    path("outlets/<str:code>/need.json", needs.need_chart, name="need_chart"),
    path(
        "outlets/<str:code>/need.csv",
        needs.need_file,
        {"form": "csv"},
        name="need_file",
    ),
    path(
        "outlets/<str:code>/need.xlsx",
        needs.need_file,
        {"form": "xlsx"},
        name="need_workbook",
    ),
    path("outlets/<str:code>/ahead/", needs.ahead_page, name="ahead"),
    path("outlets/<str:code>/ahead.json", needs.ahead_chart, name="ahead_chart"),
    path(
        "outlets/<str:code>/ahead.csv",
        needs.ahead_file,
        {"form": "csv"},
        name="ahead_file",
    ),
    path(
        "outlets/<str:code>/ahead.xlsx",
        needs.ahead_file,
        {"form": "xlsx"},
        name="ahead_workbook",
    ),
]
