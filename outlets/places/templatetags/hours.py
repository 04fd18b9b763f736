"""Opening hours in templates: `{{ outlet.hours|opening_hours }}`."""

from django import template

from outlets.places import words

register = template.Library()
register.filter(words.opening_hours)
