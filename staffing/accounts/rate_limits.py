"""How often one caller may call: counted in the shared cache, said in every answer.

Windows are fixed minutes of the clock. The headers are those of
draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` names quota (`q`) and window
in seconds (`w`), `RateLimit` what remains (`r`) and after how many seconds the window
ends (`t`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from outlets.exchange.problems import CONTENT_TYPE, problem_response
from outlets.exchange.public import policy_of
from staffing.accounts.addresses import address_in, block_of
from staffing.accounts.authentication import Service

WINDOW_SECONDS = 60
API_PREFIX = "/api/"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whose calls are counted together (`who`), under which policy, and how many."""

    policy: str
    who: str
    quota: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one call: `used` counts it, `reset` is in seconds, 1 to 60."""

    allowance: Allowance
    used: int
    reset: int

    @property
    def refused(self) -> bool:
        return self.used > self.allowance.quota

    @property
    def headers(self) -> dict[str, str]:
        policy, quota = self.allowance.policy, self.allowance.quota
        remaining = max(quota - self.used, 0)
        return {
            "RateLimit-Policy": f'"{policy}";q={quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{policy}";r={remaining};t={self.reset}',
        }


class RateLimited(Throttled):
    """Too many calls in this window."""

    default_code = "rate_limited"

    def __init__(self, reset: int) -> None:
        said = _("Too many calls. Try again in %(seconds)d seconds.")
        super().__init__(detail=said % {"seconds": reset}, code=self.default_code)
        self.wait = reset


def now() -> float:
    """Return seconds since the epoch; tests put another clock here."""
    return time.time()


def charge(allowance: Allowance) -> Verdict:
    """Count one call and tell how it stands; a refused call counts as well."""
    moment = int(now())
    window, into = divmod(moment, WINDOW_SECONDS)
    reset = WINDOW_SECONDS - into
    key = f"rate:{allowance.policy}:{allowance.who}:{window}"
    # A second window long, so that caches with a clock of their own agree.
    cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
    try:
        used = cache.incr(key)
    except ValueError:
        used = 1  # the cache dropped it in between, or keeps nothing at all
    return Verdict(allowance, used, reset)


def allowance_of(request: HttpRequest) -> Allowance:
    """Return the allowance of whoever calls: a service, a person, or an address.

    `request` is the one that the authentication of the API has looked at.
    """
    caller: Any = getattr(request, "user", None)
    limits = settings.RATE_LIMITS
    if isinstance(caller, Service):
        quota = caller.calls_per_minute or limits["service"]
        return Allowance("service", str(caller.key or caller.name), quota)
    if caller is not None and caller.is_authenticated:
        return Allowance("person", str(caller.pk), limits["person"])
    block = block_of(address_in(request.META))
    return Allowance("address", block, limits["address"])


def token_allowance_of(request: HttpRequest) -> Allowance:
    """Return the allowance of an address at the token endpoint."""
    block = block_of(address_in(request.META))
    return Allowance("token", block, settings.RATE_LIMITS["token"])


def charge_once(request: HttpRequest, allowance: Allowance) -> Verdict:
    """Charge a request unless it was charged before; remember the verdict on it."""
    verdict: Verdict | None = getattr(request, "rate_limit", None)
    if verdict is None:
        verdict = charge(allowance)
        request.rate_limit = verdict  # type: ignore[attr-defined]
    return verdict


class CallerThrottle(BaseThrottle):
    """Refuse a call beyond the caller's quota, before the view does any work."""

    def allow_request(self, request: Request, view: Any) -> bool:
        inner = request._request
        verdict = charge_once(inner, allowance_of(inner))
        if verdict.refused:
            raise RateLimited(verdict.reset)
        return True


def too_many_calls(verdict: Verdict) -> HttpResponse:
    """Return the problem document of a refused call, outside of the API's own views."""
    problem = problem_response(RateLimited(verdict.reset), {})
    if problem is None:
        raise LookupError("a refusal of the API has no problem document")
    return JsonResponse(
        problem.data,
        status=problem.status_code,
        headers={"Retry-After": str(verdict.reset)},
        content_type=CONTENT_TYPE,
    )


class RateLimitMiddleware:
    """Say in every answer of the API how the caller stands, and count public pages.

    Calls that ended before the throttle (no good token, no scope, no such address) are
    charged here, so that guessing is limited too. Pages that are open to everybody are
    counted by address, before they do any work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(API_PREFIX):
            return response
        verdict = charge_once(request, allowance_of(request))
        if verdict.refused and response.status_code != 429:
            response = too_many_calls(verdict)
        for name, value in verdict.headers.items():
            response[name] = value
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not (policy := policy_of(view)):
            return None
        block = block_of(address_in(request.META))
        allowance = Allowance(policy, block, settings.RATE_LIMITS[policy])
        verdict = charge_once(request, allowance)
        if not verdict.refused:
            return None
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(verdict.reset)
        return response
