from staffing.accounts.models.devices import Device, DeviceCredential, EnrolmentCode
from staffing.accounts.models.locks import Lock
from staffing.accounts.models.pins import Pin

__all__ = ["Device", "DeviceCredential", "EnrolmentCode", "Lock", "Pin"]
