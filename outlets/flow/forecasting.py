"""Arrivals of the next four weeks from those of the past: values in, values out.

The model is one figure for how busy the place is, times a weekly profile, times what
the same weeks were last year, times what a holiday makes of a day:

    expected = exp(level + season(day) + holiday(day)) × profile(weekday, slot)

All parts are clipped means of logarithms, so that one strange day moves little, and
newer days weigh more. What is expected is the middle: half of the days should bring
more. Nothing is random, and nothing is fitted to one place: the constants
below hold for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]

HORIZON = 28
WEEK = 7
YEAR = 52 * WEEK  # the same weekday of last year
LEAST_DAYS = 4 * WEEK
PROFILE_WEEKS = 26
PROFILE_HALF_LIFE = 8 * WEEK
LEVEL_HALF_LIFE = 4 * WEEK
SMOOTHED = 4 * WEEK
SEASON_BELIEVED = 0.3
# Logarithms of a handful say little: below this many the plain mean is taken.
LOGARITHMS_FROM = 3
NOBODY = 0.5  # what stands for none in a logarithm
CLIPPED = 1.5  # standard deviations
ROUNDS = 3
BAND = (0.1, 0.9)
ORIGINS = 6


@dataclass(frozen=True, slots=True)
class Past:
    """Counts by day and slot (half hours, hours, or the whole day), NaN: unknown.

    `first` is the first day. `holidays` names special days of past and future; those of
    one name are alike.
    """

    first: date
    counts: Counts
    holidays: Mapping[date, str]

    @property
    def days(self) -> int:
        return len(self.counts)

    def until(self, days: int) -> "Past":
        return Past(self.first, self.counts[:days], self.holidays)

    def on(self, index: int) -> date:
        return self.first + timedelta(days=index)

    def weekdays(self, start: int, end: int) -> npt.NDArray[np.intp]:
        return (self.first.weekday() + np.arange(start, end)) % WEEK


def same_weekday_mean(past: Past, horizon: int = HORIZON) -> Counts:
    """Return the means of the last four weeks by weekday and slot; NaN: none is known.

    This is what a forecast has to beat.
    """
    recent = past.counts[-LEAST_DAYS:]
    shape = (horizon, past.counts.shape[1])
    found = np.full(shape, np.nan)
    weekdays = past.weekdays(past.days - len(recent), past.days)
    for weekday in range(WEEK):
        rows = recent[weekdays == weekday]
        known = ~np.isnan(rows)
        number = known.sum(axis=0)
        with np.errstate(invalid="ignore"):
            mean = np.where(known, rows, 0).sum(axis=0) / number
        ahead = past.weekdays(past.days, past.days + horizon)
        found[ahead == weekday] = mean
    return found


def expected(past: Past, horizon: int = HORIZON) -> Counts:
    """Return the expected counts of the days after the past; NaN: nothing is known.

    A weekday without any record in the profile's weeks, and a holiday of a kind that
    passed without any record, are NaN: the place is taken to be closed. With fewer
    than `LEAST_DAYS` all is NaN.
    """
    slots = past.counts.shape[1]
    if past.days < LEAST_DAYS:
        return np.full((horizon, slots), np.nan)
    start = max(0, past.days - PROFILE_WEEKS * WEEK)
    window, weekdays = past.counts[start:], past.weekdays(start, past.days)
    usual = _is_usual(past, start)
    age = np.arange(past.days - start)[::-1]
    weights = np.where(usual, 0.5 ** (age / PROFILE_HALF_LIFE), 0.0)
    profile, levels = _profile(window, weekdays, weights)
    known = ~np.isnan(levels) & usual
    if not known.any():
        return np.full((horizon, slots), np.nan)
    level = _clipped_mean(levels[known], 0.5 ** (age[known] / LEVEL_HALF_LIFE))
    ahead = np.arange(past.days, past.days + horizon)
    scale = level + _season(past, ahead) + _holiday_effects(past, profile, ahead)
    return np.exp(scale)[:, None] * profile[past.weekdays(ahead[0], ahead[-1] + 1)]


def _is_usual(past: Past, start: int) -> npt.NDArray[np.bool_]:
    return np.array(
        [past.on(index) not in past.holidays for index in range(start, past.days)]
    )


def _profile(
    window: Counts, weekdays: npt.NDArray[np.intp], weights: Counts
) -> tuple[Counts, Counts]:
    """Return the profile (weekday × slot) and the level of each day (logarithms).

    NaN in the profile: no record; in the levels: no record of that day.
    """
    profile = np.ones((WEEK, window.shape[1]))
    for _round in range(ROUNDS):
        levels = _levels(window, profile[weekdays])
        smooth = _smoothed(np.where(weights > 0, levels, np.nan))
        relative = window / np.exp(smooth)[:, None]
        for weekday in range(WEEK):
            rows = weekdays == weekday
            profile[weekday] = _middle(relative[rows], weights[rows], smooth[rows])
    return profile, _levels(window, profile[weekdays])


def _levels(window: Counts, profile: Counts) -> Counts:
    """Return how busy each day was against its profile, as logarithms."""
    both = ~np.isnan(window) & ~np.isnan(profile)
    came = np.where(both, window, 0).sum(axis=1)
    usual = np.where(both, profile, 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        levels = np.log(np.maximum(came, NOBODY)) - np.log(usual)
    return np.where((usual > 0) & both.any(axis=1), levels, np.nan)


def _smoothed(levels: Counts) -> Counts:
    """Return the mean of the days around each day; 0 where there are none at all."""
    known = ~np.isnan(levels)
    around = np.ones(min(SMOOTHED, len(levels)))
    total = np.convolve(np.where(known, levels, 0), around, "same")
    number = np.convolve(known.astype(float), around, "same")
    mean = levels[known].mean() if known.any() else 0.0
    return np.where(number > 0, total / np.maximum(number, 1), mean)


def _middle(values: Counts, weights: Counts, smooth: Counts) -> Counts:
    """Return the weighted middle of each column of relative counts; NaN: none known.

    `smooth` are the levels that the rows are relative to.
    """
    weighted = np.where(np.isnan(values), 0.0, weights[:, None])
    total = weighted.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weighted * np.nan_to_num(values)).sum(axis=0) / total
    if not (total > 0).any():
        return mean
    size = float(np.exp(np.average(smooth, weights=weights)))
    logs = np.log(np.maximum(np.nan_to_num(values) * size, NOBODY) / size)
    middle = np.exp(_clipped_mean(logs, weighted))
    return np.where(mean * size < LOGARITHMS_FROM, mean, middle)


def _clipped_mean(values: Counts, weights: Counts) -> Counts:
    """Return weighted means of columns, drawn in to `CLIPPED` deviations; NaN: none."""
    total = weights.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weights * values).sum(axis=0) / total
        spread = np.sqrt((weights * (values - mean) ** 2).sum(axis=0) / total)
        near = np.clip(values, mean - CLIPPED * spread, mean + CLIPPED * spread)
        return (weights * near).sum(axis=0) / total


def _season(past: Past, ahead: npt.NDArray[np.intp]) -> Counts:
    """Return how much last year's same days stood above its days before them.

    Logarithms, damped: one year tells season and chance apart badly. 0 where there is
    no such year.
    """
    origin = past.days - YEAR
    if origin < SMOOTHED:
        return np.zeros(len(ahead))
    totals = np.nansum(past.counts, axis=1)
    with np.errstate(divide="ignore"):
        logs = np.where(totals > 0, np.log(totals), np.nan)
    logs[[past.on(index) in past.holidays for index in range(past.days)]] = np.nan
    by_weekday = logs[origin - SMOOTHED : origin].reshape(-1, WEEK)
    known = (~np.isnan(by_weekday)).sum(axis=0)
    before = np.nansum(by_weekday, axis=0) / np.maximum(known, 1)
    found = []
    for day in ahead - YEAR:
        around = np.arange(max(day - WEEK, origin), min(day + WEEK + 1, past.days))
        place = (around - origin) % WEEK
        rise = np.where(known[place] > 0, logs[around] - before[place], np.nan)
        known_rise = rise[~np.isnan(rise)]
        found.append(known_rise.mean() if known_rise.size else 0.0)
    return SEASON_BELIEVED * np.array(found)


def _holiday_effects(
    past: Past, profile: Counts, ahead: npt.NDArray[np.intp]
) -> Counts:
    """Return what the name of each day does to it, as logarithms; NaN: it is closed.

    The effect of past days of the same name, drawn towards that of all holidays, and
    that towards none, as if one more day had shown as much.
    """
    effects: dict[str, list[float]] = {}
    for day, name in past.holidays.items():
        index = (day - past.first).days
        if not 0 <= index < past.days or np.isnan(profile[day.weekday()]).all():
            continue
        effects.setdefault(name, []).append(_effect(past, profile, index))
    seen = [e for several in effects.values() for e in several if not np.isnan(e)]
    overall = sum(seen) / (len(seen) + 1)

    def effect(index: int) -> float:
        name = past.holidays.get(past.on(index))
        if name is None:
            return 0.0
        own = effects.get(name, [])
        open_ = [e for e in own if not np.isnan(e)]
        if len(open_) * 2 < len(own):
            return float("nan")
        return (sum(open_) + overall) / (len(open_) + 1)

    return np.array([effect(int(index)) for index in ahead])


def _effect(past: Past, profile: Counts, index: int) -> float:
    """Return how a past day stood to the usual days around it; NaN: it was closed."""
    around = [
        near
        for near in range(max(index - WEEK, 0), min(index + WEEK + 1, past.days))
        if past.on(near) not in past.holidays
    ]
    days = [*around, index]
    weekdays = np.array([past.on(day).weekday() for day in days], dtype=np.intp)
    levels = _levels(past.counts[days], profile[weekdays])
    usual = levels[:-1][~np.isnan(levels[:-1])]
    return float(levels[-1] - np.median(usual)) if usual.size else float("nan")


@dataclass(frozen=True, slots=True)
class BackTest:
    """How far forecasts of the past were off: mean |error| ÷ what came, a share.

    Over slots and over whole days in which anybody came, of forecasts made at several
    moments of the past for the four weeks after each. `plain_…` is the same of the
    same-weekday mean. None: nothing could be compared.
    """

    slot_error: float | None
    day_error: float | None
    plain_slot_error: float | None
    plain_day_error: float | None
    origins: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """`middle`, `low` and `high` by day and slot, NaN: closed or unknown.

    `whole` are the three of each day. Four of five counts of the back-test lay between
    low and high. `plain` tells that the same-weekday mean was off less in the
    back-test, and stands here instead.
    """

    first: date
    middle: Counts
    low: Counts
    high: Counts
    whole: Counts
    test: BackTest
    plain: bool


def forecast(past: Past, *, origins: int = ORIGINS) -> Forecast | None:
    """Return the next four weeks with a band, from a back-test; None: too little past.

    The back-test forecasts the last `origins` times four weeks, each from what was
    known before it.
    """
    if past.days < 2 * LEAST_DAYS:
        return None
    actual, ours, plain = back_test(past, origins=origins)
    test = BackTest(
        _error(actual, ours, plain),
        _error(day_totals(actual), day_totals(ours), day_totals(plain)),
        _error(actual, plain, ours),
        _error(day_totals(actual), day_totals(plain), day_totals(ours)),
        origins=len(actual) // HORIZON,
    )
    worse = (
        test.slot_error is not None
        and test.plain_slot_error is not None
        and test.plain_slot_error < test.slot_error
    )
    middle = same_weekday_mean(past) if worse else expected(past)
    chosen = plain if worse else ours
    low, high = _band(actual, chosen, middle)
    days = day_totals(middle)
    ends = _band(day_totals(actual), day_totals(chosen), days)
    whole = np.concatenate([days, *ends], axis=1)
    return Forecast(past.on(past.days), middle, low, high, whole, test, worse)


def back_test(past: Past, *, origins: int) -> tuple[Counts, Counts, Counts]:
    """Return what came, what was expected and the same-weekday mean, day by day."""
    starts = [
        start
        for start in (past.days - HORIZON * (n + 1) for n in range(origins))
        if start >= LEAST_DAYS
    ]
    pieces = [
        (
            past.counts[start : start + HORIZON],
            expected(past.until(start)),
            same_weekday_mean(past.until(start)),
        )
        for start in reversed(starts)
    ]
    actual, ours, plain = (np.concatenate(part) for part in zip(*pieces, strict=True))
    return actual, ours, plain


def day_totals(counts: Counts) -> Counts:
    """Add up the days; a day without any record stays unknown."""
    known = ~np.isnan(counts)
    totals = np.where(known, counts, 0).sum(axis=1)
    return np.where(known.any(axis=1), totals, np.nan)[:, None]


def _error(actual: Counts, ours: Counts, other: Counts) -> float | None:
    """Return the mean absolute share of error where both forecasts say something."""
    with np.errstate(invalid="ignore"):
        compared = (actual > 0) & ~np.isnan(ours) & ~np.isnan(other)
    if not compared.any():
        return None
    return float(np.mean(np.abs(ours - actual)[compared] / actual[compared]))


def _band(actual: Counts, was: Counts, middle: Counts) -> tuple[Counts, Counts]:
    """Return low and high such that four of five past counts of that size fit in.

    Small counts scatter more than large ones, so thirds by size have their own band.
    """
    known = ~np.isnan(actual) & ~np.isnan(was)
    if not known.any():
        return np.full_like(middle, np.nan), np.full_like(middle, np.nan)
    sizes, ratios = was[known], (actual[known] + 0.5) / (was[known] + 0.5)
    edges = np.quantile(sizes, (1 / 3, 2 / 3))
    low, high = middle.copy(), middle.copy()
    for third in range(len(edges) + 1):
        of_size = np.searchsorted(edges, sizes) == third
        here = np.searchsorted(edges, middle) == third
        ends = np.quantile(ratios[of_size] if of_size.any() else ratios, BAND)
        low[here] = np.maximum((middle[here] + 0.5) * min(ends[0], 1.0) - 0.5, 0)
        high[here] = (middle[here] + 0.5) * max(ends[1], 1.0) - 0.5
    return low, high
