"""The request of a page that asks for a signed-in user."""

from django.http import HttpRequest

from staffing.people.models import User


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User
