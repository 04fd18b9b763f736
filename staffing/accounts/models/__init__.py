from staffing.accounts.models.devices import Device, DeviceCredential, EnrolmentCode
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
    "Device",
    "DeviceCredential",
    "EnrolmentCode",
    "Lock",
    "Pin",
    "SecondFactorRule",
    "ServiceAccount",
    "ServiceAction",
    "ServiceEvent",
    "ServiceSecret",
    "ServiceState",
]
