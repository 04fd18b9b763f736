"""What happens by itself."""

from celery import shared_task
from django.utils import timezone
from oauth2_provider.models import get_access_token_model


@shared_task
def clear_expired_tokens() -> int:
    """Delete tokens that have expired and return how many; safe to run twice."""
    expired = get_access_token_model().objects.filter(expires__lt=timezone.now())
    deleted, _per_model = expired.delete()
    return deleted
