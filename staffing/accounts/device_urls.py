"""Tablets and PINs; `urls.py` includes these below `devices/`."""

from django.urls import path

from staffing.accounts.views import devices, pins, tablet

urlpatterns = [
    path("", devices.device_list, name="devices"),
    path("add/", devices.device_add, name="device_add"),
    path("<uuid:uuid>/", devices.device_detail, name="device"),
    path("<uuid:uuid>/code/", devices.device_code, name="device_code"),
    path("<uuid:uuid>/revoke/", devices.device_revoke, name="device_revoke"),
    path("enrol/", tablet.enrol, name="enrol"),
    path("people/", tablet.people, name="people"),
    path("people/<uuid:person>/", tablet.pin, name="pin"),
    path("switch/", tablet.switch, name="switch"),
    path("my-pin/", pins.my_pin, name="my_pin"),
    path("pins/", pins.pin_list, name="pins"),
    path("pins/<uuid:person>/end/", pins.pin_end, name="pin_end"),
]
