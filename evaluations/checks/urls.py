from datetime import date

from django.urls import path, register_converter

from evaluations.checks.views import (
    actions,
    areas,
    away,
    bringing,
    campaigns,
    card,
    devices,
    drafts,
    draws,
    flags,
    floor,
    held,
    live_photos,
    locating,
    offline,
    photos,
    queue,
    rechecks,
    records,
    reports,
    standards,
)


class DayConverter:
    """A day in an address, written 2026-10-31."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return f"{value:%F}"


register_converter(DayConverter, "check_day")

# What tablets send, and what of it waits for a person.
deliveries_urls = [
    path("queue/", queue.QueueView.as_view(), name="queue"),
    path("photos/<uuid:uuid>/", photos.photo, name="photo"),
    path("<uuid:uuid>/photos/", photos.add, name="photo_add"),
    path("held/", held.held_list, name="held"),
    path("held/<uuid:key>/", held.held_detail, name="held_detail"),
    path("held/<uuid:key>/enter/", held.held_enter, name="held_enter"),
    path("held/<uuid:key>/dismiss/", held.held_dismiss, name="held_dismiss"),
]

# How honestly checks are made, and whether a second judge says the same.
honesty_urls = [
    path("flags/", flags.flag_list, name="flags"),
    path("flags/<uuid:uuid>/", flags.flag_detail, name="flag"),
    path("flags/<uuid:uuid>/settle/", flags.flag_settle, name="flag_settle"),
    path("live-photos/", live_photos.photo_draws, name="photo_draws"),
    path("live-photos/<uuid:uuid>/", live_photos.live_photo, name="live_photo"),
    path("locating/", locating.locating, name="locating"),
    path("locating/region/", locating.locate, name="locate"),
    path("rechecks/", rechecks.recheck_list, name="rechecks"),
    path("rechecks/draw/", rechecks.recheck_draw, name="recheck_draw"),
    path("rechecks/<uuid:uuid>/", rechecks.recheck_detail, name="recheck"),
    path(
        "rechecks/<uuid:uuid>/<int:position>/",
        rechecks.recheck_judge,
        name="recheck_judge",
    ),
    path("agreement/", rechecks.agreement, name="agreement"),
]

offline_urls = [
    path("queue/file/", bringing.bring_file, name="bring"),
    path("worker.js", offline.worker, name="worker"),
    path("offline/", offline.offline_page, name="offline"),
    path("away/", away.say_away, name="away"),
    path("away/<uuid:uuid>/back/", away.say_back, name="back"),
]

campaign_urls = [
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.open_campaign, name="campaign_new"),
    path("campaigns/<uuid:uuid>/", campaigns.campaign_detail, name="campaign"),
    path(
        "campaigns/<uuid:uuid>.<str:form>",
        campaigns.campaign_file,
        name="campaign_file",
    ),
    path("campaigns/<uuid:uuid>/extend/", campaigns.extend, name="campaign_extend"),
    path("campaigns/<uuid:uuid>/end/", campaigns.end, name="campaign_end"),
    path(
        "campaigns/<uuid:uuid>/at/<str:code>/",
        campaigns.campaign_check,
        name="campaign_check",
    ),
]

# What happens on the floor between two checks.
floor_urls = [
    path("floor/", floor.floor_tap, name="floor_tap"),
    path("spills/", floor.spills, name="spills"),
    path("spills.<str:form>", floor.spills_file, name="spills_file"),
    path("faults/", floor.faults, name="faults"),
    path("faults.<str:form>", floor.faults_file, name="faults_file"),
    path("devices/", devices.devices_report, name="devices_report"),
    path("devices.<str:form>", devices.devices_file, name="devices_file"),
    path("devices/at/<str:code>/", devices.outlet_devices, name="devices"),
    path("devices/<uuid:uuid>/retire/", devices.device_retire, name="device_retire"),
]

app_name = "checks"
urlpatterns = [
    path("", card.card, name="card"),
    path("record/", card.record, name="record"),
    path("list/", records.check_list, name="list"),
    path("findings/", standards.outlet_findings, name="findings"),
    path("standards/", standards.standard_list, name="standards"),
    path("standards/new/", drafts.new_standard, name="standard_new"),
    path("standards/<str:code>/", standards.standard_detail, name="standard"),
    path(
        "standards/<str:code>/card/",
        standards.standard_on_card,
        name="standard_on_card",
    ),
    *(
        path(f"standards/<str:code>/draft/{address}", view, name=name)
        for address, view, name in (
            ("", drafts.draft, "draft"),
            ("begin/", drafts.begin, "draft_begin"),
            ("names/", drafts.names, "draft_names"),
            ("add/", drafts.add, "draft_add"),
            ("item/<uuid:uuid>/", drafts.change, "draft_item"),
            ("item/<uuid:uuid>/move/", drafts.move, "draft_move"),
            ("item/<uuid:uuid>/remove/", drafts.remove, "draft_remove"),
            ("preview/", drafts.preview, "draft_preview"),
            ("publish/", drafts.publish, "draft_publish"),
            ("discard/", drafts.discard, "draft_discard"),
        )
    ),
    path("day/<uuid:employee>/<check_day:on>/", records.day_detail, name="day"),
    path("live/", reports.live, name="live"),
    path("rates/", reports.rates, name="rates"),
    path("rates.<str:form>", reports.rates_file, name="rates_file"),
    path("areas/", areas.set_area, name="area"),
    path("draws/", draws.draw_list, name="draws"),
    path("draws/<uuid:uuid>/", draws.draw_detail, name="draw"),
    path("actions/", actions.action_list, name="actions"),
    path("actions/open/", actions.open_action, name="action_open"),
    path("actions/<uuid:uuid>/", actions.action_detail, name="action"),
    *(
        path(f"actions/<uuid:uuid>/{name}/", view, name=f"action_{name}")
        for name, view in (
            ("change", actions.change_action),
            ("done", actions.report_done),
            ("verify", actions.verify_action),
            ("return", actions.send_back),
            ("drop", actions.drop_action),
        )
    ),
    path("<uuid:uuid>/", records.check_detail, name="check"),
    path("<uuid:uuid>/correct/", card.correct, name="correct"),
    path("<uuid:uuid>/undo/", card.undo, name="undo"),
    path("<uuid:uuid>/choose/", card.choose, name="choose"),
    *deliveries_urls,
    *honesty_urls,
    *offline_urls,
    *campaign_urls,
    *floor_urls,
]
