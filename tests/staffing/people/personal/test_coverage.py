"""Whatever leads to a person, or is free text, stands in a holding or in a list."""

import pytest
from django.apps import apps
from django.db import models

from staffing.people.personal.registry import holdings

PEOPLE = {"people.Employee", "people.User"}
# A text column that holds no words about anybody, with the reason.
_CODE = "a code or a key of ours"
_PLACE = "names a place"
_RULES = "words of a rule or a checklist, about nobody"
_FROZEN = "figures and codes by uuid; a name in it would break the hash"
_SYSTEM = "the frame's own, about nobody"
WITHOUT_PEOPLE = {
    "checks.CampaignTarget": "an outlet of a campaign",
    "notices.Bulletin_outlets": "an outlet of an announcement",
    "places.Region": _PLACE,
    "places.Outlet": _PLACE,
    "places.Zone": _PLACE,
    "checks.Spill": "instants and an area; who reported it is on the tap",
    "flow.DoorCount": _CODE,
    "flow.BoardReading": _CODE,
    "flow.HourlyFlow": _CODE,
    "flow.HalfHourFlow": _CODE,
    "flow.Holiday": "a day of the calendar",
    "flow.OutletForecast": _CODE,
    "flow.KeptForecast": _CODE,
    "flow.DailyVolume": _CODE,
    "flow.MovedMonth": "counts, and a file without numbers of servers",
    "flow.Delivery": "the sender is a service or a user's key; no name",
    "checks.DrawSeed": "chance, about nobody",
    "checks.Delivery": "a uuid and a hash; it names nobody",
    "feedback.Counter": "a counter of an outlet",
    "feedback.Origin": "keyed hashes and uuids; goes with its rating",
    "feedback.SetAside": "a mark about nobody",
    "feedback.Delivery": "the sender is a service or a user's key; no name",
    "rosters.ShiftKind": _RULES,
    "rosters.RosterRules": _RULES,
    "rosters.Publication": "codes of outlets and why each was left; about nobody",
    "standards.Standard": _RULES,
    "standards.StandardVersion": _RULES,
    "standards.Draft": _RULES,
    "standards.DraftItem": _RULES,
    "standards.Item": _RULES,
    "rankings.Scheme": _CODE,
    "rankings.SchemeVersion": _RULES,
    "rankings.Display": _CODE,
    "rankings.Run": _FROZEN,
    "rankings.SeenList": "a reviewer's note about a list of a draft",
    "rankings.PlaceScheme": _RULES,
    "rankings.PlaceRun": "rules and hashes, about nobody",
    "rankings.PlaceStanding": "about an outlet; its people as scores only",
    "rankings.RegionStanding": _PLACE,
    "awards.AwardList": _CODE,
    "awards.NominationOrder": "a digest under the key of a service or an account",
    "feed.Change": "ids of rows; what they say is read when it is told",
    "feed.Mark": "a day and two numbers",
    "feed.Webhook": "an address of a system, and a cursor",
    "feed.Delivery": "ids of rows; what they say is read when it is sent",
    "feed.Attempt": "a status, or why nothing answered",
    "feed.Order": "the sender is a service's key; no name",
    "feed.Export": "names of files with counts and hashes; the files go after a day",
    "awards.OutletAward": "about an outlet",
    "awards.Round": _CODE,
    "growth.Contest": "what a contest of many is called",
    "growth.Discipline": "what is marked in a contest",
    "growth.OutletBonus": "about an outlet",
    "awards.Fund": "what an account is called",
    "targets.Target": _CODE,
    "targets.KpiDefinition": _RULES,
    "targets.KpiValue": _CODE,
    "knowledge.Article": _CODE,
    "knowledge.Blueprint": _RULES,
    "knowledge.ArticleVersion": "the knowledge base, about nobody",
    "knowledge.Question": _CODE,
    "knowledge.QuestionVersion": "the question bank, about nobody",
    "knowledge.TestResult": _CODE,
    "knowledge.Topic": "a field of knowledge",
    "mystery.Questionnaire": _RULES,
    "mystery.QuestionnaireDraft": _RULES,
    "mystery.QuestionnaireVersion": _RULES,
    "mystery.VisitQuestion": _RULES,
    "mystery.Scenario": _RULES,
    "mystery.Wave": "a plan: days, money and codes of shoppers",
    "mystery.Wave_agencies": "companies that carry out a wave",
    "mystery.Wave_scenarios": _RULES,
    "mystery.Quota": "visits to outlets of a class",
    "mystery.Shopper": "somebody of an outside firm; her name is the firm's own",
    "mystery.Shopper_regions": _PLACE,
    "mystery.Shopper_avoids": _PLACE,
    "complaints.CaseChange": "a verdict or an instant",
    "complaints.Escalation": "a level and instants of the clock",
    "complaints.OrderStep": "a region and instants of the clock",
    "complaints.SupervisionOrder_cases": "cases behind an order of a unit",
    "complaints.ClockCalendar": "hours and days of a region",
    "simulation.Simulation": "a simulated chain: nobody in it exists",
    "people.Agency": "a company",
    "accounts.EnrolmentCode": "a hash of a code of minutes",
    "accounts.DeviceCredential": "a hash of what a tablet holds",
    "accounts.ServiceSecret": "a digest of what a service holds",
    "socialaccount.SocialApp": "a directory, not a person",
    "axes.AccessAttemptExpiration": "when an attempt is forgotten",
    "people.RetentionRule": "why a kind of record is kept; about nobody",
    "people.RetentionReport": _CODE,
    "auth.Permission": _SYSTEM,
    "auth.Group": _SYSTEM,
    "contenttypes.ContentType": _SYSTEM,
    "oauth2_provider.Application": "an application, not a person",
    "oauth2_provider.Grant": "a code; the whole row is deleted",
    "oauth2_provider.AccessToken": "a token; the whole row is deleted",
    "oauth2_provider.RefreshToken": "a token; the whole row is deleted",
    "oauth2_provider.IDToken": "a token; the whole row is deleted",
    "oauth2_provider.DeviceGrant": "a code; the whole row is deleted",
}
FIELDS_WITHOUT_PEOPLE = {
    "flow.TicketEvent.ticket_no": _CODE,
    "flow.TicketEvent.counter": "a place in the hall",
    "mystery.Report.number": _CODE,
    "mystery.VisitEvidence.sha256": _CODE,
    "mystery.VisitEvidence.media_type": _CODE,
    "flow.TicketEvent.service": "a kind of business",
    "flow.Ticket.ticket_no": "a number of the day, given to whoever came",
    "flow.Ticket.service": _CODE,
    "flow.Transaction.service": _CODE,
    "ledger.Entry.component": _CODE,
    "ledger.Entry.scope": _CODE,
    "ledger.Entry.source": _CODE,
    "ledger.Entry.source_id": "made of uuids, keys and days; never of a number",
    "ledger.PeriodChange.period": _CODE,
    "ledger.PeriodChange.reason": "why a month was opened again, about nobody",
    "checks.Campaign.title": "what a campaign of outlets is called",
    "checks.Campaign.ended_because": "why it was called off, about nobody",
    "checks.RoundDraw.outlet_code": _CODE,
    "checks.RoundDraw.hours": "opening hours of an outlet",
    "checks.RoundDraw.seed": _CODE,
    "checks.Check.slot": _CODE,
    "checks.HeldCheck.digest": _CODE,
    "checks.TrialDevice.code": _CODE,
    "flow.Fault.thing": _CODE,
    "flow.FlowAlert.figures": "figures of an hour or a queue, about nobody",
    "notices.Bulletin.posts": _CODE,
    "checks.Flag.key": _CODE,
    "checks.PhotoDraw.candidates": "uuids of a draw, without names",
    "checks.Recheck.seed": _CODE,
    "checks.Recheck.drawn_from": "uuids of checks",
    "checks.CheckPhoto.file": "made of a month and a uuid",
    "checks.CheckPhoto.sha256": _CODE,
    "checks.CheckPhoto.phash": "of the picture, and gone with it",
    "checks.CheckPhoto.refused": _CODE,
    "knowledge.Sitting.seed": _CODE,
    "knowledge.Sitting.pool": "codes of the questions of a draw",
    "knowledge.Sitting.counts": "codes of topics, and how many questions",
    "knowledge.SittingQuestion.options": _CODE,
    "mystery.Visit.visit_no": _CODE,
    "mystery.Sending.digest": _CODE,
    "rosters.RosterChange.before": _CODE,
    "rosters.RosterChange.after": _CODE,
    "rosters.Swap.gives": _CODE,
    "rosters.Swap.takes": _CODE,
    "rosters.Search.cells": "ids of people and codes of shifts; gone with the month",
    "rosters.Search.missed": "ids of people and codes of shifts; gone with the month",
    "rosters.Search.problem": "what went wrong, in our words",
    "accounts.ServiceAccount.name": "what a service is called",
    "accounts.ServiceAccount.scopes": _CODE,
    "accounts.ServiceAccount.last_used_for": _CODE,
    "exchange.Import.kind": _CODE,
    "exchange.Import.language": _CODE,
    "exchange.Import.sha256": _CODE,
    "exchange.Import.heading": "what columns are called",
    "exchange.Import.mapping": "what columns mean",
    "exchange.ImportFault.column": "what a column is called",
    "rankings.Standing.intervals": _FROZEN,
    "feedback.CallDraw.seed": _CODE,
    "feedback.CallDraw.pool": "ids of people and numbers of tickets",
    "feedback.CallDraw.wanted": "ids of people, and how many calls",
    "feedback.CallBack.service": "a kind of business",
    "feedback.CallBack.case_no": _CODE,
    "feedback.CallBack.archive_month": _CODE,
    "feedback.Message.seed": _CODE,
    "complaints.Case.case_no": _CODE,
    "complaints.RedLineFile.file_no": _CODE,
    "complaints.RedLineEvidence.sha256": _CODE,
    "complaints.SupervisionOrder.order_no": _CODE,
    "complaints.Case.channel": _CODE,
    "complaints.Case.category": _CODE,
    "rankings.Standing.outlet_class": _CODE,
    "awards.Award.place_code": _PLACE,
    "awards.Award.place_name": _PLACE,
    "awards.Candidate.place_code": _PLACE,
    "awards.Candidate.place_name": _PLACE,
    "awards.Nomination.place_code": _PLACE,
    "awards.Nomination.place_name": _PLACE,
    "awards.Certificate.key_id": _CODE,
    "growth.ProjectScore.month": _CODE,
    "growth.ProjectEvidence.sha256": _CODE,
    "awards.FundLine.note": "where money came from; a winner stands on the bonus",
    "sessions.Session.session_key": "the whole row is deleted",
    "people.PersonalExport.message": "what went wrong, in our words",
    "people.Erasure.counts": _CODE,
    "people.Erasure.message": "what stands against it, in our words",
    "people.ErasedNumber.lifted_because": "why a number is free again",
}
# Who did something: the row keeps pointing at the account, which is scrubbed.
ACTORS_OF_THE_HOUSE = {
    "mystery.Sending.by": "whose phone sent it; the account is scrubbed",
    "rankings.SeenList.seen_by": "who looked a list through; the account is scrubbed",
    "awards.Round.opened_by": "who opened it; the account is scrubbed",
    "growth.Contest.drafted_by": "who planned it; the account is scrubbed",
    "growth.Contest.released_by": "who released results; the account is scrubbed",
    "awards.FundLine.by": "who booked it; the account is scrubbed",
    "mystery.QuestionnaireVersion.by": "who published it; the account is scrubbed",
    "mystery.QuestionnaireDraft.by": "who writes it; the account is scrubbed",
    "mystery.Wave.made_by": "who planned it; the account is scrubbed",
    "mystery.Shopper.user": "an account without a person of the chain",
    "targets.KpiValue.entered_by": "who entered a figure; the account is scrubbed",
    "ledger.PeriodChange.by": "who closed a month; the account is scrubbed",
    "checks.Away.by": "who said so; the account is scrubbed",
    "checks.Away.withdrawn_by": "who took it back; the account is scrubbed",
    "checks.Campaign.opened_by": "who opened it; the account is scrubbed",
    "checks.Campaign.ended_by": "who called it off; the account is scrubbed",
    "flow.FlowAlert.acknowledged_by": "who sees to it; the account is scrubbed",
    "notices.Bulletin.withdrawn_by": "who took it back; the account is scrubbed",
    "rosters.AreaOwner.by": "who said so; the account is scrubbed",
    "rosters.Leave.decided_by": "who decided; the account is scrubbed",
    "rosters.Swap.decided_by": "who decided; the account is scrubbed",
    "rosters.Roster.saved_by": "who saved it last; the account is scrubbed",
    "rosters.Roster.published_by": "who published it; the account is scrubbed",
    "rosters.RosterChange.by": "who changed it; the account is scrubbed",
    "rosters.Search.started_by": "who started it; the account is scrubbed",
    "rosters.Publication.started_by": "who started it; the account is scrubbed",
    "checks.HeldCheck.author": "who made it; the account is scrubbed",
    "checks.HeldCheck.settled_by": "who decided; the account is scrubbed",
    "checks.Flag.settled_by": "who looked; the account is scrubbed",
    "checks.LocatedRegion.by": "who switched it on; the account is scrubbed",
    "checks.CorrectiveAction.opened_by": "who asked; the account is scrubbed",
    "checks.CheckPhoto.author": "who took it; the account is scrubbed",
    "standards.StandardVersion.by": "who wrote a checklist; the account is scrubbed",
    "knowledge.ArticleVersion.by": "who wrote an article; the account is scrubbed",
    "knowledge.QuestionVersion.by": "who wrote a question; the account is scrubbed",
    "standards.Draft.by": "who began a draft; the account is scrubbed",
    "people.RoleGrant.granted_by": "who gave a role; the account is scrubbed",
    "people.RoleGrant.ended_by": "who took it back; the account is scrubbed",
    "accounts.Pin.ended_by": "who asked for a new one; the account is scrubbed",
    "accounts.Device.added_by": "who added a tablet; the account is scrubbed",
    "accounts.Device.enrolled_by": "who enrolled it; the account is scrubbed",
    "accounts.Device.revoked_by": "who revoked it; the account is scrubbed",
    "accounts.EnrolmentCode.made_by": "who made a code; the account is scrubbed",
    "accounts.SecondFactorRule.decided_by": "who decided; the account is scrubbed",
    "accounts.ServiceAccount.created_by": "who created it; the account is scrubbed",
    "accounts.ServiceAccount.revoked_by": "who revoked it; the account is scrubbed",
    "accounts.ServiceEvent.by": "who did it; the account is scrubbed",
    "accounts.ServiceSecret.created_by": "who issued it; the account is scrubbed",
    "accounts.ServiceSecret.revoked_by": "who revoked it; the account is scrubbed",
    "feedback.Counter.added_by": "who added it; the account is scrubbed",
    "feedback.CounterStint.said_by": "who said so; the account is scrubbed",
    "people.RetentionRule.by": "who set a rule; the account is scrubbed",
    "people.Erasure.proposed_by": "who asked; the account is scrubbed",
    "people.Erasure.confirmed_by": "who confirmed; the account is scrubbed",
    "people.Erasure.closed_by": "who closed it; the account is scrubbed",
}


