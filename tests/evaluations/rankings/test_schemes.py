"""Two people change a scheme: who may do what in which state."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluations.ledger.models import PeriodChange
from evaluations.ledger.periods import Period
from evaluations.rankings.models import (
    Run,
    Scheme,
    SchemeVersion,
    SchemeVersionInUse,
)
from evaluations.rankings.services import schemes
from evaluations.rankings.services.runs import SchemeNotYet, create_run
from evaluations.rankings.services.schemes import (
    NotFirstOfMonth,
    OwnProposal,
    PeriodBegun,
    ReasonMissing,
    RulesBroken,
    SchemeCodeTaken,
    VersionNotApproved,
    VersionNotDraft,
    VersionNotOpen,
    VersionNotProposed,
    approve_version,
    copy_scheme,
    draft_version,
    edit_version,
    propose_version,
    withdraw_version,
)
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db

NOVEMBER = date(2026, 11, 1)
DECEMBER = date(2026, 12, 1)
ROLES = ("author", "colleague", "hr", "administrator", "auditor")


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """It is a day in October 2026; the first month that has not begun is November."""
    monkeypatch.setattr(schemes, "_today", lambda: date(2026, 10, 20))


@pytest.fixture
def author():
    return granted_user("operations")


@pytest.fixture
def colleague():
    return granted_user("operations")


@pytest.fixture
def shipped():
    return SchemeVersion.objects.get(scheme__code="service_star", number=1)


def version_in(state, shipped, author) -> SchemeVersion:
    """Return a version by `author` in one of the four states."""
    draft = draft_version(version_id=shipped.pk, by=author)
    if state == "withdrawn":
        return withdraw_version(version_id=draft.pk, note="changed my mind", by=author)
    if state in ("proposed", "approved"):
        propose_version(version_id=draft.pk, by=author)
    if state == "approved":
        other = granted_user("operations")
        approve_version(version_id=draft.pk, note="", by=other)
    draft.refresh_from_db()
    return draft


def act(action, version, by):
    if action == "edit":
        return edit_version(
            version_id=version.pk,
            rules=version.rules,
            valid_from=version.valid_from,
            note="again",
            by=by,
        )
    if action == "propose":
        return propose_version(version_id=version.pk, by=by)
    if action == "approve":
        return approve_version(version_id=version.pk, note="fine", by=by)
    if action == "withdraw":
        return withdraw_version(version_id=version.pk, note="no", by=by)
    if action == "draft":
        return draft_version(version_id=version.pk, by=by)
    return copy_scheme(version_id=version.pk, code="own", name="Own", by=by)


# What the author and a colleague with the same powers meet, by state and action; who
# is not named here is always refused for want of the power.
OUTCOMES = {
    ("draft", "edit"): ("draft", PermissionDenied),
    ("draft", "propose"): ("proposed", "proposed"),
    ("draft", "approve"): (VersionNotProposed, VersionNotProposed),
    ("draft", "withdraw"): ("withdrawn", "withdrawn"),
    ("draft", "draft"): (VersionNotApproved, VersionNotApproved),
    ("draft", "copy"): (VersionNotApproved, VersionNotApproved),
    ("proposed", "edit"): (VersionNotDraft, PermissionDenied),
    ("proposed", "propose"): ("proposed", "proposed"),
    ("proposed", "approve"): (OwnProposal, "approved"),
    ("proposed", "withdraw"): ("withdrawn", "withdrawn"),
    ("proposed", "draft"): (VersionNotApproved, VersionNotApproved),
    ("proposed", "copy"): (VersionNotApproved, VersionNotApproved),
    ("approved", "edit"): (VersionNotDraft, PermissionDenied),
    ("approved", "propose"): (VersionNotDraft, VersionNotDraft),
    ("approved", "approve"): (VersionNotProposed, VersionNotProposed),
    ("approved", "withdraw"): (VersionNotOpen, VersionNotOpen),
    ("approved", "draft"): ("draft", "draft"),
    ("approved", "copy"): ("draft", "draft"),
    ("withdrawn", "edit"): (VersionNotDraft, PermissionDenied),
    ("withdrawn", "propose"): (VersionNotDraft, VersionNotDraft),
    ("withdrawn", "approve"): (VersionNotProposed, VersionNotProposed),
    ("withdrawn", "withdraw"): ("withdrawn", "withdrawn"),
    ("withdrawn", "draft"): (VersionNotApproved, VersionNotApproved),
    ("withdrawn", "copy"): (VersionNotApproved, VersionNotApproved),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("state", "action"), OUTCOMES)
def test_state_action_and_role_decide(state, action, role, shipped, author, colleague):
    version = version_in(state, shipped, author)
    before = SchemeVersion.objects.values().get(pk=version.pk)
    if role in ("author", "colleague"):
        by = author if role == "author" else colleague
        outcome = OUTCOMES[state, action][role == "colleague"]
    else:
        by, outcome = granted_user(role), PermissionDenied
        if role == "hr" and state != "approved" and action not in ("draft", "copy"):
            outcome = SchemeVersion.DoesNotExist
    count = SchemeVersion.objects.count()
    if isinstance(outcome, str):
        assert act(action, version, by).state == outcome
        return
    with pytest.raises(outcome):
        act(action, version, by)
    assert SchemeVersion.objects.values().get(pk=version.pk) == before
    assert SchemeVersion.objects.count() == count
    assert not Scheme.objects.filter(code="own").exists()


def test_an_approved_version_gets_the_next_number_and_holds_from_its_day(
    shipped, author, colleague
):
    draft = draft_version(version_id=shipped.pk, by=author)
    assert (draft.number, draft.valid_from) == (None, NOVEMBER)
    assert draft.based_on == shipped
    for_november = Period.parse("2026-11")
    assert SchemeVersion.objects.for_period("service_star", for_november) == shipped
    propose_version(version_id=draft.pk, by=author)
    assert SchemeVersion.objects.for_period("service_star", for_november) == shipped
    done = approve_version(version_id=draft.pk, note="as agreed", by=colleague)
    assert (done.number, done.verdict, done.approved_by) == (2, "as agreed", colleague)
    of = SchemeVersion.objects.for_period
    assert of("service_star", for_november) == done
    assert of("service_star", Period.parse("2026-10")) == shipped
    assert of("service_star", Period.parse("2026-Q4")) == shipped


def test_numbers_follow_approval_not_drafting(shipped, author, colleague):
    first, second = (draft_version(version_id=shipped.pk, by=author) for _ in range(2))
    for draft in (second, first):
        propose_version(version_id=draft.pk, by=author)
        approve_version(version_id=draft.pk, note="", by=colleague)
    numbers = SchemeVersion.objects.in_bulk([first.pk, second.pk])
    assert [numbers[one.pk].number for one in (first, second)] == [3, 2]


def test_who_proposed_what_another_drafted_may_not_approve_it(
    shipped, author, colleague
):
    draft = draft_version(version_id=shipped.pk, by=author)
    propose_version(version_id=draft.pk, by=colleague)
    for by in (author, colleague):
        with pytest.raises(OwnProposal):
            approve_version(version_id=draft.pk, note="", by=by)
    third = granted_user("operations")
    approve_version(version_id=draft.pk, note="", by=third)


def test_the_database_refuses_one_person_alone(shipped, author):
    version = version_in("proposed", shipped, author)
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeVersion.objects.filter(pk=version.pk).update(
            state="approved",
            number=2,
            approved_by=author,
            approved_at=timezone.now(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeVersion.objects.filter(pk=version.pk).update(state="approved", number=2)
    version.refresh_from_db()
    assert version.state == "proposed"


def edit(version, by, **changed):
    fields = {"rules": version.rules, "valid_from": version.valid_from, "note": ""}
    return edit_version(version_id=version.pk, by=by, **(fields | changed))


def test_edit_refuses_rules_that_do_not_hold_together(shipped, author):
    draft = draft_version(version_id=shipped.pk, by=author)
    with pytest.raises(RulesBroken, match=r"rules\.basis: unknown luck"):
        edit(draft, author, rules={**draft.rules, "basis": "luck"})
    draft.refresh_from_db()
    assert draft.rules == shipped.rules


def test_rules_never_begin_in_a_period_that_has_begun(shipped, author, colleague):
    draft = draft_version(version_id=shipped.pk, by=author)
    for day in (date(2026, 10, 1), date(2025, 1, 1)):
        with pytest.raises(PeriodBegun) as raised:
            edit(draft, author, valid_from=day)
        assert "2026-11-01" in str(raised.value)
    with pytest.raises(NotFirstOfMonth):
        edit(draft, author, valid_from=date(2026, 12, 2))
    draft.refresh_from_db()
    assert draft.valid_from == NOVEMBER


def test_rules_never_begin_in_a_closed_or_published_period(shipped, author):
    draft = draft_version(version_id=shipped.pk, by=author)
    PeriodChange.objects.create(period="2026-11", state="closed")
    with pytest.raises(PeriodBegun) as raised:
        edit(draft, author, valid_from=NOVEMBER)
    assert "2026-12-01" in str(raised.value)
    PeriodChange.objects.create(period="2026-11", state="reopened", reason="x")
    edit(draft, author, valid_from=NOVEMBER)
    now = timezone.now()
    Run.objects.create(
        period="2026",
        scheme=shipped.scheme,
        scheme_version=shipped,
        revision=1,
        state="published",
        step="done",
        reviewed_at=now,
        published_at=now,
    )
    with pytest.raises(PeriodBegun) as raised:
        edit(draft, author, valid_from=DECEMBER)
    assert "2027-01-01" in str(raised.value)


def test_a_proposal_that_waited_too_long_is_not_approved(
    shipped, author, colleague, monkeypatch
):
    version = version_in("proposed", shipped, author)
    monkeypatch.setattr(schemes, "_today", lambda: date(2026, 11, 1))
    with pytest.raises(PeriodBegun):
        approve_version(version_id=version.pk, note="", by=colleague)
    version.refresh_from_db()
    assert (version.state, version.number) == ("proposed", None)


def test_withdrawing_needs_a_reason(shipped, author):
    draft = draft_version(version_id=shipped.pk, by=author)
    with pytest.raises(ReasonMissing):
        withdraw_version(version_id=draft.pk, note="  ", by=author)
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_used_version_is_only_superseded(shipped, author, colleague):
    version = version_in("approved", shipped, author)
    create_run(period=Period.parse("2026-11"), scheme="service_star", by=None)
    version.refresh_from_db()
    version.note = "other"
    with pytest.raises(SchemeVersionInUse):
        version.save()
    with pytest.raises(SchemeVersionInUse):
        version.delete()


def test_a_copied_scheme_ranks_nobody_before_it_is_approved(shipped, author, colleague):
    draft = copy_scheme(version_id=shipped.pk, code="floor", name="Floor", by=author)
    assert (str(draft.scheme), draft.rules) == ("Floor", shipped.rules)
    assert not Scheme.objects.in_use().filter(code="floor").exists()
    november, october = Period.parse("2026-11"), Period.parse("2026-10")
    with pytest.raises(SchemeNotYet):
        create_run(period=november, scheme="floor", by=None)
    propose_version(version_id=draft.pk, by=author)
    approve_version(version_id=draft.pk, note="", by=colleague)
    assert Scheme.objects.in_use().filter(code="floor").exists()
    run = create_run(period=november, scheme="floor", by=None)
    assert run.scheme_version_id == draft.pk
    # Nobody is judged by rules that nobody could know.
    with pytest.raises(SchemeNotYet):
        create_run(period=october, scheme="floor", by=None)
    assert list(Run.objects.all()) == [run]


def test_a_code_is_given_once(shipped, author):
    for code in ("onsite", "service_star_fair"):
        with pytest.raises(SchemeCodeTaken):
            copy_scheme(version_id=shipped.pk, code=code, name="x", by=author)


def test_drafts_are_seen_by_who_prepares_or_audits_them(shipped, author):
    draft = draft_version(version_id=shipped.pk, by=author)

    def sees(user):
        return SchemeVersion.objects.visible_to(user).filter(pk=draft.pk).exists()

    seeing = [granted_user(role) for role in ("operations", "administrator", "auditor")]
    assert [sees(user) for user in seeing] == [True, True, True]
    blind = [granted_user("hr"), granted_user("agency"), staff_user()]
    assert [sees(user) for user in blind] == [False, False, False]
