"""The pages of rankings, read as a screen reader and weak eyes would, by axe-core.

One chain is made and looked at from every side: each page in English by day on a
tablet and in Chinese by night on a phone. Nothing may be wider than the screen.
"""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.rankings.models import PlaceScheme, RunStep, Scheme, SchemeVersion
from evaluations.rankings.services.places import compute_places
from evaluations.rankings.services.runs import create_run
from evaluations.rankings.services.schemes import draft_version
from evaluations.rankings.shipped import ship, ship_places
from staffing.people.models import User
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, TABLET
from tests.evaluations.rankings.factories import (
    line,
    outlet_in_county,
    post,
    post_month,
    published,
    ranked,
    worker,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VIEWS = [("en", "light", TABLET), ("zh-hans", "dark", PHONE)]


class Chain:
    """Three months, a quarter and a correction of a chain of two outlets."""

    def __init__(self) -> None:
        near = outlet_in_county(name="Riverside with a long name of its own")
        far = OutletFactory(region=near.region, outlet_class="A")
        self.clerk = staff_user(outlet=near)
        people = [self.clerk.employee]
        people += [worker(outlet) for outlet in (near, near, near, far, far, far)]
        for number, person in enumerate(people):
            for month, satisfied in (
                ("2026-09", 90 - number),
                ("2026-10", 80 + number),
                ("2026-11", 70),
            ):
                post_month(
                    person, month, onsite=(satisfied, 100), mystery=70 + 3 * number
                )
        published(ranked("2026-09"))
        self.run = ranked("2026-10")
        compute_places(run_id=self.run.pk, by=None)
        published(self.run)
        self.quarter = published(ranked("2026-Q4"))
        post(line(people[1], "knowledge", date(2026, 10, 2), points=50, out_of=100))
        self.draft = ranked("2026-10")
        self.waiting = create_run(
            period=self.run.parsed_period, scheme="onsite", by=None
        )
        self.waiting.step = RunStep.SCORING
        self.waiting.save()
        self.near = near
        self.number = self.clerk.employee.number
        self.operations = granted_user("operations")
        shipped = SchemeVersion.objects.filter(scheme__code="service_star").get()
        self.version = shipped
        self.edited = draft_version(version_id=shipped.pk, by=self.operations)

    @property
    def pages(self) -> list[tuple[User, str]]:
        """Return every page of the room with somebody who reads it."""

        def of(name, *args, query=""):
            return self.operations, reverse(f"rankings:{name}", args=args) + query

        run, draft, quarter = self.run.pk, self.draft.pk, self.quarter.pk
        return [
            (self.clerk, reverse("rankings:mine")),
            (self.clerk, reverse("rankings:how")),
            (self.clerk, reverse("rankings:outlets", args=[run])),
            of("list"),
            of("start"),
            of("run", run),
            of("run", draft),
            of("run", self.waiting.pk),
            of("explain", run, self.number),
            of("explain", quarter, self.number),
            of("explain", quarter, self.number, query="?month=2026-10"),
            of("exceptions", run),
            of("exceptions", draft),
            of("changes", run),
            of("changes", draft),
            of("late", run),
            of("movers", run),
            of("outlets", run),
            of("outlet", run, self.near.code),
            of("regions", run),
            of("what-if", run),
            of("what-if", run, query="?try=1&basis=adjusted&w_onsite=60"),
            of("what-if", quarter),
            of("schemes"),
            of("version", self.version.pk),
            of("version_edit", self.edited.pk),
        ]


@pytest.fixture
def chain(browse):
    ship(Scheme.objects, SchemeVersion.objects, "service_star", 1)
    ship(Scheme.objects, SchemeVersion.objects, "onsite", 1)
    ship_places(PlaceScheme.objects, "outlet_service", 1)
    return Chain()


def test_every_page_of_rankings_can_be_read_by_everybody(browse, chain):
    wrong = []
    for language, theme, size in VIEWS:
        windows = {
            user: browse(user, size=size, language=language, theme=theme)
            for user in (chain.clerk, chain.operations)
        }
        for user, address in chain.pages:
            page = windows[user]
            answer = page.goto(address)
            assert answer.status == 200, address
            found = violations(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size[0]:
                found.append(f"{wide} pixels wide")
            wrong += [(language, address, one) for one in found]
    assert wrong == []


def test_two_clicks_from_a_rank_of_a_quarter_to_its_entries(browse, chain):
    page = browse(chain.operations, size=PHONE)
    page.goto(reverse("rankings:run", args=[chain.quarter.pk]))
    page.locator("#standings").get_by_role("link", name=chain.number).click()
    expect(page.locator("#steps .rankings-bar:visible")).to_have_count(4)
    page.locator("#steps").get_by_role("link", name="Knowledge test").click()
    behind = page.locator("#part-knowledge")
    behind.wait_for(state="visible")
    days = behind.locator("tbody tr td:first-child").all_inner_texts()
    assert len(days) == 2
    assert behind.get_by_role("link", name="Ledger entry").count() == 2
