"""Alerts of customer flow, told to who holds the power to act on them there."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outlets.flow.alert_words import sentence_of
from outlets.flow.alerting import Alarm
from outlets.flow.models import ALARMS, FlowAlert
from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice
from staffing.notices.selectors.recipients import (
    Recipient,
    holders,
    nearest,
)
from staffing.notices.services.notifying import Message, notify, settle

KIND = "flow_alert"
_LABELS = dict(ALARMS)


def _words(notice: Notice) -> str:
    told = notice.arguments
    return gettext("%(outlet)s: %(what)s. %(sentence)s") % {
        "outlet": notice.outlet.name if notice.outlet else "–",
        "what": _LABELS[Alarm(told["alarm"])],
        "sentence": sentence_of(told["alarm"], told["figures"]),
    }


def _link(notice: Notice) -> str:
    query = urlencode({"outlet": notice.outlet.code}) if notice.outlet else ""
    return f"{reverse('flow:alerts')}?{query}"


FLOW_ALERT = NoticeKind(
    code=KIND,
    label=_("Alerts of the floor"),
    words=_words,
    link=_link,
    icon="users-group",
)


def key_of(alert: FlowAlert) -> str:
    return f"{KIND}:{alert.uuid}"


class Receiver:
    """Tells who records at the outlet; where nobody does, the next above who corrects.

    The region sees the others on its own pages: sixty outlets' bells at once would be
    heard by nobody.
    """

    def raised(self, alerts: Sequence[FlowAlert]) -> None:
        """Tell them with the same queries for one alert and for many."""
        now = timezone.now()
        outlets = list({alert.outlet_id: alert.outlet for alert in alerts}.values())
        people = _people(outlets)
        notify(
            [
                Message(
                    kind=KIND,
                    key=key_of(alert),
                    to=to,
                    arguments={"alarm": alert.kind, "figures": alert.figures},
                    outlet_id=alert.outlet_id,
                )
                for alert in alerts
                for to in people.get(alert.outlet_id, ())
            ],
            now=now,
        )

    def settled(self, alerts: Sequence[FlowAlert]) -> None:
        settle([key_of(alert) for alert in alerts], now=timezone.now())


def _people(outlets: Sequence[Outlet]) -> Mapping[int, Sequence[Recipient]]:
    now = timezone.now()
    there = holders(Power.RECORD, outlets, now)
    alone = [outlet for outlet in outlets if outlet.pk not in there]
    above = holders(Power.CORRECT, alone, now) if alone else {}
    return {pk: nearest(theirs) for pk, theirs in {**above, **there}.items()}
