"""Pages of the rules and the editor of a draft."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.rankings.editing import Editor, initial_of
from evaluations.rankings.models import Scheme, SchemeVersion
from evaluations.rankings.rules.scheme import canonical
from evaluations.rankings.services import schemes
from evaluations.rankings.services.schemes import (
    approve_version,
    draft_version,
    propose_version,
)
from evaluations.rankings.shipped import rules_of
from tests.evaluations.rankings.pages import text_of
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(schemes, "_today", lambda: date(2026, 10, 20))


@pytest.fixture
def author(client):
    user = granted_user("operations")
    client.force_login(user)
    return user


@pytest.fixture
def shipped():
    return SchemeVersion.objects.get(scheme__code="service_star", number=1)


@pytest.fixture
def draft(shipped, author):
    return draft_version(version_id=shipped.pk, by=author)


def url(name, *args):
    return reverse(f"rankings:{name}", args=args)


def sent(version, **changed) -> dict:
    """Return what a browser sends of the draft as it is; `name__n__field` changes rows.

    None leaves a field out.
    """
    first, rows = initial_of(version)
    data = {name: value for name, value in first.items() if value is not None}
    for name, of_kind in rows.items():
        data[f"{name}-TOTAL_FORMS"] = len(of_kind)
        data[f"{name}-INITIAL_FORMS"] = 0
        for number, row in enumerate(of_kind):
            for field, value in row.items():
                if value is not False:
                    data[f"{name}-{number}-{field}"] = value
    data |= {name.replace("__", "-"): value for name, value in changed.items()}
    return {name: value for name, value in data.items() if value is not None}


def errors_of(response) -> dict:
    """Return the messages by field, of the whole form and of every row."""
    editor = response.context["editor"]
    found = {name: list(said) for name, said in editor.form.errors.items()}
    for name, rows in editor.rows.items():
        if rows.non_form_errors():
            found[name] = list(rows.non_form_errors())
        for number, of_row in enumerate(rows.errors):
            for field, said in of_row.items():
                found[f"{name}-{number}-{field}"] = list(said)
    return found


# --- Reading -------------------------------------------------------------------------


def test_everybody_judged_reads_how_scores_are_made(client, draft):
    client.force_login(staff_user())
    text = text_of(client.get(url("how")))
    assert "15 of 100" in text
    assert "from 10 ratings on" in text
    assert "at least 15 days in the month" in text
    assert client.get(url("how"), {"scheme": "magic"}).status_code == 404
    client.force_login(UserFactory())
    assert client.get(url("how")).status_code == 404


def test_how_scores_are_made_speaks_chinese(client):
    client.force_login(staff_user())
    client.cookies["django_language"] = "zh-hans"
    text = text_of(client.get(url("how")))
    assert "成绩是怎么算出来的" in text
    assert "占 100 分中的 15 分" in text
    assert "15 of 100" not in text


def test_list_shows_versions_with_their_state(client, author, draft):
    text = text_of(client.get(url("schemes")))
    assert "came with the product" in text
    assert f"#{draft.pk}" in text
    client.force_login(staff_user())
    assert f"#{draft.pk}" not in text_of(client.get(url("schemes")))
    client.force_login(UserFactory())
    assert client.get(url("schemes")).status_code == 403


def test_list_takes_the_same_queries_for_one_and_twenty(
    client, author, shipped, django_assert_num_queries
):
    client.get(url("schemes"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("schemes"))
    for number in range(20):
        draft = draft_version(version_id=shipped.pk, by=author)
        if number % 2:
            propose_version(version_id=draft.pk, by=author)
            by = granted_user("operations")
            approve_version(version_id=draft.pk, note="", by=by)
    with django_assert_num_queries(len(few)):
        client.get(url("schemes"))


def test_a_draft_is_not_shown_to_who_does_not_prepare_it(client, draft):
    for name in ("version", "version_differences"):
        client.force_login(staff_user())
        assert client.get(url(name, draft.pk)).status_code == 404
        client.force_login(granted_user("auditor"))
        assert client.get(url(name, draft.pk)).status_code == 200


def test_differences_name_what_changes_from_to(client, author, shipped, draft):
    assert "Nothing changes" in text_of(
        client.get(url("version_differences", draft.pk))
    )
    client.post(
        url("version_edit", draft.pk),
        sent(draft, components__0__weight=25, components__4__weight=15),
    )
    changes = client.get(url("version_differences", draft.pk)).context["changes"]
    assert [(one.label, one.before[:9], one.after[:9]) for one in changes] == [
        ("Daily check", "15 of 100", "25 of 100"),
        ("Call-back satisfaction", "25 of 100", "15 of 100"),
    ]
    other = SchemeVersion.objects.get(scheme__code="onsite")
    asked = {"with": other.pk}
    page = client.get(url("version_differences", draft.pk), asked)
    assert page.status_code == 404


# --- The steps -----------------------------------------------------------------------


def test_from_the_next_version_to_approval_through_the_pages(client, author, shipped):
    response = client.post(url("version_draft", shipped.pk))
    draft = SchemeVersion.objects.get(state="draft")
    assert response.url == url("version_edit", draft.pk)
    client.post(url("version_edit", draft.pk), sent(draft, basis="adjusted"))
    client.post(url("version_propose", draft.pk))
    page = text_of(client.get(url("version", draft.pk)))
    assert "Somebody else has to approve these rules." in page
    assert url("version_approve", draft.pk) not in page
    client.post(url("version_approve", draft.pk))
    draft.refresh_from_db()
    assert draft.state == "proposed"
    client.force_login(granted_user("operations"))
    assert url("version_approve", draft.pk) in text_of(
        client.get(url("version", draft.pk))
    )
    client.post(url("version_approve", draft.pk), {"note": "agreed"})
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.verdict) == ("approved", 2, "agreed")
    assert draft.rules["basis"] == "adjusted"


def test_withdrawing_through_the_page_asks_for_a_reason(client, author, draft):
    client.post(url("version_withdraw", draft.pk))
    draft.refresh_from_db()
    assert draft.state == "draft"
    client.post(url("version_withdraw", draft.pk), {"note": "not now"})
    draft.refresh_from_db()
    assert (draft.state, draft.verdict) == ("withdrawn", "not now")
    assert "not now" in text_of(client.get(url("version", draft.pk)))
    assert client.get(url("version_edit", draft.pk)).url == url("version", draft.pk)


def test_a_new_scheme_is_a_copy(client, author, shipped):
    copy = url("scheme_copy", shipped.pk)
    taken = client.post(copy, {"name": "Mine", "code": "onsite"})
    assert "There is a scheme" in text_of(taken)
    client.post(copy, {"name": "Floor star", "code": "floor"})
    made = SchemeVersion.objects.get(scheme__code="floor")
    assert (str(made.scheme), made.state, made.rules) == (
        "Floor star",
        "draft",
        shipped.rules,
    )


@pytest.mark.parametrize("role", ["hr", "administrator", "auditor"])
def test_readers_change_nothing(client, role, shipped, draft):
    client.force_login(granted_user(role))
    before = list(SchemeVersion.objects.values())
    names = ("draft", "propose", "approve", "withdraw")
    for version in (shipped, draft):
        for name in names:
            answer = client.post(url(f"version_{name}", version.pk), {"note": "x"})
            assert answer.status_code in (403, 404)
        assert client.get(url("version_edit", version.pk)).status_code in (403, 404)
        assert client.get(url("scheme_copy", version.pk)).status_code in (403, 404)
    assert list(SchemeVersion.objects.values()) == before
    assert Scheme.objects.count() == len({one["scheme_id"] for one in before})


def test_only_the_author_edits_a_draft(client, draft):
    client.force_login(granted_user("operations"))
    answer = client.post(url("version_edit", draft.pk), sent(draft, basis="adjusted"))
    assert answer.status_code == 403
    draft.refresh_from_db()
    assert draft.rules["basis"] == "raw"


# --- The editor ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["service_star-1", "onsite-1", "service_star_fair-1"])
def test_saving_without_a_change_keeps_the_rules_to_the_byte(client, draft, name):
    draft.rules = rules_of(name)
    draft.save()
    assert client.get(url("version_edit", draft.pk)).status_code == 200
    answer = client.post(url("version_edit", draft.pk), sent(draft))
    assert answer.status_code == 302, errors_of(answer)
    draft.refresh_from_db()
    assert canonical(draft.rules) == canonical(rules_of(name))


def test_everything_a_scheme_can_say_comes_back_from_the_editor(client, draft):
    rules = rules_of("service_star-1")
    rules["components"][1] |= {
        "weight": 10.25,
        "curve": {
            "kind": "piecewise",
            **{"lower": 60, "lower_score": 90, "upper": 90},
            **{"upper_score": 100, "below_score": 0},
        },
        "peers": "county",
        "severity": "knowledge",
    }
    rules["components"][2] |= {
        "weight": 24.75,
        "curve": {"kind": "challenge", "base": 82.5, "challenge": 95},
        "load": True,
    }
    rules |= {
        "posts": ["clerk", "supervisor"],
        "variants": {"supervisor": {"daily": 30.5, "mystery": 69.5}},
        "bonus_limit": 250,
        "deduction_limit": 500,
        "titles": {
            "month": "service_star",
            "quarter": "quality_service_model",
            "year": "excellent_staff",
        },
    }
    draft.rules = rules
    draft.save()
    answer = client.post(url("version_edit", draft.pk), sent(draft))
    assert answer.status_code == 302, errors_of(answer)
    draft.refresh_from_db()
    assert canonical(draft.rules) == canonical(rules)
    text = text_of(client.get(url("version", draft.pk)))
    assert "below 60 % it earns 0 points, at 60 % 90" in text
    assert "the base target 82.5 % earns 90 points" in text
    assert "up to 2.5 points a month" in text
    assert "daily check 30.5, mystery visit 69.5" in text
    assert "Quality Service Model" in text


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"components__0__weight": 16}, "components", "add up to 101, not to 100"),
        ({"components__0__code": "luck"}, "components-0-code", "knows no such"),
        ({"components__1__code": "daily"}, "components-1-code", "there twice"),
        ({"components__0__least_n": 0}, "components-0-least_n", "greater than"),
        ({"ties__0__rule": "higher volume"}, "ties-0-rule", "not among those"),
        ({"ties__0__rule": ""}, "ties-0-rule", "Choose what decides"),
        ({"gates__0__least": ""}, "gates-0-least", "A gate needs its limit"),
        ({"gates__0__needs": "volume"}, "gates-1-needs", "first line says another"),
        ({"quotas__1__level": "outlet"}, "quotas-1-level", "said twice"),
        ({"least_components": 6}, "least_components", "fewer components"),
        ({"least_days_n": ""}, "least_days_n", "how many days"),
        ({"valid_from": "2026-10-01"}, "valid_from", "earliest day"),
        ({"valid_from": "2026-11-02"}, "valid_from", "first day"),
        ({"valid_from": ""}, "valid_from", "required"),
        ({"bonus_limit": 101}, "bonus_limit", "less than or equal"),
        (
            {"components__0__curve": "challenge", "components__0__lower": 90},
            "components-0-upper",
            "The curve needs it",
        ),
        (
            {"components__0__curve": "challenge", "components__0__lower": 90}
            | {"components__0__upper": 80},
            "components-0-upper",
            "challenge not below",
        ),
    ],
)
def test_what_is_wrong_stands_at_its_field(client, draft, changed, field, message):
    answer = client.post(url("version_edit", draft.pk), sent(draft, **changed))
    assert answer.status_code == 200
    errors = errors_of(answer)
    assert set(errors) == {field}
    assert message in errors[field][0]
    assert "Nothing was saved yet" in text_of(answer)
    before = draft.rules
    draft.refresh_from_db()
    assert (draft.rules, draft.valid_from) == (before, date(2026, 11, 1))


def test_weights_of_a_post_are_checked_by_themselves(client, draft):
    rows = {
        "variants-TOTAL_FORMS": 2,
        "variants-0-post": "supervisor",
        "variants-0-code": "daily",
        "variants-0-weight": 40,
        "variants-1-post": "supervisor",
        "variants-1-code": "mystery",
        "variants-1-weight": 50,
    }
    answer = client.post(url("version_edit", draft.pk), sent(draft) | rows)
    errors = errors_of(answer)
    assert set(errors) == {"variants-1-weight"}
    assert "add up to 90, not 100" in errors["variants-1-weight"][0]
    rows |= {"variants-1-weight": 60, "posts": ["clerk"]}
    answer = client.post(url("version_edit", draft.pk), sent(draft) | rows)
    assert set(errors_of(answer)) == {"variants-0-post", "variants-1-post"}


def test_rows_come_and_go_without_saving(client, draft):
    data = sent(draft, components__0__weight=20) | {"add": "components"}
    editor = client.post(url("version_edit", draft.pk), data).context["editor"]
    rows = editor.rows["components"].forms
    assert len(rows) == 6
    assert rows[0]["weight"].value() == "20"
    assert editor.weight_sum == "105"
    data = sent(draft) | {"remove": "gates-0"}
    editor = client.post(url("version_edit", draft.pk), data).context["editor"]
    kept = [form["component"].value() for form in editor.rows["gates"].forms]
    assert kept == ["sms_satisfaction", "volume"]
    for odd in ("gates-99", "gates-x", "nothing-0", "gates"):
        data = sent(draft) | {"remove": odd}
        editor = client.post(url("version_edit", draft.pk), data).context["editor"]
        assert len(editor.rows["gates"].forms) == 3
    draft.refresh_from_db()
    assert draft.rules == rules_of("service_star-1")


def test_editor_survives_anything_sent(client, draft):
    for data in ({}, {"add": "components"}, {"components-TOTAL_FORMS": "many"}):
        assert client.post(url("version_edit", draft.pk), data).status_code == 200
    assert Editor.of(draft).weight_sum == "100"
