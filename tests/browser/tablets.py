"""Tablets that are treated badly: seeded sequences of everything that goes wrong.

A sequence drives the real card of one outlet on two tablets against a real server:
taps, undos, corrections, spills, faults and trial devices between lost networks,
reloads, killed pages and browsers, wrong clocks, second tabs, server errors and answers
that get lost after the server has written. In the end every network is back, and what
the tablets hold is compared with the database and the ledger: each record is there
once, as a check, as a tap of the floor or as one that waits for a person, and nothing
else is.
"""

import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Error,
    Page,
    Route,
    expect,
)

from evaluations.checks.models import Check, CheckState, Delivery, HeldCheck
from evaluations.checks.posting import day_id
from evaluations.ledger.models import Entry
from staffing.people.models import User
from tests.browser import floors
from tests.evaluations.checks.factories import Floor, another_lead, make_floor

STEPS = 18
# What happens at a step, and how often in a hundred.
OFTEN = {
    "tap": 32,
    "floor": 20,
    "offline": 8,
    "online": 8,
    "reload": 7,
    "kill": 6,
    "clock": 5,
    "fault": 10,
    "tab": 4,
}
PEOPLE = 4
ITEMS = ("G01", "G02", "G03", "G16")
# Minutes by which a clock is wrong: within tolerance, beyond it, by a time zone, a day.
CLOCKS = (0, 1, -9, 30, -200, 480, 1500, -1600)
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]

# The clock of the page is wrong by what the tablet remembers, from its next page on.
WRONG_CLOCK = """(() => {
  let ahead = 0;
  try { ahead = Number(localStorage.getItem("wrong-clock") ?? 0) * 60000; } catch {}
  if (!ahead) return;
  const Right = Date;
  self.Date = class extends Right {
    constructor(...given) {
      if (given.length) super(...given); else super(Right.now() + ahead);
    }
    static now() { return Right.now() + ahead; }
  };
})()"""

# Everything the tablet has ever kept of one outlet, in the order of the taps.
KEPT = """async (outlet) => {
  const db = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("starhall");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const rows = await new Promise((resolve) => {
    const asked = db.transaction("records").objectStore("records").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  db.close();
  return rows.filter((row) => row.message.outlet_code === outlet);
}"""


class Lost(AssertionError):
    """A record is not where it has to be; the message holds the seed."""


@dataclass
class Faults:
    """What happens to the next deliveries of a tablet."""

    coming: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)

    def handle(self, route: Route) -> None:
        fault = self.coming.pop(0) if self.coming else ""
        if fault:
            self.met[f"answer: {fault}"] += 1
        try:
            if fault == "error":
                route.fulfill(status=500, body="no")
            elif fault == "busy":
                route.fulfill(status=503, body="busy")
            elif fault == "lost":
                route.abort("connectionreset")
            elif fault == "timeout":
                route.abort("timedout")
            elif fault == "unanswered":
                route.fetch()  # the server has written; the tablet never hears of it
                route.abort("connectionreset")
            elif fault == "twice":
                route.fetch()
                route.fulfill(response=route.fetch())
            elif fault == "garbled":
                route.fulfill(response=route.fetch(), body="<html>")
            else:
                route.continue_()
        except Error:
            pass  # the page that asked has been killed meanwhile


FAULTS = ("error", "busy", "lost", "timeout", "unanswered", "twice", "garbled")


@dataclass
class Tablet:
    """One tablet with its browser's storage; `folder` is set where it can be killed."""

    url: str
    browser: Browser | None = None
    launcher: BrowserType | None = None
    executable: Path | None = None
    folder: str = ""
    faults: Faults = field(default_factory=Faults)
    offline: bool = False
    context: BrowserContext = None  # type: ignore[assignment]
    page: Page = None  # type: ignore[assignment]
    others: list[Page] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    session: str = ""

    def start(self) -> None:
        options: dict[str, Any] = {
            "base_url": self.url,
            "viewport": {"width": 768, "height": 1024},
            "has_touch": True,
            "reduced_motion": "reduce",
        }
        if self.launcher is not None:
            self.context = self.launcher.launch_persistent_context(
                self.folder,
                executable_path=self.executable,
                args=ARGUMENTS,
                **options,
            )
        else:
            assert self.browser is not None
            self.context = self.browser.new_context(**options)
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(WRONG_CLOCK)
        self.context.route("**/checks/queue/", self.faults.handle)

    def sign_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._remember()
        self.shown = {}

    def _remember(self) -> None:
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies(
            [{"name": name, "value": self.session, "url": self.url}]
        )

    def open(self) -> None:
        self.page = self.context.new_page()
        self.page.goto("/checks/")
        self.settled()

    def settled(self) -> None:
        self.page.wait_for_selector("html[data-queue=ready]", state="attached")

    def kept(self) -> None:
        """Wait until the card would open without a network."""
        self.page.wait_for_selector("html[data-kept=true]", state="attached")

    def set_offline(self, offline: bool) -> None:
        self.offline = offline
        self.context.set_offline(offline)

    def reload(self) -> None:
        self.page.reload()
        self.settled()

    def kill(self) -> None:
        """End the page, or the whole browser, and open the card again."""
        if self.launcher is not None:
            self.context.close()
            self.start()
            self._remember()
            if self.offline:
                self.context.set_offline(True)
        else:
            self.page.close(run_before_unload=False)
        self.others = []
        self.open()

    def close(self) -> None:
        for page in (*self.others, self.page):
            if page is not None and not page.is_closed():
                page.close()
        self.others, self.page = [], None  # type: ignore[assignment]


