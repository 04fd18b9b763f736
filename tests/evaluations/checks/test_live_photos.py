"""Live photos: drawn by a seed that is kept, asked for on the card, seen by few."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.checks.models import (
    CheckPhoto,
    DrawSeed,
    PhotoDraw,
    PhotoRequest,
)
from evaluations.checks.services.live_photos import draw_live_photos, drawn_again
from evaluations.checks.services.photos import Piece, take_piece
from staffing.people.personal.keeping import kinds
from tests.evaluations.checks.factories import another_lead, make_floor
from tests.evaluations.checks.honesty import (
    asked,
    card_of_day,
    everything_scored,
    photo_of,
    picture,
)
from tests.evaluations.checks.queue import ticket_of
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


@pytest.fixture
def floor():
    return make_floor(people=4)


@pytest.fixture
def _every_day(settings):
    settings.CHECKS_LIVE_PHOTO_ONE_IN = 1


def open_card(client, floor, by=None):
    client.force_login(by or floor.manager)
    return client.get(reverse("checks:card"), {"outlet": floor.outlet.code})


@pytest.mark.usefixtures("_every_day")
class TestDraw:
    def test_one_or_two_are_drawn_and_the_seed_gives_them_again(self, floor):
        assert draw_live_photos(timezone.now()) in (1, 2)
        [draw] = PhotoDraw.objects.all()
        drawn = {str(one.employee.uuid) for one in draw.requests.all()}
        assert set(drawn_again(draw)) == drawn
        assert draw.candidates == sorted(str(one.uuid) for one in floor.people)

    def test_drawing_again_changes_nothing(self, floor):
        draw_live_photos(timezone.now())
        before = list(PhotoRequest.objects.values())
        seed = DrawSeed.objects.get().seed
        assert draw_live_photos(timezone.now()) == 0
        assert list(PhotoRequest.objects.values()) == before
        assert DrawSeed.objects.get().seed == seed

    def test_who_takes_the_photos_is_in_none(self, settings):
        settings.CHECKS_LIVE_PHOTO_PEOPLE = 9
        floor = make_floor(people=1)
        another_lead(floor)
        for _run in range(3):
            draw_live_photos(timezone.now())
        assert set(PhotoRequest.objects.values_list("employee", flat=True)) == {
            floor.people[0].pk
        }

    def test_an_outlet_without_people_is_drawn_once_it_has_some(self):
        floor = make_floor(people=0)
        assert draw_live_photos(timezone.now()) == 0
        assert not PhotoDraw.objects.exists()
        assert floor.outlet is not None

    def test_each_outlet_is_drawn_for_its_own_day(self):
        make_floor(people=1, timezone="Asia/Shanghai", day_starts_at="04:00")
        make_floor(people=1, timezone="America/New_York")
        draw_live_photos(datetime(2026, 10, 15, 19, 0, tzinfo=UTC))
        # Three in the morning of the 16th over there, and its day began on the 15th.
        assert set(PhotoRequest.objects.values_list("on", flat=True)) == {
            date(2026, 10, 15)
        }
        draw_live_photos(datetime(2026, 10, 15, 20, 30, tzinfo=UTC))
        assert PhotoRequest.objects.filter(on=date(2026, 10, 16)).count() == 1

    def test_a_closed_outlet_is_asked_nothing(self):
        make_floor(people=1, closed_on=date(2020, 1, 1))
        assert draw_live_photos(timezone.now()) == 0

    def test_the_settings_of_the_day_stay_with_its_seed(self, floor, settings):
        draw_live_photos(timezone.now())
        settings.CHECKS_LIVE_PHOTO_ONE_IN = 0
        [draw] = PhotoDraw.objects.all()
        assert drawn_again(draw)
        assert draw.seed.one_in == 1


def test_with_zero_nobody_is_asked(floor, settings):
    settings.CHECKS_LIVE_PHOTO_ONE_IN = 0
    assert draw_live_photos(timezone.now()) == 0


def test_the_card_asks_at_that_persons_line_and_no_other(floor, client):
    request = asked(floor, floor.people[1])
    page = open_card(client, floor).content.decode()
    assert page.count("data-live=") == 1
    assert f'data-live="{request.uuid}" data-state="asked"' in page
    line = page[page.index(f'id="row-{floor.people[1].pk}-') :]
    assert (
        f"Please take a photo now: {floor.people[1].name}"
        in line.split("</section>")[0]
    )


def test_the_card_costs_the_same_with_one_photo_asked_for_and_with_four(
    floor, client, django_assert_num_queries
):
    asked(floor, floor.people[0])
    client.force_login(floor.manager)
    url = reverse("checks:card") + f"?outlet={floor.outlet.code}"
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for person in floor.people[1:]:
        asked(floor, person)
    with django_assert_num_queries(len(one)):
        client.get(url)


def send(floor, request, content, **given):
    values = {
        "photo": uuid4(),
        "check": request.uuid,
        "item": "",
        "length": len(content),
        "offset": 0,
        "content": content,
        "taken_at": timezone.now(),
        "ticket": ticket_of(floor),
        "device": None,
    }
    return take_piece(Piece(**values | given))


def test_a_photo_that_a_tablet_sends_answers_the_request(floor, client):
    request = asked(floor, floor.people[0])
    photo = send(floor, request, picture().getvalue())
    assert photo.author == floor.manager
    page = open_card(client, floor).content.decode()
    assert f'data-live="{request.uuid}" data-state="come"' in page
    assert reverse("checks:photo", args=[photo.uuid]) in page


def test_without_scripts_the_form_takes_the_photo_once(floor, client):
    request = asked(floor, floor.people[0])
    client.force_login(floor.manager)
    url = reverse("checks:live_photo", args=[request.uuid])
    assert client.post(url).status_code == 302
    assert not CheckPhoto.objects.exists()
    client.post(url, {"photo": picture()})
    photo = CheckPhoto.objects.get(check_uuid=request.uuid)
    assert (photo.author, photo.taken_at is not None) == (floor.manager, True)
    answer = client.post(url, {"photo": picture()}, follow=True)
    assert "has been taken already" in answer.content.decode()
    assert CheckPhoto.objects.count() == 1


def test_a_photo_of_yesterday_is_too_late_and_no_file_is_kept(floor, client):
    request = asked(floor, floor.people[0], days_ago=1)
    client.force_login(floor.manager)
    url = reverse("checks:live_photo", args=[request.uuid])
    answer = client.post(url, {"photo": picture()}, follow=True)
    assert "This day is over" in answer.content.decode()
    assert not CheckPhoto.objects.exists()


def test_nobody_takes_her_own_photo(floor, client):
    request = asked(floor, floor.manager.employee)
    client.force_login(floor.manager)
    url = reverse("checks:live_photo", args=[request.uuid])
    answer = client.post(url, {"photo": picture()}, follow=True)
    assert "Nobody takes her own photo" in answer.content.decode()
    assert not CheckPhoto.objects.exists()


def test_who_may_see_a_live_photo(floor):
    """The outlet's leads, the supervisor, the person: fewer than see the check."""
    check = card_of_day(floor, 0)[0]
    request = asked(floor, floor.people[0])
    live, evidence = photo_of(request.uuid), photo_of(check.uuid)
    region = floor.outlet.region
    sees = {
        "manager": floor.manager,
        "supervisor": another_lead(floor),
        "county": granted_user("regional_supervisor", region=region),
        "person": UserFactory(employee=floor.people[0]),
    }
    others = {
        "colleague": UserFactory(employee=floor.people[1]),
        "hr": granted_user("hr"),
        "auditor": granted_user("auditor"),
        "administrator": granted_user("administrator"),
        "elsewhere": make_floor().manager,
    }

    def seen(users):
        return {
            name
            for name, user in users.items()
            if CheckPhoto.objects.visible_to(user).filter(pk=live.pk).exists()
        }

    assert seen(sees) == set(sees)
    assert seen(others) == set()
    # What was taken of the check itself is seen by who sees the check.
    assert CheckPhoto.objects.visible_to(others["hr"]).get() == evidence


