import pytest
from django.urls import reverse
from django.utils import timezone

from staffing.people.models import Employee, Erasure, PersonalExport, RetentionRule
from staffing.people.personal.services.erasing import propose_erasure
from tests.staffing.people.factories import EmployeeFactory, granted_user, staff_user
from tests.staffing.people.personal.life import a_life, managers
from tests.staffing.people.personal.when import LEFT_ON

REASON = "she asked for it in writing"


@pytest.fixture
def hr(client):
    user = granted_user("hr")
    client.force_login(user)
    return user


@pytest.mark.django_db
class TestTheDesk:
    def test_people_are_found_by_name_or_number_and_erased_ones_are_not(
        self, hr, client
    ):
        EmployeeFactory(number="E-1", name="Li Na")
        EmployeeFactory(number="X-AAAAAAAA", name="Li", erased_at=timezone.now())
        for text in ("li na", "E-1"):
            page = client.get(reverse("personal:desk"), {"q": text}).content.decode()
            assert page.count("E-1</span>") == 1
        page = client.get(reverse("personal:desk"), {"q": "AAAA"}).content.decode()
        assert "Nobody is called so" in page

    def test_twenty_erasures_cost_as_many_queries_as_one(
        self, hr, client, django_assert_num_queries
    ):
        def erasures(n):
            for _number in range(n):
                Erasure.objects.create(
                    employee=EmployeeFactory(left_on=LEFT_ON),
                    reason=REASON,
                    proposed_by=staff_user(),
                )

        erasures(1)
        with django_assert_num_queries(7):
            client.get(reverse("personal:desk"))
        erasures(19)
        with django_assert_num_queries(7):
            client.get(reverse("personal:desk"))


@pytest.mark.django_db
class TestErasing:
    def test_the_page_counts_and_asking_leads_to_the_request(self, hr, client):
        life = a_life()
        address = reverse("personal:propose", args=[life.person.uuid])
        page = client.get(address).content.decode()
        assert "Counted now; nothing is changed yet" in page
        answer = client.post(address, {"reason": REASON})
        erasure = Erasure.objects.get()
        assert answer.url == reverse("personal:erasure", args=[erasure.uuid])
        page = client.get(answer.url).content.decode()
        assert "Confirm and erase" not in page
        assert "Somebody else who manages personal data has to confirm" in page

    def test_who_cannot_be_erased_is_said_and_there_is_no_form(self, hr, client):
        person = EmployeeFactory()
        page = client.get(reverse("personal:propose", args=[person.uuid]))
        assert "Only people who have left can be erased." in page.content.decode()
        assert "Ask a second person to confirm" not in page.content.decode()

    def test_the_second_person_confirms(
        self, hr, client, django_capture_on_commit_callbacks
    ):
        life = a_life()
        erasure = propose_erasure(
            employee=life.person, reason=REASON, by=granted_user("hr")
        )
        address = reverse("personal:confirm", args=[erasure.uuid])
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address)
        found = Employee.objects.get(pk=life.person.pk)
        assert found.erased_at is not None
        page = client.get(reverse("personal:erasure", args=[erasure.uuid]))
        assert "former staff member" in page.content.decode()
        assert "What was changed" in page.content.decode()

    def test_the_first_person_does_not_confirm_whatever_she_sends(self, client):
        life = a_life()
        first, _second = managers()
        erasure = propose_erasure(employee=life.person, reason=REASON, by=first)
        client.force_login(first)
        answer = client.post(
            reverse("personal:confirm", args=[erasure.uuid]), follow=True
        )
        assert "A second person has to confirm" in answer.content.decode()
        erasure.refresh_from_db()
        assert erasure.state == "proposed"


@pytest.mark.django_db
class TestPagesOfFiles:
    def test_one_asks_for_her_own(self, client, django_capture_on_commit_callbacks):
        user = staff_user()
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("personal:mine"))
        export = PersonalExport.objects.get()
        assert answer.url == reverse("personal:export", args=[export.uuid])
        assert (export.employee, export.requested_by) == (user.employee, user)
        assert "The file is ready" in client.get(answer.url).content.decode()

    def test_progress_is_a_fragment_that_ends_in_the_page(self, client):
        user = staff_user()
        client.force_login(user)
        client.post(reverse("personal:mine"))
        export = PersonalExport.objects.get()
        address = reverse("personal:export", args=[export.uuid])
        headers = {"HX-Request": "true", "HX-Target": "progress"}
        fragment = client.get(address, headers=headers).content.decode()
        assert "every 2s" in fragment
        assert "<html" not in fragment
        PersonalExport.objects.update(step="done")
        assert client.get(address, headers=headers)["HX-Redirect"] == address

    def test_without_a_reason_human_resources_get_the_form_again(self, hr, client):
        person = EmployeeFactory()
        answer = client.post(reverse("personal:person", args=[person.uuid]), {})
        assert answer.status_code == 200
        assert PersonalExport.objects.count() == 0


@pytest.mark.django_db
class TestRetention:
    def test_an_administrator_sets_a_rule_and_others_only_read_it(self, client):
        address = reverse("personal:rule", args=["rating_words"])
        client.force_login(granted_user("auditor"))
        assert "Change the rule" not in client.get(address).content.decode()
        client.force_login(granted_user("administrator"))
        values = {"months": 12, "action": "keep", "reason": "works council"}
        answer = client.post(address, values)
        assert answer.url == reverse("personal:retention")
        rule = RetentionRule.objects.get()
        assert (rule.kind, rule.months, rule.action) == ("rating_words", 12, "keep")

    def test_an_unknown_kind_is_not_found(self, client):
        client.force_login(granted_user("administrator"))
        answer = client.get(reverse("personal:rule", args=["nonsense"]))
        assert answer.status_code == 404
