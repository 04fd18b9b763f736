import pytest
from django.urls import reverse

from evaluations.today.navigation import ENTRIES, links_for
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import (
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

READ = [
    "Daily checks",
    "Rosters",
    "Knowledge tests",
    "Knowledge base",
    "Mystery visits",
    "Customer feedback",
    "Complaints",
]
AWARDS = ["Awards", "Innovation", "Skills contests"]
OWN = ["My score", "My roster", "My tests"]
CLERK = [*OWN, "Knowledge base", "Complaints", *AWARDS]
ALL_RECORDS = [*READ, "Customer flow", "Targets", "Rankings", *AWARDS]


def labels(user, path="/"):
    return [str(link.label) for link in links_for(user, path)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (
            "hr",
            [
                *(*READ, "Targets", "Rankings", *AWARDS, "Periods", "People"),
                *("Personal data", "Retention"),
            ],
        ),
        ("operations", [*ALL_RECORDS, "Periods", "People", "Import", "Question bank"]),
        (
            "auditor",
            [
                *(*ALL_RECORDS, "Periods", "People", "Access", "Retention", "Import"),
                *("Services", "Webhooks", "Shared tablets", "Second factors"),
                "History",
            ],
        ),
        (
            "administrator",
            [
                "Knowledge base",
                *AWARDS,
                "People",
                "Access",
                "Retention",
                "Import",
                "Checklists",
                "Question bank",
                "Shifts and rules",
                "Services",
                "Webhooks",
                "Shared tablets",
                "Second factors",
                "History",
                "API",
            ],
        ),
        ("agency", ["Mystery visits", "Reports to review"]),
    ],
)
def test_a_granted_role_sees_what_it_can_do(role, expected):
    assert labels(granted_user(role)) == ["Today", *expected]


@pytest.mark.django_db
def test_a_regional_supervisor_sees_all_records_of_her_region():
    user = granted_user("regional_supervisor", region=RegionFactory())
    assert labels(user) == [
        *("Today", "Leave and swaps", *ALL_RECORDS, "People", "Shifts and rules")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("clerk", CLERK),
        (
            "flow_consultant",
            [
                "My score",
                "My roster",
                "My tests",
                "Knowledge base",
                "Complaints",
                *AWARDS,
            ],
        ),
        (
            "store_manager",
            [
                "My score",
                "My roster",
                "My tests",
                "Leave and swaps",
                *ALL_RECORDS,
                "People",
            ],
        ),
        ("supervisor", [*OWN, *ALL_RECORDS, "People"]),
    ],
)
def test_a_post_gives_what_it_can_do_at_its_outlet(post, expected):
    assert labels(staff_user(post)) == ["Today", *expected]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("user", "name"),
    [
        (lambda: staff_user("store_manager"), "checks:card"),
        (lambda: granted_user("auditor"), "checks:list"),
    ],
)
def test_daily_checks_lead_who_keeps_them_to_the_card_and_others_to_the_list(
    user, name
):
    links = {str(link.label): link.url for link in links_for(user(), "/")}
    assert links["Daily checks"] == reverse(name)


@pytest.mark.django_db
def test_several_roles_add_up():
    user = granted_user("hr")
    RoleGrantFactory(user=user, role="administrator")
    assert labels(user) == [
        "Today",
        *READ,
        "Targets",
        "Rankings",
        *AWARDS,
        "Periods",
        "People",
        "Access",
        "Personal data",
        "Retention",
        "Import",
        "Checklists",
        "Question bank",
        "Shifts and rules",
        "Services",
        "Webhooks",
        "Shared tablets",
        "Second factors",
        "History",
        "API",
    ]


@pytest.mark.django_db
def test_nobody_in_particular_sees_only_the_home_page():
    assert labels(UserFactory()) == ["Today"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_every_entry_leads_somewhere(entry):
    assert reverse(entry.url_name).startswith("/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("user", "path", "room", "marked"),
    [
        (lambda: granted_user("auditor"), "/", "today", "Today"),
        (lambda: granted_user("auditor"), "/awards/1/", "awards", "Awards"),
        (
            lambda: granted_user("auditor"),
            "/checks/findings/",
            "checks",
            "Daily checks",
        ),
        (
            lambda: granted_user("administrator"),
            "/checks/standards/G/",
            "checks",
            "Checklists",
        ),
        (lambda: staff_user("store_manager"), "/rankings/1/", "rankings", "Rankings"),
        (lambda: staff_user("clerk"), "/rankings/1/people/2/", "rankings", "My score"),
    ],
)
def test_the_entry_that_a_page_belongs_to_is_marked(user, path, room, marked):
    links = links_for(user(), path, room)
    assert [str(link.label) for link in links if link.current] == [marked]


@pytest.mark.django_db
def test_only_the_page_itself_is_the_current_page():
    links = links_for(granted_user("auditor"), "/awards/1/", "awards")
    assert [link for link in links if link.exact] == []


@pytest.mark.django_db
def test_pages_say_who_is_signed_in_and_as_what(client):
    client.force_login(staff_user("store_manager", name="Li Na"))
    page = client.get("/").content.decode()
    assert '<div class="whoami-name">Li Na</div>' in page
    assert '<div class="whoami-roles">Store manager</div>' in page


@pytest.mark.django_db
def test_somebody_off_the_staff_goes_by_her_own_name(client):
    user = granted_user("hr")
    user.first_name, user.last_name = "Ada", "Byron"
    user.save()
    client.force_login(user)
    page = client.get("/").content.decode()
    assert '<div class="whoami-name">Ada Byron</div>' in page
    assert '<div class="whoami-roles">Human resources</div>' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "user",
    [
        lambda: staff_user("clerk"),
        lambda: staff_user("store_manager"),
        lambda: granted_user("regional_supervisor", region=RegionFactory()),
        lambda: granted_user("hr"),
        lambda: granted_user("operations"),
        lambda: granted_user("administrator"),
        lambda: granted_user("auditor"),
        lambda: granted_user("agency"),
    ],
)
def test_what_is_shown_may_be_opened(client, user):
    user = user()
    client.force_login(user)
    refused = {
        link.url: response.status_code
        for link in links_for(user, "/")
        if (response := client.get(link.url, follow=True)).status_code != 200
    }
    assert refused == {}


@pytest.mark.django_db
def test_ones_own_account_is_no_page_of_the_rules_for_second_factors():
    user = granted_user("administrator")

    def current(name):
        links = links_for(user, reverse(name), "accounts")
        return [str(link.label) for link in links if link.current]

    assert current("accounts:my_account") == []
    assert current("accounts:policy") == ["Second factors"]