def test_a_live_photo_is_no_evidence_for_a_failed_item_and_moves_nothing(floor):
    card_of_day(floor, 0)
    before = everything_scored()
    request = asked(floor, floor.people[0])
    send(floor, request, picture().getvalue())
    assert everything_scored() == before


def test_the_page_of_draws_draws_again_and_says_when_it_comes_out_otherwise(
    floor, client, settings
):
    settings.CHECKS_LIVE_PHOTO_ONE_IN = 1
    draw_live_photos(timezone.now())
    county = granted_user("regional_supervisor", region=floor.outlet.region)
    client.force_login(county)
    page = client.get(reverse("checks:photo_draws")).content.decode()
    assert "the same" in page
    assert "otherwise" not in page
    PhotoDraw.objects.update(candidates=[])
    page = client.get(reverse("checks:photo_draws")).content.decode()
    assert "otherwise" in page


def test_live_photos_go_by_a_rule_of_their_own(floor):
    check = card_of_day(floor, 0)[0]
    request = asked(floor, floor.people[0])
    live, evidence = photo_of(request.uuid), photo_of(check.uuid)
    CheckPhoto.objects.update(begun_at=timezone.now() - timedelta(days=400))
    rules = kinds()

    def expire(code):
        action = rules[code].actions[0]
        return rules[code].apply(timezone.localdate(), action, 100)

    assert expire("live_photos") == 1
    assert list(CheckPhoto.objects.all()) == [evidence]
    live = photo_of(request.uuid)
    CheckPhoto.objects.update(begun_at=timezone.now() - timedelta(days=400))
    assert expire("check_photos") == 1
    assert list(CheckPhoto.objects.all()) == [live]
    assert PhotoRequest.objects.get() == request


def test_an_earlier_day_can_be_read_and_takes_no_photo(floor, client):
    request = asked(floor, floor.people[0], days_ago=1)
    client.force_login(floor.manager)
    on = floor.today - timedelta(days=1)
    query = {"outlet": floor.outlet.code, "on": f"{on:%F}"}
    page = client.get(reverse("checks:card"), query).content.decode()
    assert f'data-live="{request.uuid}"' in page
    assert reverse("checks:live_photo", args=[request.uuid]) not in page
    assert "none has come" in page
