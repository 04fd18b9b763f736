"""A released visit with a report behind it, appealed, and another to be checked."""

from datetime import timedelta
from uuid import uuid4

from evaluations.mystery.models import (
    Answer,
    Questionnaire,
    QuestionnaireDraft,
    Report,
    Visit,
    VisitAppeal,
)
from evaluations.mystery.services.questionnaires import told
from tests.evaluations.mystery.factories import (
    ReportFactory,
    ShopperFactory,
    VisitQuestionFactory,
)
from tests.sight.fieldwork import fieldwork
from tests.staffing.people.factories import UserFactory


def shopped(key: str, text: str, visit: Visit, hidden: Visit) -> VisitAppeal:
    """Return an appeal about which the agency is asked; nobody of the world made it."""
    shopper = ShopperFactory(agency=visit.agency, code=f"SH-{key}", name=f"{text} Kai")
    report = _report(text, visit, shopper)
    _report(text, hidden, shopper)
    _draft()
    _to_be_done(text, visit, report)
    fieldwork(key, text, visit, shopper)
    by = UserFactory()
    appeal = VisitAppeal.objects.create(
        uuid=uuid4(),
        visit=visit,
        question=report.answers.get().question,
        ground="fact",
        words=f"{text} appeal",
        state="asked",
        by=by,
        due_on=visit.date + timedelta(days=900),
        asked_at=visit.released_at,
    )
    appeal.events.create(what="appeal", words=f"{text} appeal", by=by)
    Visit.objects.filter(pk=visit.pk).update(
        disputed=True, appeal_until=visit.date + timedelta(days=900)
    )
    return appeal


def _report(text: str, visit: Visit, shopper: object) -> Report:
    report: Report = ReportFactory(
        done=True,
        state="reviewed",
        number=visit.visit_no,
        outlet=visit.outlet,
        shopper=shopper,
        visit=visit,
        comment=f"{text} report",
    )
    question = VisitQuestionFactory(version=report.version, code="A")
    Answer.objects.create(
        report=report, question=question, value="no", note=f"{text} answer"
    )
    return report


def _draft() -> None:
    """Have somebody write the next version of the questionnaire that is shipped."""
    row = Questionnaire.objects.get(code="CUSTOMER")
    asked = [told(one) for one in row.versions.get().questions.order_by("position")]
    asked[0]["weight"] = 9
    QuestionnaireDraft.objects.get_or_create(
        questionnaire=row, defaults={"questions": asked}
    )


def _to_be_done(text: str, visit: Visit, done: Report) -> None:
    """Have one more visit planned in the wave of a report, for its agency to see."""
    wave = done.wave
    wave.code, wave.title = f"WV-{visit.visit_no}", f"{text} wave"
    wave.save()
    wave.agencies.add(visit.agency)
    ReportFactory(
        number=f"N-{visit.visit_no}",
        wave=wave,
        outlet=visit.outlet,
        shopper=done.shopper,
    )
