"""What the schedule does with reports: each task calls one function and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from reports import monthly, writing


@shared_task
def end_stints() -> None:
    writing.end_rested()


@shared_task
def start_drafts() -> None:
    monthly.start_drafts(timezone.now())
