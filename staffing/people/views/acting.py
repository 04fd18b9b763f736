"""Pages that change one thing: a form, its consequence in words, one button."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.people.requests import SignedInRequest

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Act:
    """What a page does, in words; `back` is where it was asked for."""

    title: str
    button: str
    back: str
    back_to: str
    lead: str = ""
    points: tuple[str, ...] = ()
    danger: bool = False


def posted(request: SignedInRequest) -> QueryDict | None:
    """Return what was sent; None when nothing was, also not an empty form."""
    return request.POST if request.method == "POST" else None


def act(
    request: SignedInRequest,
    form: forms.Form,
    act: Act,
    service: Callable[..., Any],
    done: Callable[[Any], HttpResponse],
) -> HttpResponse:
    """Show the form; once it is valid call `service` with what it cleans to."""
    if form.is_valid():
        try:
            result = service(**form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(result)
    return render(request, "staffing/people/act.html", {"form": form, "act": act})


def holding(power: Power, *, everywhere: bool = False) -> Callable[[View], View]:
    """Let in who is signed in and holds `power` somewhere, or `everywhere`.

    Everywhere is for what has no place, such as accounts: somebody who holds the power
    for a part of the chain would see all of it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(
            request: SignedInRequest, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            reach = request.user.sight.reach(power)
            if not (reach.everywhere if everywhere else reach):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
