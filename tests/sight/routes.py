"""Every address of the product, and how to reach it in a world of two counties."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from django.urls import get_resolver, reverse
from django.utils import timezone

from tests.sight.world import Place, World


@dataclass(frozen=True)
class Route:
    """One address and method. `path` gets the world and the place asked about."""

    name: str
    path: Callable[[World, Place], str]
    method: str = "GET"
    data: Callable[[World, Place], dict] = lambda world, place: {}

    @property
    def label(self) -> str:
        return f"{self.method} {self.name}"


def _at(name, *args, query=""):
    """Return a path function; `args` are functions of the place, or plain values."""

    def path(world, place):
        values = [arg(world, place) if callable(arg) else arg for arg in args]
        extra = query(world, place) if callable(query) else query
        return reverse(name, args=values) + extra

    return path


def get(name, *args, query=""):
    return Route(name, _at(name, *args, query=query))


def post(name, *args, data=lambda world, place: {}):
    return Route(name, _at(name, *args), "POST", data)


ROUTES = [
    get("today:home"),
    get("accounts:sign_in"),
    post("accounts:sign_out"),
    post("set_language", data=lambda w, p: {"language": "zh-hans"}),
    # Places and people
    get("api-regions"),
    get("api-region", lambda w, p: p.county.code),
    get("api-outlets"),
    get("api-outlet", lambda w, p: p.outlet.code),
    get("api-employees"),
    get("api-employee", lambda w, p: p.person.number),
    # Customer flow
    get("flow:region", query=lambda w, p: f"?region={p.county.code}&month=2026-10"),
    get("flow:outlet_pick"),
    get("flow:outlet", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_chart", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_file", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    *(
        get(name, query=lambda w, p: f"?region={p.county.code}&month=2026-10")
        for name in (
            "flow:outlets_file",
            "flow:days_chart",
            "flow:days_file",
            "flow:week_chart",
            "flow:week_file",
        )
    ),
    get(
        "api-flow-hourly",
        query=lambda w, p: f"?outlet={p.outlet.code}&from=2026-10-05&to=2026-10-05",
    ),
    # Captured records
    get("checks:card", query=lambda w, p: f"?outlet={p.outlet.code}"),
    get("checks:list"),
    get("checks:findings"),
    get("checks:standards"),
    get("checks:standard", "GROOMING"),
    post("checks:standard_on_card", "GROOMING"),
    get("checks:day", lambda w, p: p.person.uuid, lambda w, p: p.check.on),
    get("checks:outlet_check", lambda w, p: p.outlet_check.pk),
    get("checks:check", lambda w, p: p.check.uuid),
    post(
        "checks:record",
        data=lambda w, p: {
            "uuid": uuid4(),
            "outlet": p.outlet.code,
            "employee": p.person.pk,
            "on": timezone.localdate(),
            "version": p.check.version_id,
            "slot": "opening",
        },
    ),
    post(
        "checks:correct",
        lambda w, p: p.check.uuid,
        data=lambda w, p: {"failed": "G01", "reason": "misread"},
    ),
    post("checks:undo", lambda w, p: p.check.uuid),
    post("checks:choose", lambda w, p: p.check.uuid),
    get("knowledge:list"),
    get("knowledge:add"),
    get("knowledge:result", lambda w, p: p.test.uuid),
    get("mystery:list"),
    get("mystery:add"),
    get("mystery:visit", lambda w, p: p.visit.visit_no),
    post("mystery:release", lambda w, p: p.visit.visit_no),
    get("feedback:list"),
    get("feedback:add"),
    get("feedback:invitations"),
    get("feedback:rating", lambda w, p: p.rating.uuid),
    get("complaints:list"),
    get("complaints:case", lambda w, p: p.case.case_no),
    get("targets:list"),
    get("targets:target", lambda w, p: p.target.pk),
    # Ledger, rankings, awards
    get("ledger:entry", lambda w, p: p.entry.pk),
    get("ledger:periods"),
    post("ledger:change_period", "2026-10", data=lambda w, p: {"state": "closed"}),
    get("rankings:list"),
    get("rankings:start"),
    get("rankings:mine"),
    get("rankings:run", lambda w, p: w.run.pk),
    post("rankings:review", lambda w, p: w.draft.pk),
    post("rankings:publish", lambda w, p: w.draft.pk),
    get("rankings:explain", lambda w, p: w.run.pk, lambda w, p: p.person.number),
    get("api-rankings"),
    get("api-ranking", lambda w, p: w.run.pk),
    get("api-standings", lambda w, p: w.run.pk),
    get("api-score", lambda w, p: p.person.number, query="?period=2026-10"),
    get("awards:list"),
    get("awards:detail", lambda w, p: w.award_list.uuid),
    post("awards:draw", lambda w, p: w.draft.pk),
    post("awards:publish", lambda w, p: w.draft_list.uuid),
    post("awards:decide_held", lambda w, p: w.award_list.uuid),
    get("api-awards"),
    get("api-award-list", lambda w, p: w.award_list.uuid),
    # What was changed, and who took what out
    get("history:list"),
    get("history:list_file", "csv"),
    get("history:access"),
    get("history:access_file", "xlsx"),
    get("history:object", "people.employee", lambda w, p: p.person.pk),
    Route(
        "history:object (a case)",
        _at("history:object", "complaints.case", lambda w, p: p.case.pk),
    ),
    # What everybody may read
    get("api-schema"),
    get("api-docs"),
]

# Answered for machines only; what their tokens open is shown beside the tokens.
FOR_SERVICES = {
    "api-token",
    "api-ratings",
    "api-tickets",
    "api-counts",
    "api-transactions",
}
# The API's answer to an address that does not exist.
NAMELESS = {None}


def names_in_the_product() -> set[str]:
    """Return the name of every route that the resolver knows."""

    def walk(patterns, namespace="") -> Iterator[str]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = (
                    f"{namespace}{pattern.namespace}:"
                    if pattern.namespace
                    else namespace
                )
                yield from walk(pattern.url_patterns, inner)
            elif pattern.name not in NAMELESS:
                yield f"{namespace}{pattern.name}"

    return set(walk(get_resolver().url_patterns))