def _covered() -> set[str]:
    return {name for holding in holdings() for name in holding.covers}


def _own_fields(model):
    for field in model._meta.get_fields():
        if not field.auto_created or (field.is_relation and field.concrete):
            yield field


def _leads_to_people(field) -> bool:
    related = field.related_model if field.is_relation else None
    return related is not None and related._meta.label in PEOPLE


def _is_free_text(field) -> bool:
    texts = (models.CharField, models.TextField, models.JSONField, models.FileField)
    return isinstance(field, texts) and not getattr(field, "choices", None)


def _names(wanted) -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in _own_fields(model)
        if wanted(field)
    }


def test_every_relation_to_a_person_is_in_a_holding_or_has_a_reason():
    uncovered = _names(_leads_to_people) - _covered() - ACTORS_OF_THE_HOUSE.keys()
    assert uncovered == set()


def test_every_free_text_is_in_a_holding_or_has_a_reason():
    uncovered = {
        name
        for name in _names(_is_free_text) - _covered() - FIELDS_WITHOUT_PEOPLE.keys()
        if name.rpartition(".")[0] not in WITHOUT_PEOPLE
    }
    assert uncovered == set()


def test_no_model_hangs_on_a_person_only_through_another_unseen():
    """A row two steps away from a person is reached through a covered one."""
    direct = {name.rpartition(".")[0] for name in _names(_leads_to_people)}
    seen = direct | {name for name in _covered() if name.count(".") == 1}
    far = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for field in _own_fields(model)
        if field.is_relation
        and field.related_model is not None
        and field.related_model._meta.label in direct - PEOPLE
    }
    assert far - seen - PEOPLE - WITHOUT_PEOPLE.keys() == set()


@pytest.mark.parametrize(
    "listed", [FIELDS_WITHOUT_PEOPLE, ACTORS_OF_THE_HOUSE, dict.fromkeys(_covered())]
)
def test_the_lists_name_only_what_exists(listed):
    known = _names(lambda field: True)
    known |= {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert set(listed) - known == set()


def test_codes_of_holdings_are_names_of_files():
    assert all(one.code.isidentifier() for one in holdings())
    assert all(one.words <= set(one.columns) for one in holdings())
