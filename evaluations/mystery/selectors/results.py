"""What visits found: by outlet, person, question, section, scenario, wave, shopper.

Released visits within the viewer's records or about herself, and none that an appeal
annulled. Sums are made by the database; shares are in percent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Least, TruncMonth

from evaluations.ledger.periods import Period
from evaluations.mystery.models import (
    Answer,
    Section,
    Shopper,
    Visit,
    VisitQuestion,
    WaveState,
    reads_plans,
)
from evaluations.mystery.models.visits import VisitQuerySet
from evaluations.standards.models import in_language
from outlets.places.models import Region
from outlets.places.sight import Power, Sight, Viewer

# Fewer visits, or answers, say little about one outlet, person or question.
FEW = 3
CHOICES_SHOWN = 500
PERCENT = ExpressionWrapper(
    F("points") * 100.0 / F("out_of"), output_field=FloatField()
)


def reads_results(sight: Sight) -> bool:
    """Tell whether somebody reads results: of her places, or her own."""
    return sight.may(Power.SEE_RECORDS) or sight.employee_id is not None


def reads_shoppers(sight: Sight) -> bool:
    """Tell whether somebody reads how hard shoppers mark: nobody near an outlet."""
    return reads_plans(sight) or bool(sight.agency_ids)


def compares_checks(sight: Sight) -> bool:
    """Tell whether somebody answers for the checks of several outlets."""
    reach = sight.reach(Power.SEE_RECORDS)
    return reach.everywhere or bool(reach.region_paths)


def names_people(sight: Sight) -> bool:
    """Tell whether somebody reads results of other people, in her own places."""
    return sight.may(Power.SEE_RECORDS)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which visits a page is about; days are inclusive, `region` None: all in reach."""

    first: date
    last: date
    region: Region | None = None

    def narrow(self, visits: VisitQuerySet) -> VisitQuerySet:
        visits = visits.filter(date__range=(self.first, self.last))
        if self.region is not None:
            visits = visits.filter(outlet__region__path__startswith=self.region.path)
        return visits


def counted(viewer: Viewer) -> VisitQuerySet:
    """Return the visits that the viewer's results are made of."""
    sight = viewer.sight
    return Visit.objects.filter(
        sight.outlets(Power.SEE_RECORDS, "outlet__")
        | Q(employee=sight.employee_id, employee__isnull=False),
        released_at__isnull=False,
        annulled_at=None,
    )


def regions_read(viewer: Viewer) -> QuerySet[Region]:
    """Return the regions whose every outlet lies within the viewer's records."""
    reach = viewer.sight.reach(Power.SEE_RECORDS)
    if reach.everywhere:
        return Region.objects.all()
    within = Q(pk__in=())
    for path in sorted(reach.region_paths):
        within |= Q(path__startswith=path)
    return Region.objects.filter(within)


def regions_to_choose(viewer: Viewer, region: Region | None) -> Sequence[Region]:
    """Return the regions one step below `region`; None: the widest that she reads."""
    regions = regions_read(viewer)
    if region is not None:
        regions = regions.filter(parent=region)
    else:
        regions = regions.exclude(parent__in=regions)
    return list(regions.order_by("name", "code")[:CHOICES_SHOWN])


