"""What happens by itself, and what a request need not wait for."""

from smtplib import SMTPException

from celery import shared_task
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from staffing.accounts.services import password_reset, security_mail


@shared_task
def clear_expired_tokens() -> int:
    """Delete tokens that have expired and return how many; safe to run twice."""
    expired = get_access_token_model().objects.filter(expires__lt=timezone.now())
    deleted, _per_model = expired.delete()
    return deleted


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=True, max_retries=5)
def send_reset_links(email: str, origin: str, language: str) -> None:
    """Send the links that somebody asked for; twice sends two that both work once."""
    password_reset.send_reset_links(email=email, origin=origin, language=language)


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=True, max_retries=5)
def send_security_mail(
    user_id: int, notice: str, at: str, address: str, agent: str, language: str
) -> None:
    """Tell somebody what happened to her account; twice sends the mail twice."""
    security_mail.send_security_mail(
        user_id=user_id,
        notice=notice,
        at=at,
        address=address,
        agent=agent,
        language=language,
    )
