from staffing.accounts.models.access import AccessKind, AccessRecord
from staffing.accounts.models.devices import Device, DeviceCredential, EnrolmentCode
from staffing.accounts.models.history import Deed, HistoryRecord
from staffing.accounts.models.locks import Lock
from staffing.accounts.models.pins import Pin
from staffing.accounts.models.second_factor import SecondFactorRule
from staffing.accounts.models.service import (
    ServiceAccount,
    ServiceAction,
    ServiceEvent,
    ServiceSecret,
    ServiceState,
)

__all__ = [
    "AccessKind",
    "AccessRecord",
    "Deed",
    "Device",
    "DeviceCredential",
    "EnrolmentCode",
    "HistoryRecord",
    "Lock",
    "Pin",
    "SecondFactorRule",
    "ServiceAccount",
    "ServiceAction",
    "ServiceEvent",
    "ServiceSecret",
    "ServiceState",
]
