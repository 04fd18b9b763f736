"""Every model of the product either has a history or a reason to have none."""

import pytest
from django.apps import apps

from outlets.exchange.tracking import tracked
from staffing.accounts.words import FIELDS

ROOTS = ("outlets", "staffing", "evaluations", "simulation")

TRACKED = {
    "people.employee",
    "people.assignment",
    "people.user",
    "people.rolegrant",
    "people.agency",
    "people.retentionrule",
    "people.erasure",
    "accounts.serviceaccount",
    "accounts.device",
    "accounts.pin",
    "accounts.secondfactorrule",
    "places.region",
    "places.outlet",
    "places.zone",
    "flow.holiday",
    "rosters.areaowner",
    "rosters.leave",
    "rosters.rosterrules",
    "rosters.shiftkind",
    "rosters.swap",
    "standards.standard",
    "standards.standardversion",
    "standards.item",
    "checks.campaign",
    "checks.correction",
    "checks.heldcheck",
    "checks.trialdevice",
    "checks.flag",
    "checks.locatedregion",
    "complaints.case",
    "complaints.clockcalendar",
    "knowledge.blueprint",
    "feed.webhook",
    "mystery.wave",
    "mystery.scenario",
    "mystery.questionnaire",
    "mystery.questionnaireversion",
    "mystery.shopper",
    "knowledge.question",
    "mystery.visit",
    "targets.target",
    "targets.kpidefinition",
    "targets.kpivalue",
    "targets.monthweight",
    "ledger.periodchange",
    "rankings.scheme",
    "rankings.schemeversion",
    "rankings.display",
    "rankings.placescheme",
    "rankings.run",
    "awards.awardlist",
    "awards.award",
    "awards.round",
    "awards.nomination",
    "awards.certificate",
    "awards.bonus",
    "growth.project",
    "growth.outletbonus",
    "growth.contest",
}
# Rows that are written once and say themselves who made them, when and why.
APPEND_ONLY = {
    "accounts.historyrecord": "is the history",
    "accounts.accessrecord": "is a log",
    "ledger.entry": "a correction is a reversal and a new version, with who and why",
    "rankings.seenlist": "says who saw the list, when, and with which note",
    "rankings.standing": "frozen with its run by a hash",
    "accounts.serviceevent": "a log of its own for who runs the service",
    "accounts.servicesecret": "made and ended by lines of the service's own log",
    "people.erasednumber": "a digest that goes with its erasure",
    "people.personalexport": "says who asked for it, when and why; taking it is logged",
    "people.retentionreport": "the report of one night",
    "exchange.import": "says itself who loaded which file, and what came of it",
    "exchange.importfault": "goes with its import",
    "rankings.placerun": "made once with its run, frozen by a hash",
    "rankings.placestanding": "frozen with its run by a hash",
    "rankings.regionstanding": "frozen with its run by a hash",
    "checks.rounddraw": "drawn once, with the seed that proves it",
    "rosters.publication": "says who published which months of a region, when",
    "rosters.rosterchange": "is the log of what was changed after publication",
    "rosters.search": "says who asked for it, when, and what came of it",
    "complaints.casechange": "a log of its own for everybody who sees the case",
    "complaints.caseevent": "written once, by whom and when",
    "complaints.escalation": "written once, by the clock",
    "complaints.redlineevent": "written once, by whom and when",
    "complaints.redlineevidence": "put in once, by whom and when",
    "complaints.orderevent": "written once, by whom and when",
    "complaints.orderstep": "written once, by the clock",
    "complaints.complaintmeeting": "says who held it, when; frozen by a hash",
    "awards.step": "written once, by whom and when",
    "awards.candidate": "noted when a round is opened, never changed",
    "awards.member": "a seat; says itself who took it away, when and why",
    "awards.extension": "written once, by whom and when",
    "awards.objection": "says itself who said and who answered it, when and why",
    "awards.fundline": "written once, by whom and when",
    "awards.pointline": "written once, by whom and when",
    "growth.projectstep": "written once, by whom and when",
    "growth.projectscore": "written once, by whom and when; corrected by another",
    "growth.projectevidence": "put in once; its step says by whom and when",
    "growth.discipline": "part of a plan that nobody sees; fixed once it is open",
    "growth.contestant": "says who entered her; what follows is the result",
    "growth.judge": "a seat; says itself when it was taken away",
    "growth.mark": "hundreds an hour while judging lasts; frozen by the release",
    "growth.customermarks": "a count and a sum; frozen by the release",
    "knowledge.questionversion": "written once, by whom and when",
    "knowledge.articleversion": "written once, by whom and when",
    "knowledge.article": "made with its first version; its topic may change",
    "knowledge.topic": "added once, never changed",
    "mystery.sending": "what a phone sent, once; says itself what became of it",
    "knowledge.absencedecision": "written once, by whom and when",
    "mystery.visitquestion": "goes with its version; written once",
    "mystery.reportevent": "written once, by whom and when",
    "mystery.visitappeal": "its lines say who did what, when",
    "mystery.visitappealevent": "written once, by whom and when",
    "notices.bulletin": "says who published and who withdrew it; never changes",
}
# What comes in by the thousand, from machines and from the floor.
VOLUME = {
    "checks.drawseed": "made by chance once a day, never changed",
    "checks.photodraw": "what a seed gave; drawn again on its page",
    "checks.photorequest": "goes with its draw",
    "checks.recheck": "drawn once, by whom and when",
    "checks.retaken": "judged once, by who drew it",
    "checks.away": "taking it back keeps the row, with who and when",
    "checks.campaigntarget": "goes with its campaign; its check has a history",
    "checks.check": "its corrections are tracked",
    "checks.checkmark": "goes with its check",
    "checks.correctiveaction": "its steps say who did what, when",
    "checks.actionstep": "written once, by whom and when",
    "checks.checkphoto": "from tablets; never changed once it is whole",
    "checks.delivery": "a mark of an idempotent call",
    "checks.floortap": "written once, by whom and when",
    "checks.spill": "derived from taps",
    "checks.deviceday": "derived from taps",
    "complaints.handling": "its lines say who did what, when",
    "complaints.redlinefile": "its lines say who did what, when; few may read it",
    "complaints.redlineparty": "the file's lines say who decided what, when",
    "complaints.supervisionorder": "its lines say who did what, when",
    "awards.ballot": "secret; the nomination's steps say that somebody voted",
    "awards.fund": "its lines say who paid in and out",
    "awards.outletaward": "follows from its nomination, which has a history",
    "knowledge.sitting": "says itself when it began and ended, and what came of it",
    "knowledge.sittingquestion": "answers by the thousand; never changed once marked",
    "knowledge.testresult": "one row a person and week; never changed on a page",
    "mystery.questionnairedraft": "not in force yet; its publication is tracked",
    "mystery.quota": "goes with its wave, which has a history",
    "mystery.report": "its lines say who did what, when",
    "mystery.answer": "goes with its report; an appeal keeps what it was",
    "mystery.visitevidence": "put in once; never changed",
    "awards.nominationorder": "a mark of an idempotent call",
    "feed.change": "written by triggers; says what changed, not how",
    "feed.mark": "how far the feed's own clock is",
    "feed.delivery": "itself a line of a log",
    "feed.attempt": "itself a line of a log",
    "feed.order": "a mark of an idempotent call",
    "feed.export": "says which service asked for what, when; taking it is logged",
    "feedback.rating": "from pads and messages, never changed by hand",
    "feedback.invitation": "from the messaging system",
    "feedback.counter": "says who added it, when it was bound and when it ended",
    "feedback.counterstint": "says who said so, from when to when; never changed",
    "feedback.origin": "goes with its rating, never changed",
    "feedback.setaside": "from pads and phones, never changed",
    "feedback.customernumber": "from the business system; forgotten within days",
    "feedback.message": "drawn and sent by the system; says itself what became of it",
    "feedback.calldraw": "drawn once by the system; can be made again",
    "feedback.callback": "its tries say who called, when; what was said is kept once",
    "feedback.callattempt": "written once, by whom and when",
    "feedback.delivery": "a mark of an idempotent call",
    "accounts.devicecredential": "turns with the use of a tablet; its hash is a secret",
    "accounts.enrolmentcode": "good for minutes; its use is told of the tablet",
    "accounts.lock": "a count of slips, forgotten after eight days",
    "flow.ticket": "from the queue machine",
    "flow.ticketevent": "from the queue machine and the desk; never changed",
    "flow.doorcount": "from the door counter",
    "flow.boardreading": "from the boards",
    "flow.transaction": "from the tills",
    "flow.delivery": "a mark of an idempotent call",
    "flow.dailyvolume": "derived from raw rows",
    "flow.movedmonth": "written once, when tickets go; itself the record of it",
    "flow.hourlyboard": "derived from raw rows",
    "flow.hourlycount": "derived from raw rows",
    "flow.halfhourflow": "derived from raw rows",
    "flow.outletforecast": "derived from roll-ups every night",
    "flow.keptforecast": "what a forecast said, kept as it was",
    "flow.hourlyflow": "derived from raw rows",
    "flow.serverday": "derived from raw rows",
    "flow.fault": "derived from taps",
    "flow.flowalert": "derived from tickets; says itself who has seen to it",
    "notices.notice": "from the system; says itself when it was read and acknowledged",
    "notices.quiethours": "set by the person herself",
    "rosters.rosterday": "a row per person and day, loaded anew with every plan",
    "rosters.roster": "says who saved and who published it; changes after are a log",
    "rosters.plannedday": "cells of a draft; who saved them is said by the month",
    "rosters.wish": "said and taken back by the person herself",
    "rosters.calendarfeed": "a hash of a secret",
    "simulation.simulation": "a demo, not the product",
    "standards.draft": "not in force yet; its publication is tracked",
    "standards.draftitem": "not in force yet; its publication is tracked",
}


def _models_of_the_product():
    return {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in ROOTS
    }


def test_every_model_is_tracked_or_says_why_not():
    known = TRACKED | APPEND_ONLY.keys() | VOLUME.keys()
    assert _models_of_the_product() - known == set()
    assert known - _models_of_the_product() == set()


def test_the_list_of_tracked_models_is_what_the_rooms_registered():
    ours = {known.kind for known in tracked().values()}
    assert ours == TRACKED | {"oauth2_provider.application"}


def test_every_tracked_field_has_a_name_for_readers():
    fields = {name for known in tracked().values() for name in known.fields}
    assert fields - FIELDS.keys() == set()


@pytest.mark.parametrize(
    ("kind", "secret"),
    [
        ("people.user", "password"),
        ("people.user", "last_login"),
        ("accounts.pin", "pin_hash"),
        ("accounts.serviceaccount", "last_used_from"),
        ("people.erasure", "reason"),
        ("oauth2_provider.application", "client_secret"),
    ],
)
def test_secrets_and_noise_are_not_kept(kind, secret):
    known = next(one for one in tracked().values() if one.kind == kind)
    assert secret not in known.fields
