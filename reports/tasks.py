"""What the schedule does with reports."""

from celery import shared_task
from django.utils import timezone

from reports import monthly


@shared_task
def start_drafts() -> None:
    monthly.start_drafts(timezone.now())
