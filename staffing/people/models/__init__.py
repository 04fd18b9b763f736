"""Employees and their assignments; users, agencies and granted roles."""

from staffing.people.models.access import Agency, RoleGrant, User
from staffing.people.models.employees import (
    NEARBY,
    Assignment,
    Contract,
    Employee,
    Gender,
    Post,
    day_at,
)
from staffing.people.personal.models import (
    ErasedNumber,
    Erasure,
    PersonalExport,
    RetentionReport,
    RetentionRule,
)

__all__ = [
    "NEARBY",
    "Agency",
    "Assignment",
    "Contract",
    "Employee",
    "ErasedNumber",
    "Erasure",
    "Gender",
    "PersonalExport",
    "Post",
    "RetentionReport",
    "RetentionRule",
    "RoleGrant",
    "User",
    "day_at",
]
