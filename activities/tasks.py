"""What the schedule does with evidence: it may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from activities import links


@shared_task
def check_links() -> None:
    links.check_due(timezone.now())
