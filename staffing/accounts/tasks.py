from smtplib import SMTPException

from celery import shared_task

from staffing.accounts.services import password_reset


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=True, max_retries=5)
def send_reset_links(email: str, origin: str, language: str) -> None:
    """Send the links that somebody asked for; twice sends two that both work once."""
    password_reset.send_reset_links(email=email, origin=origin, language=language)