@dataclass
class Sequence:
    """One seeded story of an outlet's morning on two tablets."""

    seed: int
    first: Tablet
    second: Tablet

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 a test is repeated by it
        self.done: Counter[str] = Counter()

    def run(self) -> Counter[str]:
        floor = make_floor(people=PEOPLE)
        floors.furnish(floor.outlet, floor.manager)
        for tablet, user in (
            (self.first, floor.manager),
            (self.second, another_lead(floor)),
        ):
            tablet.sign_in(user)
            tablet.open()
            tablet.kept()
        for _step in range(STEPS):
            tablet = self.first if self.chance.random() < 0.7 else self.second
            self._step(tablet, floor)
        kept = [self._finish(tablet, floor) for tablet in (self.first, self.second)]
        self._compare(floor, kept)
        for tablet in (self.first, self.second):
            self.done.update(tablet.faults.met)
            tablet.faults.met.clear()
            tablet.close()
        return self.done

    # One thing after the other ------------------------------------------------------

    def _step(self, tablet: Tablet, floor: Floor) -> None:
        what = self.chance.choices(list(OFTEN), weights=list(OFTEN.values()))[0]
        self.done[what] += 1
        if what == "tap":
            self._tap(tablet, floor)
        elif what == "floor":
            self._between(tablet, floor)
        elif what == "offline":
            tablet.set_offline(True)
        elif what == "online":
            tablet.set_offline(False)
        elif what == "reload":
            tablet.reload()
        elif what == "kill":
            sort = self.chance.random()
            if sort < 0.4:
                self._tap(tablet, floor, wait=False)
            elif sort < 0.6:
                self._between(tablet, floor, wait=False)
            tablet.kill()
        elif what == "clock":
            minutes = self.chance.choice(CLOCKS)
            script = "(m) => localStorage.setItem('wrong-clock', m)"
            tablet.page.evaluate(script, minutes)
            tablet.reload()
        elif what == "fault":
            tablet.faults.coming += self.chance.choices(FAULTS, k=2)
        else:
            self._tab(tablet)

    def _between(self, tablet: Tablet, floor: Floor, *, wait: bool = True) -> None:
        try:
            done = floors.tap_something(
                tablet.page, floor.outlet, self.chance, wait=wait
            )
        except AssertionError as error:
            raise Lost(f"seed {self.seed}: {error}") from error
        self.done[f"floor: {done or 'nothing to tap'}"] += 1

    def _tab(self, tablet: Tablet) -> None:
        """A second tab of the same browser sends as well; it may be the one used."""
        other = tablet.context.new_page()
        other.goto("/checks/")
        tablet.others.append(tablet.page)
        tablet.page = other
        tablet.settled()

    def _tap(self, tablet: Tablet, floor: Floor, *, wait: bool = True) -> None:
        person = self.chance.choice(floor.people)
        row = tablet.page.locator(f"#row-{person.pk}-opening")
        choices = self.chance.random(), self.chance.sample(ITEMS, 2)
        state = row.get_attribute("class") or ""
        if row.get_attribute("data-group") is None:
            return self._choose(tablet, row)
        before = row.get_attribute("data-uuid")
        if "check-yet" in state and choices[0] < 0.6:
            row.locator(".check-ok").tap()
            self.done["all right"] += 1
        elif "check-yet" not in state and choices[0] < 0.4:
            row.locator(".check-undo").tap()
            self.done["undo"] += 1
        else:
            row.locator("a.check-name").tap()
            if not row.locator(".check-items").count():
                return None  # an earlier version, or somebody else's: not this tablet's
            for code in choices[1]:
                row.locator(f'.check-item[data-code="{code}"] > label').tap()
            row.locator(".check-save").tap()
            self.done["correct" if before else "failed"] += 1
        if not wait:
            return None
        # Shown as done, or refused on the line; in both cases at once.
        row.and_(tablet.page.locator(":not(:has(.check-items))")).or_(
            row.locator(".check-error").first
        ).first.wait_for(state="attached")
        uuid = row.get_attribute("data-uuid")
        if uuid and uuid != before:
            tablet.shown[uuid] = str(person.pk)
        return None

    def _choose(self, tablet: Tablet, row: Any) -> None:
        """Two tablets differ here: somebody settles it, when the network allows."""
        button = row.locator(".check-choose").first
        if tablet.offline or not button.count():
            return
        button.tap()
        self.done["choose"] += 1
        expect(row.locator(".check-choice")).to_have_count(0, timeout=20_000)

    # What became of it --------------------------------------------------------------

    def _finish(self, tablet: Tablet, floor: Floor) -> list[dict[str, Any]]:
        """Everything works again: open the card and wait until nothing waits."""
        tablet.faults.coming.clear()
        tablet.set_offline(False)
        script = "localStorage.removeItem('wrong-clock')"
        tablet.page.evaluate(script)
        tablet.reload()
        try:
            tablet.page.wait_for_selector("#check-queue[data-waiting='0']")
        except Error as error:
            said = tablet.page.locator("#check-queue").inner_text()
            raise Lost(f"seed {self.seed}: the queue stays: {said}") from error
        return tablet.page.evaluate(KEPT, floor.outlet.code)

    def _compare(self, floor: Floor, kept: list[list[dict[str, Any]]]) -> None:
        for tablet, rows in zip((self.first, self.second), kept, strict=True):
            names = {row["message"]["uuid"] for row in rows}
            self._demand(tablet.shown.keys() <= names, "shown, but not kept")
        messages = [row["message"] for rows in kept for row in rows]
        sent = [UUID(message["uuid"]) for message in messages]
        self._demand(len(set(sent)) == len(sent), "one name for two taps")
        answered = Delivery.objects.filter(uuid__in=sent)
        self._demand(answered.count() == len(sent), "a tap was never answered for")
        made = [UUID(m["uuid"]) for m in messages if m["action"] == "record"]
        checks = {c.uuid: c for c in Check.objects.filter(outlet=floor.outlet)}
        held = Counter(
            HeldCheck.objects.filter(outlet=floor.outlet).values_list("uuid", flat=True)
        )
        self._demand(checks.keys() <= set(made), "a check that nobody tapped")
        self._demand(held.keys() <= set(sent), "something waits that nobody tapped")
        for uuid in made:
            times = (uuid in checks) + held[uuid]
            self._demand(times == 1, f"{uuid} is there {times} times")
        self.done["records"] += len(made)
        self.done["taps of the floor"] += floors.compare(
            floor.outlet, messages, held, self._demand
        )
        self.done["held"] += sum(held.values())
        self.done["conflicts"] += sum(
            c.state == CheckState.CONFLICT for c in checks.values()
        )
        self._compare_words(messages, checks, held)
        self._compare_ledger(floor, checks)

    def _compare_words(
        self, messages: list[dict], checks: dict[UUID, Check], held: Counter[UUID]
    ) -> None:
        """A check says what was tapped last on it."""
        last: dict[UUID, list[str]] = {}
        for message in messages:
            if message["action"] not in ("record", "correct"):
                continue
            if held[UUID(message["uuid"])]:
                continue
            last[UUID(message["check"] or message["uuid"])] = message["failed"]
        for uuid, failed in last.items():
            if uuid not in checks:
                continue
            marks = checks[uuid].marks.filter(mark="failed")
            codes = sorted(marks.values_list("item__code", flat=True))
            self._demand(codes == sorted(failed), f"{uuid} says {codes}, not {failed}")

    def _compare_ledger(self, floor: Floor, checks: dict[UUID, Check]) -> None:
        for person in floor.people:
            standing = [
                c
                for c in checks.values()
                if c.employee_id == person.pk and c.state == CheckState.STANDING
            ]
            self._demand(len(standing) <= 1, f"{person} is checked twice")
            daily = Entry.objects.standing().filter(
                component="daily", source_id=day_id(person.uuid, floor.today)
            )
            rates = Entry.objects.standing().filter(
                component="daily_rate", employee=person, outlet=floor.outlet
            )
            self._demand(daily.count() == len(standing), f"{person} in the ledger")
            self._demand(rates.count() == len(standing), f"{person}'s rate")

    def _demand(self, holds: bool, what: str) -> None:
        if not holds:
            raise Lost(f"seed {self.seed}: {what}")


