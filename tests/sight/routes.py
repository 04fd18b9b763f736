"""Every address of the product, and how to reach it in a world of two counties."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import get_resolver, reverse

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
    # Captured records
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
