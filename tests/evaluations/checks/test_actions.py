"""Corrective actions: every state, who may do what in it, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from evaluations.checks.models import CorrectiveAction
from evaluations.checks.services import (
    change_action,
    drop_action,
    open_action,
    report_done,
    send_back,
    undo_check,
    verify_action,
)
from evaluations.checks.services.actions import (
    AlreadyOpen,
    DueInThePast,
    NoFinding,
    NotInThatState,
    NotThere,
    OwnWork,
    WordsMissing,
)
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.staffing.people.factories import EmployeeFactory, UserFactory, granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    return make_floor(people=2)


@pytest.fixture
def county(floor):
    return granted_user("regional_supervisor", region=floor.outlet.region)


@pytest.fixture
def owner(floor):
    return UserFactory(employee=floor.people[0])


def ask(floor, **given):
    values = {
        "outlet": floor.outlet,
        "task": "Mend the door",
        "owner": floor.people[0],
        "due_on": floor.today,
        "by": floor.manager,
    }
    return open_action(**values | given)


def steps(action):
    return [(step.kind, step.note) for step in action.steps.all()]


def test_from_opened_to_verified_every_step_is_kept(floor, owner):
    action = ask(floor)
    report_done(action=action, note="New hinge", by=owner)
    send_back(action=action, note="It still squeaks", by=floor.manager)
    report_done(action=action, note="Oiled", by=owner)
    action = verify_action(action=action, by=floor.manager)
    assert action.state == "verified"
    assert steps(action) == [
        ("opened", "Mend the door"),
        ("done", "New hinge"),
        ("returned", "It still squeaks"),
        ("done", "Oiled"),
        ("verified", ""),
    ]


def test_a_finding_is_put_right_once_until_it_is_dropped(floor):
    check = tap(floor, floor.people[1], marks={"G03": "failed"})
    item = check.marks.get().item
    action = ask(floor, check=check, item=item)
    with pytest.raises(AlreadyOpen):
        ask(floor, check=check, item=item)
    drop_action(action=action, note="It was nothing", by=floor.manager)
    again = ask(floor, check=check, item=item)
    assert again.state == "open"


def test_what_did_not_fail_cannot_be_put_right(floor):
    check = tap(floor, floor.people[1], marks={"G03": "failed"})
    item = check.marks.get().item
    undo_check(uuid=check.uuid, by=floor.manager)
    with pytest.raises(NoFinding, match="G03"):
        ask(floor, check=check, item=item)


@pytest.mark.parametrize("days", [-1, -30])
def test_the_day_lies_ahead(floor, days):
    with pytest.raises(DueInThePast):
        ask(floor, due_on=floor.today + timedelta(days=days))


def test_it_is_given_to_somebody_who_works_there(floor):
    with pytest.raises(NotThere, match="Stranger"):
        ask(floor, owner=EmployeeFactory(name="Stranger"))


def test_only_who_leads_the_outlet_or_its_region_opens(floor, owner, county):
    assert ask(floor, by=county).opened_by == county
    assert ask(floor, by=another_lead(floor)).state == "open"
    for outsider in (owner, make_floor().manager):
        with pytest.raises(PermissionDenied):
            ask(floor, by=outsider)


def test_giving_it_to_somebody_else_keeps_who_had_it(floor):
    action = ask(floor)
    name = floor.people[0].name
    later = floor.today + timedelta(days=2)
    action = change_action(
        action=action, owner=floor.people[1], due_on=later, by=floor.manager
    )
    assert (action.owner, action.due_on) == (floor.people[1], later)
    assert steps(action)[-1] == ("changed", f"{name} · {floor.today:%F}")
    change_action(action=action, owner=floor.people[1], due_on=later, by=floor.manager)
    assert action.steps.count() == 2


def test_nobody_verifies_her_own_work(floor, owner):
    mine = ask(floor, owner=floor.manager.employee)
    report_done(action=mine, note="Done", by=floor.manager)
    with pytest.raises(OwnWork):
        verify_action(action=mine, by=floor.manager)
    hers = ask(floor)
    report_done(action=hers, note="I saw to it", by=floor.manager)
    with pytest.raises(OwnWork):
        verify_action(action=hers, by=floor.manager)
    with pytest.raises(PermissionDenied):
        verify_action(action=hers, by=UserFactory(employee=floor.people[1]))
    assert verify_action(action=hers, by=another_lead(floor)).state == "verified"


def test_words_are_asked_for_where_they_tell_something(floor, owner):
    action = ask(floor)
    for service in (report_done, drop_action):
        with pytest.raises(WordsMissing):
            service(action=action, note="  ", by=floor.manager)
    report_done(action=action, note="Done", by=owner)
    with pytest.raises(WordsMissing):
        send_back(action=action, note="", by=floor.manager)


STATES = {
    "open": (report_done, drop_action),
    "done": (verify_action, send_back),
    "verified": (),
    "dropped": (),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "service", [report_done, drop_action, verify_action, send_back]
)
def test_each_state_allows_its_own_steps_only(floor, state, service):
    action = ask(floor)
    if state in ("done", "verified"):
        report_done(action=action, note="Done", by=another_lead(floor))
    if state == "verified":
        verify_action(action=action, by=floor.manager)
    if state == "dropped":
        drop_action(action=action, note="No", by=floor.manager)
    if service in STATES[state]:
        service(action=action, note="Words", by=floor.manager)
        return
    with pytest.raises(NotInThatState):
        service(action=action, note="Words", by=floor.manager)


def test_who_sees_it(floor, owner, county):
    action = ask(floor)
    seen = CorrectiveAction.objects.visible_to
    assert {seen(one).count() for one in (owner, county, floor.manager)} == {1}
    colleague = UserFactory(employee=floor.people[1])
    assert not seen(colleague).exists()
    assert not seen(make_floor().manager).exists()
    assert action.is_overdue(floor.today + timedelta(days=1))


class TestPages:
    def test_from_the_failed_item_to_the_owners_home(self, client, floor, owner):
        check = tap(floor, floor.people[1], marks={"G03": "failed"})
        client.force_login(floor.manager)
        page = client.get(reverse("checks:check", args=[check.uuid]))
        address = f"{reverse('checks:action_open')}?check={check.uuid}&item=G03"
        assert address.replace("&", "&amp;") in page.content.decode()
        form = {
            "task": "A new badge",
            "owner": floor.people[0].pk,
            "due_on": f"{floor.today:%F}",
        }
        made = client.post(address, form)
        action = CorrectiveAction.objects.get()
        assert made["Location"] == reverse("checks:action", args=[action.uuid])
        client.force_login(owner)
        assert "A new badge" in client.get("/").content.decode()
        done = reverse("checks:action_done", args=[action.uuid])
        client.post(done, {"note": "Ordered and worn"})
        action.refresh_from_db()
        assert action.state == "done"
        verify = reverse("checks:action_verify", args=[action.uuid])
        assert client.post(verify, {}).status_code == 403

    def test_what_was_changed_meanwhile_is_said(self, client, floor):
        action = ask(floor)
        drop_action(action=action, note="No", by=floor.manager)
        client.force_login(floor.manager)
        done = reverse("checks:action_done", args=[action.uuid])
        page = client.post(done, {"note": "Done"}, follow=True)
        assert "it is now “dropped”" in page.content.decode()

    @pytest.mark.parametrize(
        ("show", "found"),
        [("", 2), ("overdue", 1), ("mine", 0), ("verify", 1), ("all", 3)],
    )
    def test_the_list_narrows(self, client, floor, show, found):
        late, done, gone = ask(floor), ask(floor), ask(floor)
        CorrectiveAction.objects.filter(pk=late.pk).update(
            due_on=floor.today - timedelta(days=3)
        )
        report_done(action=done, note="Done", by=another_lead(floor))
        drop_action(action=gone, note="No", by=floor.manager)
        client.force_login(floor.manager)
        page = client.get(reverse("checks:actions"), {"show": show})
        assert len(page.context["page"].rows) == found
