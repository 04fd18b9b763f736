"""When a floor deserves a look: values in, values out.

By rule: what is so at this moment. By statistics: whether an hour that is over differs
from the same weekday and hour of the weeks before by more than chance would make it.
`docs/metrics.md` says the same in English, with the reasons.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp, sqrt

from scipy import stats

from outlets.places.rules import MINUTES_PER_DAY, Span

# From this part of a limit on there is still something to be done.
NEAR = 0.7
# A queue is short again below this part of its limit.
SHORT_AGAIN = 0.8
# One hour in 370 lies outside by chance alone: that of three standard deviations.
CHANCE = 0.0027
SIGMAS = 3
# Fewer weeks than these tell nothing of what is usual.
LEAST_WEEKS = 4
# Fewer customers than these in an hour make no share worth comparing.
LEAST_CUSTOMERS = 10
# A machine is called silent where no ticket at all would be this improbable.
SILENT_BY_CHANCE = 0.001


class Alarm(StrEnum):
    """What an alert can be about, the more pressing first."""

    WAIT_OVER = "wait_over"
    PRIORITY = "priority"
    NOBODY = "nobody_serving"
    QUEUE = "queue_long"
    WAIT_NEAR = "wait_near"
    SILENT = "machine_silent"
    WAITS_HIGH = "waits_high"
    ABANDONED_HIGH = "abandoned_high"
    ARRIVALS_HIGH = "arrivals_high"
    ARRIVALS_LOW = "arrivals_low"


BY_STATISTICS = frozenset(
    {
        Alarm.WAITS_HIGH,
        Alarm.ABANDONED_HIGH,
        Alarm.ARRIVALS_HIGH,
        Alarm.ARRIVALS_LOW,
    }
)
BY_RULE = frozenset(Alarm) - BY_STATISTICS


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too long or too many; seconds, and customers."""

    wait_s: float = 600
    priority_s: float = 360
    queue: int = 15
    nobody_s: float = 180
    silent_s: float = 1800


