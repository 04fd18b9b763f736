from staffing.accounts.models.service import (
    ServiceAccount,
    ServiceAction,
    ServiceEvent,
    ServiceSecret,
    ServiceState,
)

__all__ = [
    "ServiceAccount",
    "ServiceAction",
    "ServiceEvent",
    "ServiceSecret",
    "ServiceState",
]
