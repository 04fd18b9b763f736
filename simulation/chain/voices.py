"""What customers say: pads and QR codes, SMS, call-backs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from simulation.chain.flow import DayFlow, Flow, has_tickets, midnight, ticket_no
from simulation.chain.outlets import Outlet, Row
from simulation.chain.uuids import uuids
from simulation.chain.world import World

PAD_SHARE, SMS_SHARE, REPLY_SHARE = 0.07, 0.05, 0.32
QR_PER_DAY = 0.7  # a flow consultant's
CALLS_PER_DAY = 0.6  # reached, per person and call-back day
CALL_DAYS = {0, 2, 4}
_COMMENTED = 0.05
# A score is the number of thresholds that a customer's mood passes, plus one.
_THRESHOLDS = np.array([-1.7, -1.0, 0.0, 1.1])
_PULL = {"pad": (2.2, 0.8), "qr": (2.0, 0.8), "sms": (3.6, 0.5), "callback": (2.3, 0.8)}
_SECONDS_A_MOOD_POINT = 900
_COMMENTS = {
    1: (
        "态度冷淡,问一句答一句。",
        "排了四十多分钟才办上。",
        "Nobody explained the fee.",
    ),
    2: ("等太久了。", "解释不清楚,跑了两趟。"),
    3: ("一般。", "办得还行,就是排队时间长。"),
    4: ("不错,办理挺快。", "Friendly, a little slow."),
    5: (
        "非常耐心,讲解很清楚!",
        "服务热情,点赞。",
        "Very helpful, thank you.",
        "帮老人教得很仔细。",
    ),
}


@dataclass(frozen=True, slots=True)
class Sms:
    """An invitation, and the answer if there was one; local times as text."""

    key: str
    outlet: str
    employee: str
    sent_at: str
    reply: Row | None


def _scores(
    channel: str, quality: np.ndarray, wait: np.ndarray, draw: np.random.Generator
) -> np.ndarray:
    """Return 1 to 5: good service pleases, a wait beyond five minutes does not."""
    base, pull = _PULL[channel]
    mood = base + pull * quality - np.maximum(wait - 300, 0) / _SECONDS_A_MOOD_POINT
    mood = mood + draw.logistic(0, 1, len(quality))
    return 1 + (mood[:, None] > _THRESHOLDS).sum(axis=1)


def _sample(
    world: World,
    outlet: Outlet,
    today: DayFlow,
    share: float,
    draw: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return positions of served customers by chance, their servers' quality, waits."""
    served = np.flatnonzero(today.served)
    picked = served[draw.random(len(served)) < share]
    size = len(picked)
    quality = world.quality(
        today.server[picked],
        np.full(size, outlet.index),
        np.full(size, today.day),
        "voices",
    )
    return picked, quality, today.called[picked] - today.arrived[picked]


def _comment(score: int, draw: np.random.Generator) -> str | None:
    if draw.random() >= _COMMENTED:
        return None
    return str(draw.choice(_COMMENTS[score]))


def rating_rows(flow: Flow) -> Iterator[Row]:
    """Yield the rows of kind `ratings`, all channels."""
    for outlet in flow.world.outlets:
        for today in flow.of(outlet):
            yield from _at_the_counter(flow.world, outlet, today)
            yield from _at_the_door(flow.world, outlet, today.day)
        yield from (sms.reply for sms in _texted(flow, outlet) if sms.reply)
        yield from _called(flow.world, outlet)


def invitation_rows(flow: Flow) -> Iterator[Row]:
    """Yield the rows of kind `invitations`; the replies stand among the ratings."""
    for outlet in flow.world.outlets:
        for sms in _texted(flow, outlet):
            yield {
                "uuid": sms.key,
                "outlet_code": sms.outlet,
                "employee_number": sms.employee,
                "channel": "sms",
                "sent_at": sms.sent_at,
                "replied": int(sms.reply is not None),
            }


