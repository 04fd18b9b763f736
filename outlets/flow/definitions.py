"""What every figure means, for whoever taps on its name.

`docs/metrics.md` says the same in English, with the reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Definition:
    name: Promise
    text: Promise


DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {
        "arrivals": Definition(
            _("Arrivals"),
            _(
                "Tickets taken, by the hour of arrival in the outlet's own time. A "
                "ticket belongs to the trading day that the queue machine gave it."
            ),
        ),
        "served": Definition(
            _("Served"),
            _("Tickets that were called, counted in their hour of arrival."),
        ),
        "abandoned": Definition(
            _("Abandoned"),
            _(
                "Tickets whose customer left before being called, and their share of "
                "the arrivals. Their waits are shown apart and enter no other figure."
            ),
        ),
        "wait_mean": Definition(
            _("Mean wait"),
            _("Mean time from taking the ticket to being called, of those called."),
        ),
        "wait_p50": Definition(
            _("Median wait"),
            _(
                "Half of those called waited no longer. Taken from the fixed wait "
                "bins and within one bin of the exact value."
            ),
        ),
        "wait_p90": Definition(
            _("90th percentile"),
            _(
                "Nine of ten of those called waited no longer. Taken from the fixed "
                "wait bins and within one bin of the exact value."
            ),
        ),
        "share_over_600": Definition(
            _("Over 10 minutes"),
            _(
                "Share of those called that waited strictly more than 600 seconds. "
                "Ten minutes is the goal; a breach is shown, not penalised, and marked "
                "where it is more than one in ten."
            ),
        ),
        "priority_late": Definition(
            _("Priority, over 6 minutes"),
            _(
                "Elderly, weak, sick, disabled and pregnant customers whose service "
                "ended more than 360 seconds after they arrived, of those finished. A "
                "VIP is not a priority customer."
            ),
        ),
        "need": Definition(
            _("People needed"),
            _(
                "The fewest people at the counters of whom the target share of a half "
                "hour's customers (usually 90%) is served within the limit (usually 10 "
                "minutes). Reckoned with the outlet's own service times and patience; "
                "whoever gives up was not served in time."
            ),
        ),
        "serving": Definition(
            _("Serving"),
            _(
                "Different staff numbers, as the queue machine sent them, that were "
                "serving at some time in the half hour."
            ),
        ),
        "expected": Definition(
            _("Expected arrivals"),
            _(
                "The middle of what the outlet's own past leads to expect: half of the "
                "days should bring more. Weekday, trend, the same weeks of last year "
                "and holidays count. Low and high held four of five counts of the "
                "back-test between them."
            ),
        ),
        "people": Definition(
            _("People through the door"),
            _(
                "People counted at the door. An hour without a reading is unknown, "
                "not empty."
            ),
        ),
        "transactions": Definition(
            _("Transactions"),
            _(
                "Transactions as sent for the whole outlet; where only persons were "
                "sent, their sum."
            ),
        ),
        "flows": Definition(
            _("People : customers : business"),
            _(
                "People are who enters, customers who takes a ticket, business is "
                "transactions. All three for a hundred customers, each pair over the "
                "outlet-days on which both are on record."
            ),
        ),
        "conversion": Definition(
            _("Customers of people"),
            _(
                "Tickets ÷ people through the door, over the outlet-days that have "
                "both. Above 100% where the door counter misses people."
            ),
        ),
        "business_per_customer": Definition(
            _("Business per customer"),
            _("Transactions ÷ tickets, over the outlet-days that have both."),
        ),
        "volume_per_head": Definition(
            _("Volume per head"),
            _(
                "Transactions of the month ÷ the mean of the headcounts on its first "
                "and its last day; every post counts, the store manager's too. Outlets "
                "without transactions or without staff are left out."
            ),
        ),
        "triage_rate": Definition(
            _("Triage rate"),
            _(
                "Share of the tickets whose service says that the customer was sent on "
                "to self-service or an e-channel."
            ),
        ),
        "utilisation": Definition(
            _("Utilisation"),
            _(
                "Time from call to finish ÷ staffed time. A server is staffed for each "
                "half hour in which she served somebody; who served nobody for half an "
                "hour is not known to have been there. Both only of tickets that name "
                "their server."
            ),
        ),
        "abandoned_share": Definition(
            _("Abandoned share"),
            _("Abandoned tickets ÷ all tickets."),
        ),
        "crowding": Definition(
            _("Crowded and idle outlets"),
            _(
                "Crowded: more than one in ten of those called waited over ten "
                "minutes. Idle: not crowded, and less than 40% of the staffed time "
                "went into serving. With fewer than 30 calls neither is said. Both "
                "limits can be set."
            ),
        ),
        "peers": Definition(
            _("Outlets of the class"),
            _(
                "Quartiles of the other outlets of the same class in the province that "
                "have the figure; half of them lie between the outer two. Shown from 5 "
                "such outlets on, so that none can be told from it."
            ),
        ),
        "board": Definition(
            _("Board: within 10 minutes"),
            _(
                "Share of the waiting-time board's readings that showed at most 10 "
                "minutes, of readings within opening hours with people waiting. Board "
                "figures are never mixed with ticket figures."
            ),
        ),
    }
)
