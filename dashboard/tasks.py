"""What the schedule does with reminders: it may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from dashboard.reminders import digests


@shared_task
def send_reminders() -> None:
    digests.send_at(timezone.localtime())
