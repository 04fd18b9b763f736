"""What a roster is to whoever works by it, and to whoever decides what they ask."""

from django.urls import path

from staffing.rosters.views import feeds, leaves, mine, reading, swaps, wishes

app_name = "my_roster"
urlpatterns = [
    path("", mine.my_month, name="mine"),
    path("seen/", mine.changes_seen, name="seen"),
    path("decisions/", leaves.decisions, name="decisions"),
    path("leave/", leaves.leave_list, name="leaves"),
    path("leave/<uuid:uuid>/", leaves.leave_detail, name="leave"),
    path("leave/<uuid:uuid>/withdraw/", leaves.leave_withdraw, name="leave_withdraw"),
    path("leave/<uuid:uuid>/decide/", leaves.leave_decide, name="leave_decide"),
    path("swaps/", swaps.swap_list, name="swaps"),
    path("swaps/of/<str:on>/", swaps.swap_new, name="swap_new"),
    path("swaps/<uuid:uuid>/", swaps.swap_detail, name="swap"),
    path("swaps/<uuid:uuid>/answer/", swaps.swap_answer, name="swap_answer"),
    path("swaps/<uuid:uuid>/withdraw/", swaps.swap_withdraw, name="swap_withdraw"),
    path("swaps/<uuid:uuid>/decide/", swaps.swap_decide, name="swap_decide"),
    path("wishes/", wishes.wish_list, name="wishes"),
    path("wishes/<str:on>/remove/", wishes.wish_remove, name="wish_remove"),
    path("calendar/", feeds.calendar, name="calendar"),
    path("calendar/end/", feeds.calendar_end, name="calendar_end"),
    path("calendar/<str:key>.ics", feeds.feed, name="feed"),
    path("outlets/<str:code>/", reading.outlet_page, name="outlet"),
    path("outlets/<str:code>/print/", reading.outlet_print, name="print"),
]
