"""The rows of customer flow: as they come in, and as they are rolled up."""

from outlets.flow.models.ahead import (
    BackTested,
    Holiday,
    HolidayQuerySet,
    KeptForecast,
    OutletForecast,
)
from outlets.flow.models.alerts import ALARMS, FlowAlert, FlowAlertQuerySet
from outlets.flow.models.faults import (
    SLOWING,
    Fault,
    FaultKind,
    FaultQuerySet,
)
from outlets.flow.models.moved import MovedMonth
from outlets.flow.models.raw import (
    SERVICE_LENGTH,
    BoardReading,
    Delivery,
    DoorCount,
    FlowQuerySet,
    Priority,
    Ticket,
    TicketEvent,
    Transaction,
)
from outlets.flow.models.rolled import (
    DailyVolume,
    HalfHourFlow,
    HourlyBoard,
    HourlyCount,
    HourlyFlow,
    RollUp,
    RollUpQuerySet,
    ServerDay,
    WaitHistogram,
)

__all__ = [
    "BackTested",
    "ALARMS",
    "BoardReading",
    "DailyVolume",
    "Delivery",
    "DoorCount",
    "Fault",
    "FaultKind",
    "FaultQuerySet",
    "FlowAlert",
    "FlowAlertQuerySet",
    "FlowQuerySet",
    "HalfHourFlow",
    "Holiday",
    "HolidayQuerySet",
    "HourlyBoard",
    "HourlyCount",
    "HourlyFlow",
    "MovedMonth",
    "KeptForecast",
    "OutletForecast",
    "Priority",
    "RollUp",
    "RollUpQuerySet",
    "SERVICE_LENGTH",
    "SLOWING",
    "ServerDay",
    "Ticket",
    "TicketEvent",
    "Transaction",
    "WaitHistogram",
]
