"""When to answer with a fragment instead of a page, and pages that look by themselves.

A page that looks again by itself sends `X-Looks-By-Itself`: that is no tap, and keeps
no session of a shared tablet alive.
"""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    htmx: HtmxDetails


def wants_fragment(request: HtmxHttpRequest) -> bool:
    """Tell whether htmx will swap the answer into a page that already stands."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def looks_by_itself(request: HttpRequest) -> bool:
    """Tell whether a page asks that was left open, and nobody tapped."""
    return "X-Looks-By-Itself" in request.headers
