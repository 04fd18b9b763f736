"""What happens between two checks, tapped on a badly treated tablet.

Each tap has to be in the database exactly once, as a tap of the floor or as a record
that waits; and what the taps add up to may not depend on when they came.
"""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, Page

from evaluations.checks.models import (
    DeviceDay,
    FloorTap,
    Spill,
    Step,
    Topic,
    TrialDevice,
)
from evaluations.checks.services.devices import install_device
from evaluations.checks.spells import Began, Ended, spells
from outlets.flow.models import Fault, FaultKind
from outlets.places.models import Outlet
from staffing.people.models import User

ACTIONS = ("spill", "cleaned", "fault", "ended", "device", "trial", "retract")
DEVICES = ("T-1", "T-2")

# How many records the tablet has of an outlet, whatever became of them.
COUNT = """async (outlet) => {
  const db = await new Promise((resolve) => {
    const asked = indexedDB.open("starhall");
    asked.onsuccess = () => resolve(asked.result);
  });
  const rows = await new Promise((resolve) => {
    const asked = db.transaction("records").objectStore("records").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  db.close();
  return rows.filter((row) => row.message.outlet_code === outlet).length;
}"""
QUIET = "() => { document.getElementById('check-said').textContent = ''; }"
SPOKEN = "() => document.getElementById('check-said').textContent !== ''"


def furnish(outlet: Outlet, by: User) -> None:
    for code in DEVICES:
        install_device(outlet=outlet, kind="phone", code=code, since=None, by=by)


def tap_something(
    page: Page, outlet: Outlet, chance: random.Random, *, wait: bool = True
) -> str:
    """Tap something of the panel; return what, "" where it cannot be tapped now.

    Raises:
        AssertionError: a tap that the page took is not kept on the tablet.
    """
    panel = page.locator("#floor")
    pick = chance.choice(
        ("spill", "where", "fault", "event", "device", "trial", "less")
    )
    code = chance.choice(DEVICES)
    which = chance.random()
    menu, button = None, None
    line = panel.locator(f'.floor-device[data-device="{code}"]')
    if pick == "spill":
        button = panel.locator('form[data-floor="spill"] .floor-first')
    elif pick == "where":
        menu = panel.get_by_label("Spill: say where")
        button = panel.locator('.floor-box[data-floor="spill"] button').first
    elif pick == "fault":
        menu = panel.locator("summary", has_text="Fault")
        kind = "network" if which < 0.5 else "boss"
        button = panel.locator(f'button[name="kind"][value="{kind}"]')
    elif pick == "event":
        buttons = panel.locator(".floor-event button")
        if not buttons.count():
            return ""
        button = buttons.nth(int(which * buttons.count()))
    else:
        menu = panel.locator("summary", has_text="Trial devices")
        if pick == "device":
            button = line.locator(".floor-works" if which < 0.5 else ".floor-broken")
        else:
            form = ".floor-trial" if pick == "trial" else ".floor-untrial"
            button = line.locator(f"{form} button")
    return _tapped(page, outlet, pick, menu, button, wait=wait)


def _tapped(
    page: Page,
    outlet: Outlet,
    pick: str,
    menu: Locator | None,
    button: Locator,
    *,
    wait: bool,
) -> str:
    if menu is not None:
        menu.tap()
        if not button.is_visible():
            menu.tap()
            return ""
    # What bounces is one tap: the next is made once the form listens again.
    listening = button.locator("xpath=ancestor::form[not(@aria-busy)]")
    listening.wait_for(state="attached")
    if not wait:
        button.tap()
        return pick
    page.evaluate(QUIET)
    before = page.evaluate(COUNT, outlet.code)
    button.tap()
    page.wait_for_function(SPOKEN)
    kept = page.evaluate(COUNT, outlet.code) - before
    is_over = "of a day that is over" in page.locator("#check-said").inner_text()
    assert kept == (0 if is_over else 1), f"{pick}: {kept} records for one tap"
    open_menu = page.locator("#floor .floor-wide[open] > summary")
    if open_menu.count():
        open_menu.tap()
    return pick


# What became of it -------------------------------------------------------------------