def _at_the_counter(world: World, outlet: Outlet, today: DayFlow) -> Iterator[Row]:
    draw = world.plan.stream("pads", outlet.index, today.day)
    picked, quality, wait = _sample(world, outlet, today, PAD_SHARE, draw)
    scores = _scores("pad", quality, wait, draw)
    start = midnight(world, today.day)
    numbered = has_tickets(world, outlet, today.day)
    for key, position, score in zip(
        uuids(draw, len(picked)), picked.tolist(), scores.tolist(), strict=True
    ):
        seconds = int(today.left[position]) + int(draw.integers(3, 30))
        yield {
            "uuid": key,
            "outlet_code": outlet.code,
            "employee_number": world.people[today.server[position]].number,
            "channel": "pad",
            "rated_at": (start + timedelta(seconds=seconds)).isoformat(),
            "score": score,
            "ticket_no": ticket_no(position) if numbered else None,
            "comment": _comment(score, draw),
        }


def _at_the_door(world: World, outlet: Outlet, day: int) -> Iterator[Row]:
    """Flow consultants serve at no counter; customers rate them by QR code."""
    draw = world.plan.stream("qr", outlet.index, day)
    start = midnight(world, day)
    for person in world.duty.present(outlet.index, day):
        if person.post != "flow_consultant":
            continue
        count = int(draw.poisson(QR_PER_DAY))
        quality = np.full(count, _voice(world, person.index, outlet.index, day))
        scores = _scores("qr", quality, np.zeros(count), draw)
        for key, score in zip(uuids(draw, count), scores.tolist(), strict=True):
            at = start + timedelta(seconds=int(draw.integers(36000, 61000)))
            yield {
                "uuid": key,
                "outlet_code": outlet.code,
                "employee_number": person.number,
                "channel": "qr",
                "rated_at": at.isoformat(),
                "score": score,
                "comment": _comment(score, draw),
            }


def _voice(world: World, person: int, outlet: int, day: int) -> float:
    someone, place, on = (np.array([value]) for value in (person, outlet, day))
    return float(world.quality(someone, place, on, "voices")[0])


def _texted(flow: Flow, outlet: Outlet) -> Iterator[Sms]:
    world = flow.world
    end = midnight(world, world.plan.days)
    for today in flow.of(outlet):
        draw = world.plan.stream("sms", outlet.index, today.day)
        picked, quality, wait = _sample(world, outlet, today, SMS_SHARE, draw)
        scores = _scores("sms", quality, wait / 3, draw)
        replies = draw.random(len(picked)) < REPLY_SHARE
        start = midnight(world, today.day)
        keys = list(uuids(draw, 2 * len(picked)))
        for place, position in enumerate(picked.tolist()):
            sent = start + timedelta(seconds=int(today.left[position]) + 120)
            answered = sent + timedelta(seconds=int(draw.exponential(5400)) + 20)
            score, rater = int(scores[place]), draw.bytes(5).hex()
            number = world.people[today.server[position]].number
            reply: Row = {
                "uuid": keys[2 * place + 1],
                "outlet_code": outlet.code,
                "employee_number": number,
                "channel": "sms",
                "rated_at": answered.isoformat(),
                "score": score,
                "rater": rater,
                "comment": _comment(score, draw),
            }
            in_time = bool(replies[place]) and answered < end
            yield Sms(
                keys[2 * place],
                outlet.code,
                number,
                sent.isoformat(),
                reply if in_time else None,
            )


def _called(world: World, outlet: Outlet) -> Iterator[Row]:
    """The supervisor calls customers of the last seven days, 15:30 to 19:30."""
    draw = world.plan.stream("calls", outlet.index)
    staff = [
        index
        for index in world.duty.staff_of(outlet.index).tolist()
        if world.people[index].post in {"clerk", "account_manager"}
    ]
    for day in range(7, world.plan.days):
        if int(world.duty.weekday[day]) not in CALL_DAYS:
            continue
        start = midnight(world, day)
        for index in staff:
            week = slice(day - 7, day)
            worked = world.duty.working[index, week] & (
                world.duty.where[index, week] == outlet.index
            )
            count = int(draw.poisson(CALLS_PER_DAY)) if worked.any() else 0
            quality = np.full(count, _voice(world, index, outlet.index, day - 1))
            scores = _scores("callback", quality, np.zeros(count), draw)
            for key, score in zip(uuids(draw, count), scores.tolist(), strict=True):
                at = start + timedelta(seconds=int(draw.integers(55800, 70200)))
                yield {
                    "uuid": key,
                    "outlet_code": outlet.code,
                    "employee_number": world.people[index].number,
                    "channel": "callback",
                    "rated_at": at.isoformat(),
                    "score": score,
                    "rater": draw.bytes(5).hex(),
                    "comment": _comment(score, draw),
                }
