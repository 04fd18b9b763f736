"""What stands between a plan and a visit: one visit to be done, one to be reviewed."""

from uuid import uuid4

from django.core.files.base import ContentFile

from evaluations.mystery.models import Shopper, Visit, VisitEvidence
from tests.evaluations.mystery.factories import (
    AnswerFactory,
    ReportFactory,
    VersionFactory,
    VisitQuestionFactory,
)


def fieldwork(key: str, text: str, visit: Visit, shopper: Shopper) -> None:
    version = VersionFactory()
    question = VisitQuestionFactory(version=version, code="A")
    about = {"outlet": visit.outlet, "shopper": shopper}
    to_do = ReportFactory(number=f"N-{key}", **about)
    to_do.wave.questionnaire = version.questionnaire
    to_do.wave.save()
    sent = ReportFactory(
        number=f"S-{key}",
        done=True,
        version=version,
        comment=f"{text} sent",
        described=f"{text} described",
        **about,
    )
    AnswerFactory(report=sent, question=question, note=f"{text} heard")
    evidence = VisitEvidence(
        uuid=uuid4(),
        report=sent,
        kind="receipt",
        media_type="application/pdf",
        sha256="0" * 64,
    )
    evidence.content.save(str(evidence.uuid), ContentFile(b"%PDF-"), save=False)
    evidence.save()
