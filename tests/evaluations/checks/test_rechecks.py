"""Blind re-checks: drawn once, judged unseen, compared afterwards, scored never."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.checks.models import Check, CorrectiveAction, Recheck, Retaken
from evaluations.checks.rules import Mark
from evaluations.checks.selectors.rechecks import agreement_report, side_by_side
from evaluations.checks.services import correct_check
from evaluations.checks.services.photos import keep_photo
from evaluations.checks.services.rechecking import (
    DrawnAlready,
    JudgedAlready,
    NothingToDraw,
    RecheckOver,
    WrongDay,
    draw_recheck,
    drawn_again,
    judge_again,
)
from evaluations.ledger.lots import chosen
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.checks.honesty import card_of_day, everything_scored
from tests.evaluations.checks.test_pictures import scene, written
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    return make_floor(people=8)


@pytest.fixture
def county(floor):
    return granted_user("regional_supervisor", region=floor.outlet.region)


def draw(floor, county, **given):
    for person in floor.people:
        marks = {"G03": "failed"} if person in floor.people[:2] else {}
        tap(floor, person, marks=given.get("marks", {}).get(person.pk, marks))
    return draw_recheck(outlet=floor.outlet, on=floor.today, by=county)


def judge_all(recheck, county, marks=None):
    """Judge the whole sample; `marks` by employee id, everybody else passes."""
    for row in recheck.retaken.all():
        said = (marks or {}).get(row.check_record.employee_id, {})
        judge_again(
            retaken=row,
            marks={code: Mark(mark) for code, mark in said.items()},
            by=county,
        )
    recheck.refresh_from_db()


def test_a_sample_is_drawn_by_a_seed_that_gives_it_again(floor, county):
    recheck = draw(floor, county)
    uuids = sorted(str(uuid) for uuid in Check.objects.values_list("uuid", flat=True))
    sample = [str(row.check_record.uuid) for row in recheck.retaken.all()]
    assert recheck.drawn_from == uuids
    assert sample == chosen(recheck.seed, uuids, 5) == drawn_again(recheck)
    assert [row.position for row in recheck.retaken.all()] == [1, 2, 3, 4, 5]


def test_nobody_draws_twice_from_one_day(floor, county):
    draw(floor, county)
    with pytest.raises(DrawnAlready):
        draw_recheck(outlet=floor.outlet, on=floor.today, by=county)
    assert (Recheck.objects.count(), Retaken.objects.count()) == (1, 5)


def test_yesterday_may_be_drawn_from_and_no_earlier_or_later_day(floor, county):
    for ago in (1, 2):
        card_of_day(floor, ago)
    yesterday = floor.today - timedelta(days=1)
    assert draw_recheck(outlet=floor.outlet, on=yesterday, by=county).on == yesterday
    for on in (floor.today - timedelta(days=2), floor.today + timedelta(days=1)):
        with pytest.raises(WrongDay):
            draw_recheck(outlet=floor.outlet, on=on, by=county)


def test_without_checks_that_somebody_else_made_nothing_is_drawn(floor, county):
    tap(floor, None, standard="ENVIRONMENT")  # of the outlet itself
    with pytest.raises(NothingToDraw):
        draw_recheck(outlet=floor.outlet, on=floor.today, by=county)
    assert not Recheck.objects.exists()


@pytest.mark.parametrize("role", ["hr", "auditor", "administrator"])
def test_only_who_corrects_there_draws(floor, role):
    tap(floor, floor.people[0])
    for by in (granted_user(role), floor.manager, make_floor().manager):
        with pytest.raises(PermissionDenied):
            draw_recheck(outlet=floor.outlet, on=floor.today, by=by)


def test_the_second_judgement_makes_no_check_and_no_entry(floor, county):
    recheck = draw(floor, county)
    before = everything_scored()
    assert len(before[0]) > 0
    marks = {person.pk: {"G01": "failed"} for person in floor.people}
    judge_all(recheck, county, marks)
    assert recheck.finished_at is not None
    assert everything_scored() == before


def test_only_who_drew_judges_and_each_only_once(floor, county):
    recheck = draw(floor, county)
    row = recheck.retaken.first()
    other = granted_user("regional_supervisor", region=floor.outlet.region)
    with pytest.raises(PermissionDenied):
        judge_again(retaken=row, marks={}, by=other)
    judge_again(retaken=row, marks={"G03": Mark.FAILED}, by=county)
    with pytest.raises(JudgedAlready):
        judge_again(retaken=row, marks={}, by=county)
    row.refresh_from_db()
    assert row.marks == {"G03": "failed"}


def test_a_day_later_it_is_another_days(floor, county):
    recheck = draw(floor, county)
    Recheck.objects.update(drawn_at=timezone.now() - timedelta(hours=24))
    with pytest.raises(RecheckOver):
        judge_again(retaken=recheck.retaken.first(), marks={}, by=county)


def test_a_later_correction_changes_nothing_that_was_compared(floor, county):
    recheck = draw(floor, county)
    judge_all(recheck, county)
    before = [(row.first_marks, row.marks) for row in recheck.retaken.all()]
    for check in Check.objects.all():
        correct_check(uuid=check.uuid, marks={"G01": Mark.FAILED}, by=floor.manager)
    after = [(row.first_marks, row.marks) for row in recheck.retaken.all()]
    assert after == before


# Blind --------------------------------------------------------------------------------


def test_the_judges_pages_show_nothing_of_the_first_judgement(floor, county, client):
    marks = {p.pk: {"G03": "failed", "G05": "not_observed"} for p in floor.people}
    recheck = draw(floor, county, marks=marks)
    Check.objects.update(note="BADGE AT HOME")
    client.force_login(county)
    pages = [client.get(reverse("checks:recheck", args=[recheck.uuid]))]
    for n in range(1, 6):
        url = reverse("checks:recheck_judge", args=[recheck.uuid, n])
        pages.append(client.get(url))
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "BADGE AT HOME" not in text
        assert " checked" not in text.replace("not checked", "")
        assert " selected" not in text


def test_the_card_the_check_and_the_day_stay_closed_until_it_is_finished(
    floor, county, client
):
    recheck = draw(floor, county)
    row = recheck.retaken.first()
    check = row.check_record
    urls = [
        f"{reverse('checks:card')}?outlet={floor.outlet.code}",
        reverse("checks:check", args=[check.uuid]),
        reverse("checks:day", args=[check.employee.uuid, check.on]),
    ]
    client.force_login(county)
    for url in urls:
        assert client.get(url).url == reverse("checks:recheck", args=[recheck.uuid])
    other = granted_user("regional_supervisor", region=floor.outlet.region)
    client.force_login(other)
    assert [client.get(url).status_code for url in urls] == [200] * 3
    judge_all(recheck, county)
    client.force_login(county)
    assert [client.get(url).status_code for url in urls] == [200] * 3


def test_lists_rates_photos_and_actions_leave_the_day_out_until_it_is_finished(
    floor, county, client
):
    marks = {person.pk: {"G03": "failed"} for person in floor.people}
    recheck = draw(floor, county, marks=marks)
    check = recheck.retaken.first().check_record
    photo = keep_photo(
        belongs_to=check.uuid, content=written(scene()), item="G03", by=floor.manager
    )
    action = CorrectiveAction.objects.create(
        outlet=floor.outlet,
        check_record=check,
        owner=floor.manager.employee,
        task="Order badges",
        due_on=floor.today,
        opened_by=floor.manager,
    )
    addresses = {
        reverse("checks:list"): f"on={floor.today:%F}",
        reverse("checks:rates"): "G03",
        reverse("checks:rates_file", args=["csv"]): "G03",
        reverse("checks:actions"): "Order badges",
    }
    address = reverse("checks:photo", args=[photo.uuid])
    page = reverse("checks:action", args=[action.uuid])

    def shown():
        texts = {url: client.get(url) for url in addresses}
        return {
            url: addresses[url] in b"".join(answer).decode()  # a file comes in pieces
            for url, answer in texts.items()
        }

    client.force_login(county)
    assert shown() == dict.fromkeys(addresses, False)
    assert client.get(address).status_code == 404
    assert client.get(page).url == reverse("checks:recheck", args=[recheck.uuid])
    other = granted_user("regional_supervisor", region=floor.outlet.region)
    client.force_login(other)
    assert shown() == dict.fromkeys(addresses, True)
    assert client.get(address).status_code == 200
    judge_all(recheck, county)
    client.force_login(county)
    assert shown() == dict.fromkeys(addresses, True)
    assert client.get(address).status_code == 200
    assert client.get(page).status_code == 200


def test_judging_on_the_pages_leads_to_both_side_by_side(floor, county, client):
    client.force_login(county)
    for person in floor.people:
        tap(floor, person, marks={"G03": "failed"})
    form = {"outlet": floor.outlet.code, "on": f"{floor.today:%F}"}
    answer = client.post(reverse("checks:recheck_draw"), form)
    recheck = Recheck.objects.get()
    assert answer.url == reverse("checks:recheck", args=[recheck.uuid])
    for n in range(1, 6):
        url = reverse("checks:recheck_judge", args=[recheck.uuid, n])
        said = {"not_met": "1"} if n == 5 else {"failed": ["G01"] if n == 1 else []}
        assert client.post(url, said).url == answer.url
    page = client.get(answer.url).content.decode()
    assert "2 items judged otherwise" in page
    assert "not met" in page
    assert "the same" in page  # drawn again


def test_what_is_wrong_with_the_form_is_said(floor, county, client):
    client.force_login(county)
    url = reverse("checks:recheck_draw")

    def said(**form):
        return client.post(url, form).content.decode()

    today = f"{floor.today:%F}"
    assert "You see no outlet" in said(outlet="NOWHERE", on=today)
    assert "You see no outlet" in said(outlet=make_floor().outlet.code, on=today)
    assert "no check of that day" in said(outlet=floor.outlet.code, on=today)
    assert "today or yesterday" in said(outlet=floor.outlet.code, on="2020-01-01")
    assert not Recheck.objects.exists()


def test_an_item_that_is_not_asked_is_refused(floor, county, client):
    recheck = draw(floor, county)
    client.force_login(county)
    url = reverse("checks:recheck_judge", args=[recheck.uuid, 1])
    page = client.post(url, {"failed": ["NOPE"]}).content.decode()
    assert "NOPE" in page
    assert recheck.retaken.filter(judged_at=None).count() == 5


# Agreement ----------------------------------------------------------------------------


def test_side_by_side_says_what_each_said(floor, county):
    first = {floor.people[n].pk: {"G03": "failed"} for n in range(8)}
    recheck = draw(floor, county, marks=first)
    second = {floor.people[n].pk: {"G01": "not_observed"} for n in range(8)}
    judge_all(recheck, county, second)
    side = side_by_side(recheck)[0]
    assert [(one.item.code, one.first, one.second) for one in side.marked] == [
        ("G01", "passed", "not_observed"),
        ("G03", "failed", "passed"),
    ]
    assert side.different == 2


def test_agreement_by_item_and_by_manager_counts_pairs_exactly(floor, county, settings):
    """Worked example: five people, 15 asked items each, one manager.

    First G03 fails for all; second for three of them, and G01 could not be observed.
    """
    settings.CHECKS_KAPPA_LEAST_PAIRS = 5
    first = {person.pk: {"G03": "failed"} for person in floor.people}
    recheck = draw(floor, county, marks=first)
    people = [row.check_record.employee_id for row in recheck.retaken.all()]
    second = {pk: {"G03": "failed", "G01": "not_observed"} for pk in people[:3]}
    second |= {pk: {"G01": "not_observed"} for pk in people[3:]}
    judge_all(recheck, county, second)
    report = agreement_report(county, floor.today, floor.today, "")
    items = {row.code: row for row in report.by_item}
    assert (items["G03"].pairs, items["G03"].percent) == (5, 60.0)
    assert (items["G01"].pairs, items["G01"].one_sided) == (0, 5)
    assert items["G01"].agreement is None
    [row] = report.by_manager
    assert row.items.name == "Manager Chen"
    asked = report.overall.pairs + 5
    assert (row.items.pairs, row.items.one_sided) == (asked - 5, 5)
    assert row.items.percent == pytest.approx(100 * (asked - 7) / (asked - 5))
    # Failed items per person: 1 and 1 three times, 1 and 0 twice: the first said 1 of
    # everybody, so that nothing lies beyond chance.
    assert (row.people.pairs, row.people.agreement.kappa) == (5, None)
    assert row.people.percent == 60.0


def test_too_few_pairs_are_said_and_not_worked_out(floor, county, client):
    recheck = draw(floor, county)
    judge_all(recheck, county)
    client.force_login(county)
    page = client.get(reverse("checks:agreement")).content.decode()
    assert "too few pairs: 5 of 30" in page


def test_what_is_unfinished_not_met_or_elsewhere_is_in_no_figure(floor, county):
    recheck = draw(floor, county)
    rows = list(recheck.retaken.all())
    for row in rows[:4]:
        judge_again(retaken=row, marks={}, by=county)
    assert agreement_report(county, floor.today, floor.today, "").samples == 0
    judge_again(retaken=rows[4], marks={}, not_met=True, by=county)
    report = agreement_report(county, floor.today, floor.today, "")
    assert (report.samples, report.by_manager[0].people.pairs) == (1, 4)
    assert agreement_report(county, floor.today, floor.today, "nowhere").samples == 0
    elsewhere = granted_user("regional_supervisor", region=make_floor().outlet.region)
    assert agreement_report(elsewhere, floor.today, floor.today, "").samples == 0


def test_the_agreement_costs_the_same_for_one_sample_and_for_three(
    floor, county, client, django_assert_num_queries
):
    judge_all(draw(floor, county), county)
    client.force_login(county)
    url = reverse("checks:agreement")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _n in range(2):
        other = make_floor(people=3, region=floor.outlet.region)
        another_lead(other)
        judge_all(draw(other, county), county)
    with django_assert_num_queries(len(one)):
        client.get(url)
