"""A shopper with a visit to do, her agency's reviewer, and six questions."""

from datetime import UTC, date, datetime, time
from io import BytesIO
from uuid import uuid4

from django.utils import timezone
from PIL import Image

from evaluations.mystery.models import Report
from evaluations.mystery.services.evidence import keep
from evaluations.mystery.services.submitting import Filled, Given, begin
from staffing.people.models import RoleGrant, User
from tests.evaluations.mystery.factories import (
    QuestionnaireFactory,
    ReportFactory,
    ScenarioFactory,
    ShopperFactory,
    VersionFactory,
    VisitQuestionFactory,
    WaveFactory,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
)

NOW = datetime(2026, 10, 12, 6, tzinfo=UTC)  # 14 o'clock at the outlet
ANSWERS = {
    "HELLO": "yes",
    "SMILE": "3",
    "WAIT": "7",
    "OFFERED": "no",
    "WORDS": "Come in",
}


def filled(**changes: str) -> Filled:
    """Return a report that lacks nothing; `changes` are answers by question."""
    return Filled(
        visited_on=date(2026, 10, 12),
        arrived_at=time(10, 5),
        left_at=time(10, 40),
        badge="10023",
        comment="Clean",
        answers={
            code: Given(value) for code, value in (ANSWERS | changes).items() if value
        },
    )


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(made, "JPEG")
    return made.getvalue()


class Clock:
    """The time of day, as a test sets it."""

    def __init__(self, monkeypatch) -> None:
        self._at = NOW
        monkeypatch.setattr(timezone, "now", lambda: self._at)

    def move_to(self, at: datetime) -> None:
        self._at = at


class Field:
    def __init__(self, shopper: User | None = None) -> None:
        self.agency = AgencyFactory(code="CLEAR", name="Clear Eyes")
        self.reviewer = granted_user("agency", agency=self.agency)
        self.shopper = ShopperFactory(
            agency=self.agency,
            code="FIELD-1",
            name="Lin Wei",
            user=shopper or UserFactory(username="shopper-one"),
        )
        self.version = VersionFactory(questionnaire=QuestionnaireFactory())
        self.questions(self.version)
        self.wave = WaveFactory(questionnaire=self.version.questionnaire)
        self.report = self.another_report()

    def questions(self, version, hello_weight: int = 2) -> None:
        def ask(position, code, **more):
            VisitQuestionFactory(version=version, position=position, code=code, **more)

        bands = [{"up_to": "5", "percent": 100}, {"up_to": "10", "percent": 50}]
        bands.append({"up_to": None, "percent": 0})
        ask(1, "HELLO", weight=hello_weight, title_en="Were you greeted?")
        ask(2, "SMILE", kind="scale", weight=5)
        ask(3, "WAIT", kind="number", weight=4, bands=bands, section="speed")
        ask(4, "OFFERED", weight=3, section="answers")
        ask(
            5,
            "EXPLAINED",
            section="answers",
            condition={"question": "OFFERED", "answers": ["yes"]},
        )
        ask(6, "WORDS", kind="text", weight=0, required=False, section="answers")

    def another_report(self, **more) -> Report:
        given = {
            "wave": self.wave,
            "shopper": self.shopper,
            "outlet": OutletFactory(),
            "scenario": ScenarioFactory(brief_en="Ask for a plan for little money."),
            "from_on": date(2026, 10, 1),
            "to_on": date(2026, 10, 15),
        }
        return ReportFactory(**(given | more))

    def ask_for_receipt(self) -> None:
        VisitQuestionFactory(
            version=self.version,
            position=7,
            code="BILL",
            kind="evidence",
            weight=0,
            evidence="receipt",
        )

    def begin(self) -> Report:
        return begin(report=self.report.uuid, by=self.shopper.user)

    def bring(self, question: str, content: bytes = b""):
        return keep(
            report=self.report,
            evidence=uuid4(),
            question=question,
            content=content or picture(),
            by=self.shopper.user,
        )

    def another_agency(self) -> User:
        return granted_user("agency", agency=AgencyFactory())

    def grant_agency(self, user: User) -> RoleGrant:
        grant = RoleGrantFactory(role="agency", user=user, agency=self.agency)
        vars(user).pop("sight", None)
        vars(user).pop("_held", None)
        return grant

    def reviewer_anew(self) -> User:
        return User.objects.get(pk=self.reviewer.pk)
