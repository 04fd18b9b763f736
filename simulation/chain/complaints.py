"""Complaints: few, with a reason, a clock and often a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from simulation.chain.flow import DayFlow, Flow, midnight
from simulation.chain.outlets import Outlet, Row

PER_SERVED = 1 / 3800


@dataclass(frozen=True, slots=True)
class Reason:
    """`personal` reasons name who served; `weight` is relative."""

    category: str
    kind: str
    weight: float
    personal: bool
    upheld: float
    summaries: tuple[str, ...]


REASONS = (
    Reason(
        "服务态度 Service attitude", "attitude", 22, True, 0.4,
        ("客户反映柜员态度冷淡、语气不耐烦。", "客户称咨询时被打断,工作人员未道歉。"),
    ),
    Reason(
        "业务差错 Wrong transaction", "wrong_transaction", 12, True, 0.6,
        ("号码录入错误,话费充到他人号码。", "办理了错误的套餐,次月账单异常。"),
    ),
    Reason(
        "擅自办理 Unauthorised activation", "other", 5, True, 0.35,
        ("客户称未经确认开通了增值业务。",),
    ),
    Reason(
        "误导销售 Mis-selling", "other", 12, True, 0.4,
        ("合约期与宣传不符,客户要求解除。", "未说明最低消费。"),
    ),
    Reason(
        "等候与优先服务 Waiting", "other", 18, False, 0.5,
        ("排队超过四十分钟,只开了两个台席。", "老人未得到优先服务。"),
    ),
    Reason(
        "资费账单 Billing and tariff", "other", 16, False, 0.3,
        ("对账单中的流量费用有异议。", "宽带提前拆机收费争议。"),
    ),
    Reason(
        "环境设备 Environment and equipment", "other", 7, False, 0.6,
        ("自助终端多日故障。", "厅内空调损坏,环境闷热。"),
    ),
    Reason(
        "网络质量 Network quality", "other", 8, False, 0.3,
        ("小区信号弱,多次反映未解决。",),
    ),
)  # fmt: skip
_CHANNELS = ("visit", "hotline 10086", "phone", "letter", "web")
_CHANNEL_MIX = (0.42, 0.34, 0.12, 0.02, 0.10)


def complaint_rows(flow: Flow) -> Iterator[Row]:
    """Yield the rows of kind `complaints` by case number, that is by receipt."""
    cases = [case for outlet in flow.world.outlets for case in _at(flow, outlet)]
    cases.sort(key=lambda case: (case["received_at"], case["outlet_code"]))
    for number, case in enumerate(cases, start=1):
        received = case["received_at"]
        yield {"case_no": f"C-{received[:4]}{received[5:7]}-{number:05d}", **case}


def _at(flow: Flow, outlet: Outlet) -> Iterator[dict[str, str]]:
    draw = flow.world.plan.stream("complaints", outlet.index)
    for today in flow.of(outlet):
        served = np.flatnonzero(today.served)
        size = len(served)
        quality = flow.world.quality(
            today.server[served],
            np.full(size, outlet.index),
            np.full(size, today.day),
            "voices",
        )
        waited = today.called[served] - today.arrived[served] > 900
        chances = PER_SERVED * np.exp(-0.5 * quality) * np.where(waited, 2.2, 0.9)
        for position in served[draw.random(size) < chances].tolist():
            case = _case(flow, outlet, today, position, draw)
            if case is not None:
                yield case


def _case(
    flow: Flow, outlet: Outlet, today: DayFlow, position: int, draw: np.random.Generator
) -> dict[str, str] | None:
    """Return a case without its number; None if it arrives after the last day."""
    world = flow.world
    weights = np.array([reason.weight for reason in REASONS])
    reason = REASONS[int(draw.choice(len(REASONS), p=weights / weights.sum()))]
    delay = timedelta(hours=float(draw.exponential(9)))
    received = midnight(world, today.day) + timedelta(seconds=int(today.left[position]))
    received = _in_office_hours(received + delay)
    # A late one closes after the 48 hours that the customer was promised.
    hours = float(draw.gamma(2, 11) * (4 if draw.random() < 0.07 else 1))
    closed = _in_office_hours(received + timedelta(hours=hours))
    chance, channel = draw.random(), draw.choice(_CHANNELS, p=_CHANNEL_MIX)
    summary = draw.choice(reason.summaries)
    end = midnight(world, world.plan.days)
    if received >= end:
        return None
    done = closed < end
    verdict = "upheld" if chance < reason.upheld else "not_upheld"
    server = world.people[today.server[position]].number
    return {
        "outlet_code": outlet.code,
        "employee_number": server if reason.personal else "",
        "received_at": received.isoformat(timespec="seconds"),
        "closed_at": closed.isoformat(timespec="seconds") if done else "",
        "channel": str(channel),
        "category": reason.category,
        "kind": reason.kind,
        "verdict": verdict if done else "",
        "summary": str(summary),
    }


def _in_office_hours(moment: datetime) -> datetime:
    """Move the small hours to the morning: nobody complains or closes at 03:00."""
    if moment.hour < 8:
        return moment.replace(hour=8) + timedelta(minutes=moment.minute)
    return moment
