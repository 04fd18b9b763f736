"""Where the gateway hands on what customers replied, signed."""

import json
import time
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from evaluations.feedback.gateway import is_signed
from evaluations.feedback.services.messages import take_reply
from outlets.exchange.public import public_under

MOST_BYTES = 10_000
TEXT_LENGTH = 1000


@public_under("replies")
@csrf_exempt
@require_POST
def replies(request: HttpRequest) -> JsonResponse:
    """Take one reply: `{"key", "text"}`, signed in `X-Signature`. Again is harmless."""
    body = request.body if len(request.body) <= MOST_BYTES else b""
    header = request.headers.get("X-Signature", "")
    if not body or not is_signed(header, body, time.time()):
        return JsonResponse({"code": "not_signed"}, status=403)
    try:
        said = json.loads(body)
        key, text = UUID(said["key"]), str(said["text"])[:TEXT_LENGTH]
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"code": "unreadable"}, status=400)
    result = take_reply(key=key, text=text, now=timezone.now())
    return JsonResponse({"result": result})