@dataclass(frozen=True, slots=True)
class Mean:
    """Visits of something: how many, and the mean of their percent; None of none."""

    n: int
    percent: float | None

    @property
    def few(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Named:
    """A mean of what has a name; `key` leads to it."""

    key: str
    label: str
    mean: Mean


@dataclass(frozen=True, slots=True)
class Month:
    period: Period
    mean: Mean


def total(visits: VisitQuerySet) -> Mean:
    found = visits.aggregate(n=Count("pk"), percent=Avg(PERCENT))
    return Mean(found["n"], found["percent"])


def by_month(visits: VisitQuerySet) -> list[Month]:
    """Return the months that have visits, oldest first."""
    rows = _means(visits, {"month": TruncMonth("date")}).order_by("month")
    return [
        Month(Period.month_of(row["month"]), Mean(row["n"], row["percent"]))
        for row in rows
    ]


def of_told_waves(visits: VisitQuerySet, viewer: Viewer) -> VisitQuerySet:
    """Keep the visits whose wave and scenario the viewer may know.

    Who reads plans knows all. A region learns of a wave once it is closed, and an
    outlet of none: from what shoppers came for it could tell who comes next.
    """
    sight = viewer.sight
    if reads_plans(sight):
        return visits
    if not compares_checks(sight):
        return visits.none()
    return visits.filter(report__wave__state=WaveState.CLOSED)


def by_scenario(visits: VisitQuerySet) -> list[Named]:
    """Return the scenarios of visits that were planned, the hardest first."""
    names = ("code", "title_en", "title_zh")
    fields = {name: F(f"report__scenario__{name}") for name in names}
    rows = _means(visits.exclude(report=None), fields).order_by("percent", "code")
    return [
        Named(
            row["code"],
            in_language(row["title_en"], row["title_zh"]),
            Mean(row["n"], row["percent"]),
        )
        for row in rows
    ]


def by_wave(visits: VisitQuerySet, limit: int = 24) -> list[Named]:
    """Return the waves that visits were planned in, the newest first."""
    fields = {
        "code": F("report__wave__code"),
        "title": F("report__wave__title"),
        "opens_on": F("report__wave__opens_on"),
    }
    rows = _means(visits.exclude(report=None), fields).order_by("-opens_on", "code")
    return [
        Named(row["code"], row["title"], Mean(row["n"], row["percent"]))
        for row in rows[:limit]
    ]


def by_outlet(visits: VisitQuerySet) -> QuerySet[Any]:
    """Return one row for each outlet, the hardest for customers first."""
    fields = {"code": F("outlet__code"), "name": F("outlet__name")}
    rows = _means(visits, {"outlet": F("outlet_id"), **fields})
    return rows.order_by("percent", "code")


def by_person(visits: VisitQuerySet) -> QuerySet[Any]:
    """Return one row for each person and outlet, by outlet and name: no ranking."""
    rows = _means(
        visits.exclude(employee=None),
        {
            "number": F("employee__number"),
            "person": F("employee__name"),
            "code": F("outlet__code"),
            "name": F("outlet__name"),
        },
    )
    return rows.order_by("name", "code", "person", "number")


def _means(visits: VisitQuerySet, fields: Mapping[str, Any]) -> QuerySet[Any]:
    named = {f"of_{name}": field for name, field in fields.items()}
    rows = visits.order_by().annotate(**named).values(*named)
    return rows.annotate(
        n=Count("pk"),
        percent=Avg(PERCENT),
        **{name: F(f"of_{name}") for name in fields},
    )


@dataclass(frozen=True, slots=True)
class SectionShare:
    """What was earned of a section as visits count it; `failed`: times it was lost."""

    label: str
    mean: Mean
    failed: int


def by_section(visits: VisitQuerySet) -> list[SectionShare]:
    """Return each section's share in the order of the questionnaire.

    A critical question that earned nothing takes the section of its visit, and a bonus
    lifts it to its best possible at most (docs/mystery.md).
    """
    of_visits = _answers(visits).values("report", "question__section")
    lost = When(question__critical=True, points=0, then=Value(1))
    sums = of_visits.annotate(
        got=Sum("points"),
        best=Sum("out_of"),
        failed=Max(Case(lost, default=Value(0), output_field=IntegerField())),
    ).annotate(
        kept=Case(
            When(failed=1, then=Value(0)),
            default=Least("got", "best"),
            output_field=IntegerField(),
        )
    )
    asked: dict[str, Any] = {}
    for name in Section.values:
        here = Q(question__section=name)
        asked[f"{name}_n"] = Count("report", filter=here & Q(best__gt=0))
        asked[f"{name}_kept"] = Sum("kept", filter=here)
        asked[f"{name}_best"] = Sum("best", filter=here)
        asked[f"{name}_failed"] = Sum("failed", filter=here)
    found = sums.aggregate(**asked)
    return [
        SectionShare(
            str(label),
            Mean(found[f"{name}_n"], 100 * found[f"{name}_kept"] / best),
            found[f"{name}_failed"],
        )
        for name, label in Section.choices
        if (best := found[f"{name}_best"])
    ]


@dataclass(frozen=True, slots=True)
class QuestionShare:
    """A question over all its versions; `question` is the newest that was answered.

    `mean` is of the answers that counted; `nothing` of them earned nothing.
    """

    question: VisitQuestion
    questionnaire: str
    mean: Mean
    nothing: int


def by_question(visits: VisitQuerySet) -> list[QuestionShare]:
    """Return the scored questions, the hardest first; few answers come last."""
    rows = list(
        _answers(visits)
        .order_by()
        .values("question__version__questionnaire", "question__code")
        .annotate(
            n=Count("pk"),
            got=Sum("points"),
            best=Sum("question__weight"),
            nothing=Count("pk", filter=Q(points=0)),
            newest=Max("question"),
        )
    )
    questions = VisitQuestion.objects.select_related("version__questionnaire").in_bulk(
        [row["newest"] for row in rows]
    )
    found = [
        QuestionShare(
            question := questions[row["newest"]],
            question.version.questionnaire.title,
            # Weights are in points and what was got in hundredths: a hundredth of
            # one for each is one percent.
            Mean(row["n"], row["got"] / row["best"] if row["best"] else None),
            row["nothing"],
        )
        for row in rows
        if row["best"]
    ]
    found.sort(key=lambda one: (one.mean.few, one.mean.percent or 0.0))
    return found


def _answers(visits: VisitQuerySet) -> QuerySet[Answer]:
    """Return the answers that counted; no place is asked of them any more."""
    of_visits = Answer.objects.filter(report__visit__in=visits.order_by())
    return of_visits.filter(points__isnull=False, out_of__isnull=False).order_by()


@dataclass(frozen=True, slots=True)
class ShopperMean:
    """A shopper's visits; `name` is hers for her agency, her code for others."""

    shopper: Shopper
    name: str
    mean: Mean


def by_shopper(viewer: Viewer, asked: Asked) -> list[ShopperMean]:
    """Return the shoppers in sight with released visits, by agency and code."""
    shoppers = Shopper.objects.visible_to(viewer).select_related("agency")
    visits = Visit.objects.filter(
        report__shopper__in=shoppers, released_at__isnull=False, annulled_at=None
    ).filter(date__range=(asked.first, asked.last))
    rows = _means(visits, {"shopper": F("report__shopper")})
    means = {row["shopper"]: Mean(row["n"], row["percent"]) for row in rows}
    return [
        ShopperMean(shopper, shopper.called(viewer), means[shopper.pk])
        for shopper in shoppers.filter(pk__in=means).order_by("agency__name", "code")
    ]
