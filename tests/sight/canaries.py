"""Words that may not turn up in what somebody is sent."""

import io
import zipfile

from django.http import HttpResponseBase

from evaluations.awards.models import Award, AwardList, AwardState, ListStatus
from tests.sight.world import CLERK, FOREIGN, OWN, Place, World, words

# Who does not reach the other county, and who does not reach her own either.
NEAR = ("clerk", "store_manager", "supervisor", "regional_supervisor")
NOTHING = ("anonymous", "nobody")
# Her own visits, with their outlets and days, and never who was judged.
OUTSIDE = "agency"
# She keeps the registry, and reads nothing about how anybody did.
KEEPER = "administrator"
WATCHED = (*NOTHING, *NEAR, OUTSIDE, KEEPER)
_RECORDS = ("visit", "rating", "case", "category", "agency", "channel", "note")
# What a page says of a leave; here the only one was taken at the other outlet.
_LEAVE = "leave on 1 day"
# Pages on which winners are named in public.
PUBLIC = ("awards:", "growth:", "api-award", "api-changes", "today:home")
# Where a certificate's QR code leads: open to whoever holds the paper.
CHECK = "awards:check"
# Pages on which staff read who works beside them, and when.
ROSTER = ("my_roster:swap", "my_roster:outlet", "my_roster:print")


def forbidden(world: World, role: str, asked: Place) -> set[str]:
    """Return the words that `role` may not read in an answer about `asked`.

    Codes of the place asked about are left out: an address may be said back.
    """
    near, far = _words(world.own, asked), _words(world.foreign, asked)
    if role in NOTHING:
        return near | far
    if role == KEEPER:
        return _measured(world) | {
            f"{words(place.code)} {record}"
            for place in (world.own, world.foreign)
            for record in (*_RECORDS, "export")
            if record != "agency"  # which is in the registry
        }
    if role == OUTSIDE:
        return far | _judged(world)
    if role == "clerk":
        # What a customer complained of is told to who sees the outlet's records.
        return far | _colleagues(world) | {f"{words(world.own.code)} case"}
    return far | {_LEAVE}


def _words(place: Place, asked: Place) -> set[str]:
    return {words(place.code)} if place.code == asked.code else {place.code}


def _colleagues(world: World) -> set[str]:
    """Return names and badges of the clerk's colleagues, better and worse than her.

    A badge that reads like the outlet's code is left to the name beside it.
    """
    others = [p for n, p in enumerate(world.own.people) if n != CLERK]
    numbers = {p.number for p in others} - {world.own.outlet.code}
    return {person.name for person in others} | numbers | _scores(world)


def _scores(world: World) -> set[str]:
    """Return the scores of all but the clerk, winners' too, as pages write them."""
    own = world.own.people[CLERK]
    standings = world.run.standings.exclude(employee=own)
    found = standings.filter(outlet=world.own.outlet).values_list("score", flat=True)
    return {f"{score:.2f}" for score in found}


def _measured(world: World) -> set[str]:
    """Return what says how somebody did: targets of people, and scores."""
    places = (world.own, world.foreign)
    return {place.target.kpi for place in places} | _scores(world)


def _judged(world: World) -> set[str]:
    """Return names, and what is on record of anybody but by a visit of an agency."""
    others = set(_RECORDS) - {"visit", "agency"}
    records = {f"{words(world.own.code)} {record}" for record in others}
    return {person.name for person in world.own.people} | records


def named_in_public(world: World) -> set[str]:
    """Return what a published award list says about its winners."""
    lists = AwardList.objects.filter(status=ListStatus.PUBLISHED)
    said: set[str] = set()
    for award in Award.objects.filter(
        award_list__in=lists, state=AwardState.AWARDED
    ).select_related("employee", "outlet"):
        said |= {award.employee.name, award.employee.number}
        said |= {award.outlet.name, award.outlet.code}
    return said


def text_of(answer: HttpResponseBase) -> str:
    """Return all that is sent, headers too; a spreadsheet is unpacked."""
    body = answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            # The core properties say when the file was made, to the second.
            names = [one for one in packed.namelist() if one != "docProps/core.xml"]
            body = b"\n".join(packed.read(name) for name in names)
    heads = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{heads}\n{body.decode(errors='replace')}"


def leaks(world: World, role: str, asked: Place, route, answer) -> set[str]:
    """Return the forbidden words that stand in an answer."""
    text = text_of(answer)
    words_out_of_sight = forbidden(world, role, asked)
    if role in NEAR and route.name.startswith(PUBLIC):
        words_out_of_sight = _not_public(world, role, asked)
    if route.name == CHECK:
        words_out_of_sight -= _on_the_certificate(world, asked)
    if role == "clerk" and route.name.startswith(ROSTER):
        words_out_of_sight -= {person.name for person in world.own.people}
    return {word for word in words_out_of_sight if word in text}


def _on_the_certificate(world: World, asked: Place) -> set[str]:
    """Return what the paper says: whose it is, and the place."""
    place = world.own if asked.code == world.own.code else world.foreign
    holder = world.rounds.of[place.code].award.employee
    return {holder.name, place.county.name, words(place.code)}


def _not_public(world: World, role: str, asked: Place) -> set[str]:
    """Return names and badges that no published list names, and words of records."""
    far = world.foreign
    named = named_in_public(world)
    others = {person.name for person in far.people}
    if asked.code != far.code:
        others |= {person.number for person in far.people}
    records = {f"{words(far.code)} {record}" for record in _RECORDS}
    hidden = others | records | (_colleagues(world) if role == "clerk" else {_LEAVE})
    return {word for word in hidden if word not in named}


assert FOREIGN not in OWN, "a canary may not be part of another"  # noqa: S101
