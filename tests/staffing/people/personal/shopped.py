"""A shopper's report and an appeal in a life: words everywhere that quote the other."""

from datetime import date, timedelta
from uuid import uuid4

from evaluations.mystery.models import (
    Answer,
    Report,
    ReportEvent,
    Visit,
    VisitAppeal,
    VisitAppealEvent,
)
from tests.evaluations.mystery.factories import ReportFactory, VisitQuestionFactory


def shopped(visit: Visit, account, judge, quoting: str) -> None:
    """Let a visit come from a report, and be appealed by whom it judges."""
    on: date = visit.date
    report: Report = ReportFactory(
        done=True,
        state="reviewed",
        number=visit.visit_no,
        outlet=visit.outlet,
        shopper__agency=visit.agency,
        visit=visit,
        visited_on=on,
        badge=visit.badge,
        described=quoting,
        comment=quoting,
    )
    question = VisitQuestionFactory(version=report.version, kind="text", weight=0)
    Answer.objects.create(report=report, question=question, value=quoting, note=quoting)
    ReportEvent.objects.create(report=report, what="approve", words=quoting, by=judge)
    appeal = VisitAppeal.objects.create(
        uuid=uuid4(),
        visit=visit,
        ground="fact",
        words=quoting,
        state="refused",
        by=account,
        appellant=account.employee,
        due_on=on + timedelta(days=7),
        decided_at=visit.released_at,
        decided_by=judge,
        effect="none",
        reason=quoting,
    )
    VisitAppealEvent.objects.create(
        appeal=appeal, what="appeal", words=quoting, by=account
    )
    VisitAppealEvent.objects.create(
        appeal=appeal, what="decide", words=quoting, by=judge
    )
