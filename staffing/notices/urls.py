from django.urls import path

from staffing.notices.views import bulletins, centre, quiet

app_name = "notices"
urlpatterns = [
    path("", centre.centre_page, name="centre"),
    path("bell/", centre.bell, name="bell"),
    path("read/", centre.read_all, name="read_all"),
    path("quiet-hours/", quiet.quiet_hours, name="quiet_hours"),
    path("announcements/", bulletins.bulletin_list, name="bulletins"),
    path("announcements/new/", bulletins.bulletin_new, name="bulletin_new"),
    path("announcements/<uuid:uuid>/", bulletins.bulletin_report, name="bulletin"),
    path(
        "announcements/<uuid:uuid>/withdraw/",
        bulletins.bulletin_withdraw,
        name="bulletin_withdraw",
    ),
    path("<uuid:uuid>/", centre.notice_page, name="notice"),
    path("<uuid:uuid>/follow/", centre.follow, name="follow"),
    path("<uuid:uuid>/read/", centre.read, name="read"),
    path("<uuid:uuid>/acknowledge/", centre.acknowledge_notice, name="acknowledge"),
]
