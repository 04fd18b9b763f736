"""Opening pages of the rankings."""

import re

from django.urls import reverse


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"rankings:{name}", args=args), query)
    assert response.status_code == status, response.content[:500]
    return response


# Drawn anew for each answer: sooner or later it spells any short word.
TOKEN = re.compile(r"""X-CSRFToken": ?"[^"]*|csrfmiddlewaretoken" value="[^"]*""")


def text_of(response) -> str:
    """Return what is sent, spaces made single, without the token of the form."""
    return TOKEN.sub("", " ".join(response.content.decode().split()))