def compare(
    outlet: Outlet,
    messages: list[dict[str, Any]],
    held: Counter[UUID],
    demand: Callable[[bool, str], None],
) -> int:
    """Compare what the tablets tapped with what is here; return how many taps."""
    sent = {UUID(m["uuid"]): m for m in messages if m["action"] in ACTIONS}
    rows = FloorTap.objects.filter(outlet=outlet).select_related(
        "trial_device", "names"
    )
    taps = {tap.uuid: tap for tap in rows}
    demand(taps.keys() <= sent.keys(), "a tap of the floor that nobody made")
    for uuid, message in sent.items():
        times = (uuid in taps) + held[uuid]
        demand(times == 1, f"{message['action']} {uuid} is there {times} times")
        if uuid in taps:
            demand(_says(taps[uuid]) == _said(message, taps), f"{uuid} says else")
    demand(_spills_here(outlet) == _spills_of(list(taps.values())), "spills")
    demand(_faults_here(outlet) == _faults_of(list(taps.values())), "faults")
    demand(_days_here(outlet) == _days_of(list(taps.values())), "trial devices")
    return len(sent)


def _says(tap: FloorTap) -> tuple[str, str, str, str]:
    device = tap.trial_device.code if tap.trial_device else ""
    return tap.topic, tap.step, tap.place, device


def _said(
    message: dict[str, Any], taps: dict[UUID, FloorTap]
) -> tuple[str, str, str, str]:
    action, device = message["action"], message.get("trial_device") or ""
    if action == "spill":
        return Topic.SPILL, Step.BEGAN, message.get("area") or "", ""
    if action == "fault":
        return Topic.FAULT, Step.BEGAN, message["kind"], ""
    if action == "trial":
        return Topic.TRIAL, Step.BEGAN, "", device
    if action == "device":
        step = Step.ENDED if message["working"] else Step.BEGAN
        return Topic.FAULT, step, FaultKind.TRIAL_DEVICE, device
    topic, _step, place, device = _says(taps[UUID(message["check"])])
    step = Step.RETRACTED if action == "retract" else Step.ENDED
    return topic, step, place, device


def _spells(taps: list[FloorTap]) -> list:
    return spells(
        [Began(tap.uuid, tap.observed_at) for tap in taps if tap.step == Step.BEGAN],
        [
            Ended(tap.uuid, tap.observed_at, tap.names.uuid if tap.names else None)
            for tap in taps
            if tap.step == Step.ENDED
        ],
        {tap.names.uuid for tap in taps if tap.step == Step.RETRACTED and tap.names},
    )


def _spills_of(taps: list[FloorTap]) -> set:
    places: dict[tuple, list[FloorTap]] = {}
    for tap in taps:
        if tap.topic == Topic.SPILL:
            places.setdefault((tap.on, tap.place), []).append(tap)
    return {
        (on, place, one.uuid, one.began_at, one.ended_at)
        for (on, place), some in places.items()
        for one in _spells(some)
    }


def _spills_here(outlet: Outlet) -> set:
    rows = Spill.objects.filter(outlet=outlet)
    return set(rows.values_list("on", "area", "uuid", "noticed_at", "cleaned_at"))


def _faults_of(taps: list[FloorTap]) -> set:
    things: dict[tuple, list[FloorTap]] = {}
    for tap in taps:
        if tap.topic == Topic.FAULT:
            code = tap.trial_device.code if tap.trial_device else ""
            things.setdefault((tap.place, code), []).append(tap)
    return {
        (kind, thing, one.uuid, one.began_at, one.ended_at)
        for (kind, thing), some in things.items()
        for one in _spells(some)
    }


def _faults_here(outlet: Outlet) -> set:
    rows = Fault.objects.filter(outlet=outlet)
    return set(rows.values_list("kind", "thing", "uuid", "started_at", "restored_at"))


def _days_of(taps: list[FloorTap]) -> set:
    back = {tap.names_id for tap in taps if tap.step == Step.RETRACTED}
    counted = [tap for tap in taps if tap.trial_device and tap.pk not in back]
    counted = [tap for tap in counted if tap.step != Step.RETRACTED]
    days: dict[tuple, list] = {}
    for tap in sorted(counted, key=lambda one: (one.observed_at, one.pk)):
        assert tap.trial_device is not None
        day = days.setdefault((tap.trial_device.code, tap.on), [None, 0])
        if tap.topic == Topic.TRIAL:
            day[1] += 1
        else:
            day[0] = tap.step == Step.ENDED
    return {(code, on, *said) for (code, on), said in days.items()}


def _days_here(outlet: Outlet) -> set:
    devices = TrialDevice.objects.filter(outlet=outlet)
    rows = DeviceDay.objects.filter(device__in=devices)
    said = rows.values_list("device__code", "on", "working", "trials")
    # A day on which everything was taken back says nothing.
    return {row for row in said if row[2:] != (None, 0)}
