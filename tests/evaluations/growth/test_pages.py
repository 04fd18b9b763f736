"""What the pages say, and to whom."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from evaluations.growth.models import Contest, CustomerMarks, OutletBonus, Project
from evaluations.growth.services import contests, judging
from evaluations.today.cards import growth as cards
from tests.evaluations.growth.scenes import Cup, Ideas, last_month, plan, this_month
from tests.evaluations.growth.test_contests import BOTH, give, release
from tests.staffing.people.factories import granted_user, staff_user

# What a page says is made above the database.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def page(client, user, name, *args, query=""):
    client.force_login(user)
    answer = client.get(reverse(f"growth:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client, by, row, action, name="act", **given):
    client.force_login(by)
    address = reverse(f"growth:{name}", args=[row.uuid, action])
    return client.post(address, {f"{action}-{key}": v for key, v in given.items()})


def test_an_idea_is_handed_in_scored_and_read_with_its_comment(client):
    scene = Ideas()
    client.force_login(scene.clerk)
    given = {"title": "A stool", "problem": "Old people stand", "idea": "A stool"}
    given |= {"key": uuid4(), "outlet": scene.outlet.code}
    client.post(reverse("growth:suggest"), given)
    row = Project.objects.get(title="A stool")
    assert row.author == scene.clerk.employee
    month = this_month().code
    answer = act(
        client, scene.region, row, "score", month=month, score="8.5", comment="Do it"
    )
    assert answer.status_code == 302
    said = page(client, scene.clerk, "project", row.uuid)
    assert "Do it" in said
    assert "8.5" in said
    assert "scored it" in said


def test_a_refusal_stands_beside_its_form(client):
    scene = Ideas()
    scene.score()
    answer = act(
        client,
        scene.operations,
        scene.project,
        "score",
        month=last_month().code,
        score="9",
        comment="again",
    )
    assert answer.status_code == 200
    assert "is scored already" in answer.content.decode()
    assert act(client, scene.manager, scene.project, "score").status_code == 403
    assert act(client, scene.operations, scene.project, "nothing").status_code == 404


def test_a_promoted_idea_is_read_by_all_without_what_was_said_of_it(client):
    scene = Ideas()
    scene.score("8.5")
    Project.objects.update(state="promoted")
    said = page(client, staff_user(), "project", scene.project.uuid)
    assert "One map for both" in said
    assert "worth a try" not in said
    assert "/ 10" not in said


def test_the_list_narrows_and_teaches_when_it_is_empty(client):
    assert "No suggestion yet" in page(client, staff_user(), "projects")
    scene = Ideas()
    title = scene.project.title
    assert title in page(client, scene.operations, "projects", query="?waiting=on")
    scene.score(month=this_month())
    left = page(client, scene.operations, "projects", query="?waiting=on")
    assert title not in left
    assert "Nothing like that" in left
    assert title in page(client, scene.operations, "projects", query="?state=scored")
    assert title not in page(client, scene.clerk, "projects", query="?state=made-up")


def test_who_works_nowhere_today_is_told_so(client):
    user = staff_user()
    user.employee.assignments.update(ends_on=timezone.localdate().replace(year=2021))
    assert "You work at no outlet today" in page(client, user, "suggest")


def test_the_bonus_shows_its_rule_its_scores_and_its_entries(client):
    scene = Ideas()
    scene.score("8.5")
    scene.correct("6.0")
    said = page(client, scene.manager, "bonus", OutletBonus.objects.get().uuid)
    for words in ("+1.20", "+1.70", "-1.70", "read wrongly", scene.project.title):
        assert words in said


def test_a_contest_from_its_plan_to_its_winners(client):
    operations = granted_user("operations")
    client.force_login(operations)
    day = timezone.localdate().isoformat()
    names = ("enter_from", "enter_until", "on", "judge_from", "judge_until")
    said = {"kind": "service", "title_en": "Smile cup", "title_zh": "微笑杯"}
    rows = {
        "d-TOTAL_FORMS": 3,
        "d-INITIAL_FORMS": 0,
        "d-0-title_en": "Greeting",
        "d-0-title_zh": "迎客",
        "d-0-most": 10,
    }
    client.post(reverse("growth:contest_new"), said | rows | dict.fromkeys(names, day))
    cup = Contest.objects.get()
    assert [one.most for one in cup.disciplines.all()] == [10]
    act(client, operations, cup, "open", name="contest_act")
    people = [staff_user(name=f"Contestant {n}") for n in range(4)]
    for one in people:
        assert "Enter yourself" in page(client, one, "contest", cup.uuid)
        number = one.employee.number
        act(client, one, cup, "enter", name="contest_act", number=number)
    judge = staff_user(name="The Judge")
    number = judge.employee.number
    act(client, operations, cup, "seat", name="contest_act", user=number)
    act(client, operations, cup, "start", name="contest_act")
    sheet = page(client, judge, "marks", cup.uuid)
    assert "Contestant 3" in sheet
    greeting = cup.disciplines.get()
    given = {
        f"m-{row.pk}-{greeting.pk}": mark
        for row, mark in zip(
            cup.contestants.order_by("pk"), ("9", "8", "7", "4.5"), strict=True
        )
    }
    client.force_login(judge)
    client.post(reverse("growth:marks", args=[cup.uuid]), given)
    act(client, operations, cup, "release", name="contest_act")
    cup.refresh_from_db()
    assert cup.state == "released"
    lost = page(client, people[3], "contest", cup.uuid)
    assert "You got 4.50 points: 2.50 less than the last place" in lost
    won = page(client, people[0], "contest", cup.uuid)
    assert "You are placed 1 with 9.00 points" in won
    for reader in (won, page(client, granted_user("hr"), "contest", cup.uuid)):
        assert "Contestant 0" in reader
        assert "Contestant 3" not in reader
        assert "4.50" not in reader
    assert "Contestant 3" in page(client, operations, "contest", cup.uuid)
    with translation.override("zh-hans"):
        assert cup.title == "微笑杯"


def test_customers_marks_are_entered_on_one_sheet_and_said_where_they_are_wrong(
    client,
):
    cup = Cup(people=2, disciplines=BOTH)
    first, second = cup.judging()
    theirs = cup.contest.disciplines.get(by_customers=True)
    address = reverse("growth:counts", args=[cup.contest.uuid])
    assert address in page(client, cup.operations, "contest", cup.contest.uuid)
    sheet = page(client, cup.operations, "counts", cup.contest.uuid)
    assert f"{theirs.title} (0–{theirs.most})" in sheet

    def said(row, n, total):
        names = (f"n-{row.pk}-{theirs.pk}", f"t-{row.pk}-{theirs.pk}")
        return dict(zip(names, (n, total), strict=True))

    wrong = client.post(address, said(first, "3", "") | said(second, "", "50"))
    assert {
        name: list(said) for name, said in wrong.context["form"].errors.items()
    } == {
        f"t-{first.pk}-{theirs.pk}": ["Enter the sum of their marks."],
        f"n-{second.pk}-{theirs.pk}": ["Say how many customers gave marks."],
    }
    over = client.post(address, said(first, "3", "300.1"))
    assert "At most 300 from so many." in over.content.decode()
    assert CustomerMarks.objects.count() == 0
    assert client.post(address, said(first, "3", "250.5")).status_code == 302
    (row,) = CustomerMarks.objects.all()
    assert (row.contestant, row.n, row.total) == (first, 3, Decimal("250.5"))
    again = page(client, cup.operations, "counts", cup.contest.uuid)
    assert 'value="250.5"' in again
    assert client.post(address, said(second, "1", "80")).status_code == 302
    assert CustomerMarks.objects.count() == 2  # what was left empty stays


def test_a_release_that_waits_for_marks_says_how_many(client):
    cup = Cup(people=2, disciplines=BOTH)
    cup.judging()
    client.force_login(cup.operations)
    address = reverse("growth:contest_act", args=[cup.contest.uuid, "release"])
    said = client.post(address, follow=True).content.decode()
    assert "4 marks are missing" in said
    cup.contest.refresh_from_db()
    assert cup.contest.state == "judging"


def test_only_a_draft_is_changed(client):
    cup = Cup(people=2)
    drafted = contests.draft(plan=plan(disciplines=BOTH), by=cup.operations)
    said = page(client, cup.operations, "contest_edit", drafted.uuid)
    assert "迎客" in said
    client.force_login(cup.operations)
    address = reverse("growth:contest_edit", args=[cup.contest.uuid])
    assert client.get(address).status_code == 403  # it is open already


def test_home_says_what_waits_for_a_score_and_for_marks():
    scene, cup = Ideas(), Cup(people=2)
    card = cards.suggestions_to_score(scene.operations)
    assert card.says == "1 suggestion waits for this month's score"
    assert [line.text for line in card.lines] == [scene.project.title]
    scene.score(month=this_month())
    assert cards.suggestions_to_score(scene.operations) is None
    assert cards.contests_to_judge(cup.judge) is None
    rows = cup.judging()
    assert cards.contests_to_judge(cup.judge).says == "1 contest waits for your marks"
    assert cards.contests_to_judge(cup.people[0]) is None
    give(cup, rows, ["9", "8"])
    assert cards.contests_to_judge(cup.judge) is None
    release(cup)


def test_lists_ask_as_often_for_many_rows(client, django_assert_num_queries):
    scene = Ideas()
    client.force_login(scene.operations)

    def asked(name):
        with django_assert_num_queries(QUERIES[name]):
            assert client.get(reverse(f"growth:{name}")).status_code == 200

    Cup(people=1)
    client.get(reverse("growth:projects"))  # what is asked once a process
    for name in QUERIES:
        asked(name)
    for _ in range(5):
        scene.suggest(by=staff_user(outlet=scene.outlet))
        Cup(people=0)
    for name in QUERIES:
        asked(name)


QUERIES = {"projects": 5, "contests": 4}


def test_a_contest_asks_as_often_for_many_contestants(
    client, django_assert_num_queries
):
    for people in (2, 8):
        cup = Cup(people=people)
        rows = cup.judging()
        give(cup, rows, ["5"] * people)
        judging.release(contest_id=cup.contest.pk, by=cup.operations)
        client.force_login(cup.people[0])
        address = reverse("growth:contest", args=[cup.contest.uuid])
        client.get(address)
        with django_assert_num_queries(CONTEST_QUERIES):
            client.get(address)


CONTEST_QUERIES = 12
