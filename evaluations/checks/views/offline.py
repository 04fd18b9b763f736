"""What the card needs to work without a network: its worker, its data, its words."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from evaluations.checks.models import LocatedRegion
from evaluations.checks.selectors.card import Card
from evaluations.checks.selectors.floor import SPILL_ITEM
from evaluations.checks.timing import day_ends
from evaluations.checks.words import floor_words
from outlets.exchange.workers import worker_answer
from outlets.places.models import Outlet
from staffing.people.models import User

WORKER = "checks/worker.js"
# Everything that a card page loads, and what it loads only when a photo is taken.
SHELL = (
    "favicon.svg",
    "tabler/css/tabler.min.css",
    "django_htmx/htmx-2.min.js",
    "theme.js",
    "starhall.css",
    "starhall.js",
    "idb/index.js",
    "checks/checks.css",
    "checks/floor.css",
    "checks/card.js",
    "checks/distance.js",
    "checks/floor.js",
    "checks/leaving.js",
    "checks/lines.js",
    "checks/live.js",
    "checks/photos.js",
    "checks/queue.js",
    "checks/round.js",
    "checks/sending.js",
    "checks/waiting.js",
)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the card. It holds nothing of anybody."""
    card = reverse("checks:card")
    told = {"card": card, "offline": reverse("checks:offline")}
    return worker_answer(WORKER, shell=SHELL, scope=card, told=told)


@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """What the worker shows where it has kept no page."""
    return render(request, "evaluations/checks/offline.html")


def offline_headers(shown: Card, viewer: User) -> dict[str, str]:
    """Return what tells the worker whose page this is; a card of today is kept."""
    if not (shown.is_today and shown.may_record and shown.standard):
        return {}
    tab = next(n for n, one in enumerate(shown.tabs) if one.current)
    return {
        "X-Card-Person": str(viewer.uuid),
        "X-Card-Query": shown.query,
        "X-Card-Tab": str(tab),
    }


def offline_context(shown: Card, viewer: User) -> dict[str, Any]:
    """Return what the page tells its scripts; nothing where nobody may record."""
    if not (shown.is_today and shown.may_record and shown.standard and shown.version):
        return {}
    asked = shown.asked
    seal = shown.hour.seal() if shown.due_tab else None
    return {
        "queued": {
            "outlet": shown.outlet.code,
            "on": f"{shown.on:%F}",
            "standard": shown.standard.code,
            "title": shown.standard.title,
            "version": shown.version.number,
            "zone": str(shown.outlet.zone),
            "person": str(viewer.uuid),
            "made_at": timezone.now().isoformat(),
            "day_ends_at": day_ends(
                timezone.now(), shown.outlet.zone, shown.outlet.day_starts_at
            ).isoformat(),
            "spill_item": SPILL_ITEM,
            "items": {
                item.code: {
                    "title": item.title,
                    "critical": item.critical,
                    "evidence": item.evidence,
                }
                for item in asked.items
            },
            "seal": asdict(seal) if seal else None,
            "groups": {key: asdict(group) for key, group in asked.groups.items()},
            "pages": [f"{reverse('checks:card')}?{tab.query}" for tab in shown.tabs],
            "worker": reverse("checks:worker"),
            "queue": reverse("checks:queue"),
            "photos": "/checks/photos/",
            "words": _words() | floor_words(),
            "place": _place(shown.outlet),
        }
    }


def _place(outlet: Outlet) -> dict[str, float] | None:
    """Return where the outlet is, for the tablet to tell how far off it is.

    None: its region does not ask, or nobody has said where the outlet is.
    """
    if outlet.latitude is None or outlet.longitude is None:
        return None
    if not LocatedRegion.objects.above(outlet).exists():
        return None
    return {"latitude": outlet.latitude, "longitude": outlet.longitude}


def _words() -> dict[str, str | dict[str, str]]:
    """Return what the scripts say; `{…}` is filled in by them.

    What they count comes in its forms, by the names of `Intl.PluralRules`.
    """
    return {
        "progress": _("%(checked)s of %(total)s checked")
        % {"checked": "{checked}", "total": "{total}"},
        "usual": _("Often failed here"),
        "all_right": _("All right"),
        "failed": _("{n} failed"),
        "save_all_right": _("Save: all right"),
        "save_failed": _("Save: {n} failed"),
        "not_applicable": _("not applicable"),
        "not_observed": _("not observed"),
        "critical": _("critical:"),
        "photos": {
            "one": ngettext("{n} photo", "{n} photos", 1),
            "other": ngettext("{n} photo", "{n} photos", 2),
        },
        "kept": _("{name}: {what}. Kept on this tablet."),
        "undone": _("{name}: taken back."),
        "next": _("Next: {name}."),
        "everybody": _("Everybody on this card has been checked."),
        "waiting": _("{n} waiting"),
        "nothing_waiting": _("Everything has been sent"),
        "held": _("Kept, but not counted yet: a person has to decide."),
        "conflict": _("Another tablet checked this line differently."),
        "no_network": _("No connection. It is sent as soon as there is one."),
        "server_error": _("The server answered with an error ({status})."),
        "sign_in": _("Sign in again to send what is waiting."),
        "unreadable": _("The server could not read this record. Export the queue."),
        "due_since": _("due since {time} ({hours} h {minutes} min)"),
        "no_storage": _(
            "This browser keeps nothing: what you tap is sent at once or not at all."
        ),
        "day_over": _(
            "This card is of a day that is over. Connect the tablet to open today's."
        ),
        "needs_note": _("{code} asks for a note. Tap Save again to leave it out."),
        "needs_photo": _("{code} asks for a photo. Tap Save again to leave it out."),
        "needs_either": _(
            "{code} asks for a note or a photo. Tap Save again to leave it out."
        ),
        "photo_failed": _("This picture cannot be read. Take another one."),
        "photo": _("Photo"),
        "record": _("Check"),
        "undo": _("Taken back"),
        "correct": _("Changed"),
        "since": _("since {time}"),
        "needs_network": _("This needs a connection. Try again when there is one."),
        "offline": _("No connection: you see the card as this tablet has kept it."),
    }
