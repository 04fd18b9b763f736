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

__all__ = [
    "NEARBY",
    "Agency",
    "Assignment",
    "Contract",
    "Employee",
    "Gender",
    "Post",
    "RoleGrant",
    "User",
    "day_at",
]
