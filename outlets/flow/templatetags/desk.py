"""How the desk writes: services by name, and a key for each form."""

from uuid import uuid4

from django import template

from outlets.flow.desk import words

register = template.Library()


@register.filter
def service_name(service: str) -> str:
    return words.service_name(service)


@register.simple_tag
def new_key() -> str:
    """Return a uuid for one form: sent twice, what it asks for is done once."""
    return str(uuid4())


@register.filter
def priority_name(priority: str) -> str:
    return words.priority_name(priority)


@register.filter
def outcome_name(outcome: str) -> str:
    return str(words.OUTCOMES[outcome])
