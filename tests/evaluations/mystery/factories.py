from datetime import UTC, date, datetime, time

import factory
from factory.django import DjangoModelFactory

from evaluations.mystery.models import (
    Answer,
    Questionnaire,
    QuestionnaireVersion,
    Report,
    Scenario,
    Shopper,
    Visit,
    VisitQuestion,
    Wave,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AgencyFactory, EmployeeFactory


class VisitFactory(DjangoModelFactory[Visit]):
    class Meta:
        model = Visit

    class Params:
        unreleased = factory.Trait(released_at=None)

    visit_no = factory.Sequence(lambda n: f"V{n}")
    outlet = factory.SubFactory(OutletFactory)
    employee = factory.SubFactory(EmployeeFactory)
    date = date(2026, 10, 12)
    points = 8400
    out_of = 10000
    released_at = datetime(2026, 10, 14, tzinfo=UTC)


class QuestionnaireFactory(DjangoModelFactory[Questionnaire]):
    class Meta:
        model = Questionnaire

    code = factory.Sequence(lambda n: f"Q{n}")
    title_en = "As a customer"
    title_zh = "顾客视角"


class VersionFactory(DjangoModelFactory[QuestionnaireVersion]):
    class Meta:
        model = QuestionnaireVersion

    questionnaire = factory.SubFactory(QuestionnaireFactory)
    number = 1


class VisitQuestionFactory(DjangoModelFactory[VisitQuestion]):
    class Meta:
        model = VisitQuestion

    version = factory.SubFactory(VersionFactory)
    position = factory.Sequence(lambda n: n)
    code = factory.Sequence(lambda n: f"A{n}")
    section = "process"
    kind = "yes_no"
    title_en = factory.LazyAttribute(lambda o: f"Asked {o.code}")
    weight = 1


class ScenarioFactory(DjangoModelFactory[Scenario]):
    class Meta:
        model = Scenario

    code = factory.Sequence(lambda n: f"S{n}")
    title_en = "A new plan"
    brief_en = "Ask for a plan for little money."


class WaveFactory(DjangoModelFactory[Wave]):
    class Meta:
        model = Wave

    code = factory.Sequence(lambda n: f"W{n}")
    title = "October"
    questionnaire = factory.SubFactory(QuestionnaireFactory)
    opens_on = date(2026, 10, 1)
    closes_on = date(2026, 10, 31)
    state = "running"


class ShopperFactory(DjangoModelFactory[Shopper]):
    class Meta:
        model = Shopper

    agency = factory.SubFactory(AgencyFactory)
    code = factory.Sequence(lambda n: f"K{n}")
    name = factory.Sequence(lambda n: f"Shopper {n}")


class ReportFactory(DjangoModelFactory[Report]):
    """A visit to be done; `done` gives one submitted, without answers."""

    class Meta:
        model = Report

    class Params:
        done = factory.Trait(
            state="submitted",
            version=factory.SubFactory(VersionFactory),
            visited_on=date(2026, 10, 12),
            arrived_at=time(10, 5),
            left_at=time(10, 40),
            points=800,
            out_of=1000,
            submitted_at=datetime(2026, 10, 12, 9, tzinfo=UTC),
        )

    number = factory.Sequence(lambda n: f"W-{n:04}")
    wave = factory.SubFactory(WaveFactory)
    outlet = factory.SubFactory(OutletFactory)
    shopper = factory.SubFactory(ShopperFactory)
    scenario = factory.SubFactory(ScenarioFactory)
    from_on = date(2026, 10, 1)
    to_on = date(2026, 10, 31)


class AnswerFactory(DjangoModelFactory[Answer]):
    class Meta:
        model = Answer

    report = factory.SubFactory(ReportFactory, done=True)
    question = factory.SubFactory(VisitQuestionFactory)
    value = "yes"
    points = 100
    out_of = 100