@dataclass
class Morning:
    """Many sequences on the same two tablets; some on browsers that are killed."""

    url: str
    browser: Browser
    launcher: BrowserType
    executable: Path
    kill_every: int = 8

    def run(self, seeds: range) -> Counter[str]:
        total: Counter[str] = Counter()
        pair = self._pair()
        for number, seed in enumerate(seeds):
            if self.kill_every and number % self.kill_every == self.kill_every - 1:
                total.update(self._with_kills(seed))
                continue
            try:
                total.update(Sequence(seed, *pair).run())
            except Error as error:
                raise Lost(f"seed {seed}: {error}") from error
            total["sequences"] += 1
        for tablet in pair:
            tablet.context.close()
        return total

    def _pair(self) -> tuple[Tablet, Tablet]:
        pair = Tablet(self.url, self.browser), Tablet(self.url, self.browser)
        for tablet in pair:
            tablet.start()
        return pair

    def _with_kills(self, seed: int) -> Counter[str]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            killed = Tablet(
                self.url,
                launcher=self.launcher,
                executable=self.executable,
                folder=folder,
            )
            other = Tablet(self.url, self.browser)
            killed.start()
            other.start()
            done = Sequence(seed, killed, other).run()
            killed.context.close()
            other.context.close()
        done["sequences"] += 1
        done["on a browser that is killed"] += 1
        return done
