from django.urls import path

from staffing.people.personal.views import erasures, exports, people, retention

app_name = "personal"
urlpatterns = [
    path("", people.desk_page, name="desk"),
    path("mine/", exports.my_data, name="mine"),
    path("people/<uuid:uuid>/", people.person_page, name="person"),
    path("people/<uuid:uuid>/erase/", erasures.propose, name="propose"),
    path("exports/<uuid:uuid>/", exports.export_detail, name="export"),
    path("exports/<uuid:uuid>/file/", exports.export_file, name="file"),
    path("erasures/<uuid:uuid>/", erasures.erasure_detail, name="erasure"),
    path("erasures/<uuid:uuid>/confirm/", erasures.confirm, name="confirm"),
    path("erasures/<uuid:uuid>/withdraw/", erasures.withdraw, name="withdraw"),
    path("retention/", retention.rules_page, name="retention"),
    path("retention/<str:kind>/", retention.rule_page, name="rule"),
]