@dataclass(frozen=True, slots=True)
class Moment:
    """A floor that is open, at one moment.

    `longest_s`: since the first of those waiting came. `priority_s`: since the first
    priority customer came who has neither left nor been finished. `since_call_s`: since
    somebody was last called. `silent_s`: time of opening hours since the machine last
    sent anything. None: there is no such thing, or it is not known. `expected`:
    arrivals that the weeks before lead to expect in the silence; None: not known.
    """

    waiting: int = 0
    longest_s: float | None = None
    priority_s: float | None = None
    serving: int = 0
    since_call_s: float | None = None
    silent_s: float | None = None
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look says of one alarm.

    `raised`: an alert is due. `lasts`: one that stands goes on; it does so a little
    longer than it takes to raise it, so that a figure at a limit raises one alert.
    """

    alarm: Alarm
    raised: bool
    lasts: bool
    figures: Mapping[str, float] = field(default_factory=dict)


def by_rule(moment: Moment, limits: Limits) -> list[Finding]:
    """Return what a moment says of each alarm by rule."""
    longest = moment.longest_s or 0
    near_s = NEAR * limits.wait_s
    wait = {"wait_s": longest, "limit_s": limits.wait_s, "waiting": moment.waiting}
    priority = moment.priority_s or 0
    urgent = priority >= NEAR * limits.priority_s
    unattended = (
        moment.serving == 0
        and longest >= limits.nobody_s
        and (moment.since_call_s is None or moment.since_call_s >= limits.nobody_s)
    )
    silent = moment.silent_s is not None and moment.silent_s >= limits.silent_s
    odd = moment.expected is not None and exp(-moment.expected) < SILENT_BY_CHANCE
    return [
        Finding(Alarm.WAIT_OVER, longest > limits.wait_s, longest >= near_s, wait),
        Finding(Alarm.WAIT_NEAR, longest >= near_s, longest >= near_s, wait),
        Finding(
            Alarm.PRIORITY,
            urgent,
            urgent,
            {"wait_s": priority, "limit_s": limits.priority_s},
        ),
        Finding(
            Alarm.NOBODY,
            unattended,
            unattended,
            {"wait_s": longest, "waiting": moment.waiting},
        ),
        Finding(
            Alarm.QUEUE,
            moment.waiting > limits.queue,
            moment.waiting > SHORT_AGAIN * limits.queue,
            {"waiting": moment.waiting, "limit": limits.queue},
        ),
        Finding(
            Alarm.SILENT,
            silent and odd,
            silent,
            {"silent_s": moment.silent_s or 0, "expected": moment.expected or 0},
        ),
    ]


@dataclass(frozen=True, slots=True)
class Hour:
    """The tickets of one hour of arrival; `over`: called after more than 10 minutes."""

    arrivals: int = 0
    called: int = 0
    over: int = 0
    abandoned: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """The counts that chance alone explains, both ends included, and their mean."""

    low: float
    high: float
    mean: float


def count_band(
    past: Sequence[int],
    chance: float = CHANCE,
    *,
    exposures: Sequence[float] | None = None,
    exposure: float = 1.0,
) -> Band:
    """Return the limits for the count of one more hour like those of `past`.

    The predictive distribution of a Poisson count under Jeffreys' prior is negative
    binomial with mean m = (Σx + ½) / k and variance m (1 + 1/k) over k hours (Gelman et
    al., Bayesian Data Analysis, 3rd ed., 2.6; Meeker, Hahn, Escobar, Statistical
    Intervals, 2nd ed., ch. 7). Hours that vary more than Poisson widen it: the variance
    is m φ (1 + 1/k), φ = max(1, s² / x̄), as in quasi-Poisson models (McCullagh, Nelder,
    Generalized Linear Models, 6.2). The limits cut `chance` / 2 off at either end.

    With `exposures` (one for each of `past`, such as the customers of that day) counts
    go with them: m = (Σx + ½) e / Σe for one more of `exposure` e, the variance is m φ
    (1 + e/Σe), and φ is the mean squared distance of the counts from λ e, over λ e.

    Raises:
        ValueError: there are fewer than two hours, or an exposure is not positive.
    """
    k = len(past)
    if k < 2:
        raise ValueError("limits take at least two hours")
    sizes = [1.0] * k if exposures is None else list(exposures)
    if len(sizes) != k or min(*sizes, exposure) <= 0:
        raise ValueError("each count takes an exposure above zero")
    total = sum(sizes)
    mean = (sum(past) + 0.5) * exposure / total
    rate = sum(past) / total
    phi = 1.0
    if rate:
        squares = sum(
            (count - rate * size) ** 2 / (rate * size)
            for count, size in zip(past, sizes, strict=True)
        )
        phi = max(1.0, squares / (k - 1))
    variance = mean * phi * (1 + exposure / total)
    size, share = mean**2 / (variance - mean), mean / variance
    low = stats.nbinom.ppf(chance / 2, size, share)
    high = stats.nbinom.ppf(1 - chance / 2, size, share)
    return Band(low=max(float(low), 0.0), high=float(high), mean=mean)


def share_limit(past: Sequence[tuple[int, int]], of: int) -> float:
    """Return how many of `of` may be so before it is more than chance.

    `past` are the hours before as (how many were so, of how many). A p-chart with
    p̄ = (Σd + ½) / (Σn + 1): the upper limit is `of` × (p̄ + 3 √(φ p̄ (1 − p̄) (1/of +
    1/Σn))), where 1/Σn stands for what p̄ itself is off and φ for hours that vary more
    than binomial ones, at least 1 (Montgomery, Introduction to Statistical Quality
    Control, 7.2; Laney, Quality Engineering 14 (2002) 531–537). Where few customers
    make the binomial distribution lopsided its own quantile is the limit, whichever is
    wider.

    Raises:
        ValueError: nobody came in all of `past`, or `of` is not positive.
    """
    total = sum(n for _d, n in past)
    if total <= 0 or of <= 0:
        raise ValueError("a share takes customers, then and now")
    p = (sum(d for d, _n in past) + 0.5) / (total + 1)
    busy = [(d, n) for d, n in past if n]
    squares = sum((d - n * p) ** 2 / (n * p * (1 - p)) for d, n in busy)
    phi = max(1.0, squares / (len(busy) - 1)) if len(busy) > 1 else 1.0
    chart = of * (p + SIGMAS * sqrt(phi * p * (1 - p) * (1 / of + 1 / total)))
    return max(chart, float(stats.binom.ppf(1 - CHANCE / 2, of, p)))


def by_statistics(hour: Hour, past: Sequence[Hour]) -> list[Finding]:
    """Return what an hour that is over says, beside the hours like it before.

    Nothing with fewer than LEAST_WEEKS of these. Fewer waits or fewer customers that
    give up are good news: of shares only the upper limit counts.
    """
    if len(past) < LEAST_WEEKS:
        return []
    band = count_band([one.arrivals for one in past])
    figures = {
        "arrivals": hour.arrivals,
        "usual": round(band.mean, 1),
        "low": band.low,
        "high": band.high,
        "weeks": len(past),
    }
    high, low = hour.arrivals > band.high, hour.arrivals < band.low
    return [
        Finding(Alarm.ARRIVALS_HIGH, high, high, figures),
        Finding(Alarm.ARRIVALS_LOW, low, low, figures),
        *_share(
            Alarm.WAITS_HIGH,
            (hour.over, hour.called),
            [(one.over, one.called) for one in past],
        ),
        *_share(
            Alarm.ABANDONED_HIGH,
            (hour.abandoned, hour.arrivals),
            [(one.abandoned, one.arrivals) for one in past],
        ),
    ]


def _share(
    alarm: Alarm, now: tuple[int, int], past: Sequence[tuple[int, int]]
) -> Iterable[Finding]:
    so, of = now
    total = sum(n for _d, n in past)
    if of < LEAST_CUSTOMERS or total < LEAST_CUSTOMERS:
        return
    limit = share_limit(past, of)
    figures = {
        "share": so / of,
        "usual": sum(d for d, _n in past) / total,
        "limit": min(limit / of, 1.0),
        "of": of,
        "weeks": len(past),
    }
    yield Finding(alarm, so > limit, so > limit, figures)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the alerts of one floor: raise these, end those."""

    raised: tuple[Finding, ...]
    ended: frozenset[Alarm]


