"""How an address is reached in a world of two counties."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.sight.world import Place, World


@dataclass(frozen=True)
class Route:
    """One address and method. `path` gets the world and the place asked about.

    `about` tells two rows of one address apart.
    """

    name: str
    path: Callable[[World, Place], str]
    method: str = "GET"
    data: Callable[[World, Place], dict | str] = lambda world, place: {}
    about: str = ""

    @property
    def label(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.about)))


def at(name, *args, query=""):
    """Return a path function; `args` are functions of the place, or plain values."""

    def path(world, place):
        values = [arg(world, place) if callable(arg) else arg for arg in args]
        extra = query(world, place) if callable(query) else query
        return reverse(name, args=values) + extra

    return path


def get(name, *args, query="", about="", path=None):
    return Route(name, path or at(name, *args, query=query), about=about)


def post(name, *args, data=lambda world, place: {}, about=""):
    return Route(name, at(name, *args), "POST", data, about)


REASON = {"reason": "It was so"}


def outlet_code(world, place):
    return place.outlet.code


WRONG_PROOF = {
    "password": "a guess",
    "oldpassword": "a guess",
    "code": "000000",
    "credential": "{}",
}


def in_days(n):
    return f"{timezone.localdate() + timedelta(days=n):%F}"
