"""The key by which a form names an exchange of two shifts."""

from django import template

from staffing.rosters.forms.mine import key_of

register = template.Library()
register.simple_tag(key_of, name="exchange_key")