def decide(
    findings: Iterable[Finding],
    standing: Collection[Alarm],
    judged: Collection[Alarm],
) -> Decision:
    """Return which alerts begin and which end, of the `judged` alarms.

    One that stands is not raised again before it has ended. An alarm of which nothing
    is said any more ends. A wait over the limit is not said to be near it as well, and
    where the machine is silent nothing is said of how few came.
    """
    told = {finding.alarm: finding for finding in findings}
    goes_on = {alarm for alarm in standing if alarm in told and told[alarm].lasts}
    begins = [one for one in told.values() if one.raised and one.alarm not in standing]
    now = goes_on | {one.alarm for one in begins} | (set(standing) - set(judged))
    hidden = set()
    if Alarm.WAIT_OVER in now:
        hidden.add(Alarm.WAIT_NEAR)
    if Alarm.SILENT in now:
        hidden.add(Alarm.ARRIVALS_LOW)
    ended = {alarm for alarm in standing if alarm in judged and alarm not in goes_on}
    ended |= {alarm for alarm in hidden if alarm in standing and alarm in judged}
    return Decision(
        raised=tuple(one for one in begins if one.alarm not in hidden),
        ended=frozenset(ended),
    )


def open_for_s(spans: Sequence[Span], local: datetime) -> float | None:
    """Return how long it has been open without a break; None: it is closed."""
    minute = local.hour * 60 + local.minute + local.second / 60
    today, yesterday = local.isoweekday(), (local - timedelta(days=1)).isoweekday()
    found = [
        minute + late - span.opens
        for span in spans
        for weekday, late in ((today, 0), (yesterday, MINUTES_PER_DAY))
        if span.weekday == weekday and span.opens <= minute + late < span.closes
    ]
    return max(found) * 60 if found else None


def was_open(spans: Sequence[Span], begins: datetime) -> bool:
    """Tell whether all of the hour from local `begins` lay in opening hours.

    Without known hours every hour may have been one.
    """
    if not spans:
        return True
    opened = open_for_s(spans, begins)
    until = open_for_s(spans, begins + timedelta(minutes=59))
    return opened is not None and until is not None and until >= opened


def expected_between(
    usual: Mapping[int, float], begins: datetime, ends: datetime
) -> float:
    """Return the arrivals to expect between two local moments of one day.

    `usual` are the mean arrivals by hour of the clock; a missing hour has none.
    """
    total, at = 0.0, begins
    while at < ends:
        hour_ends = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        until = min(hour_ends, ends)
        total += usual.get(at.hour, 0.0) * (until - at).total_seconds() / 3600
        at = until
    return total
