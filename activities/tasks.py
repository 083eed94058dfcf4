"""What the schedule does with activities: each task calls one function and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from activities import links
from activities.returns import opening


@shared_task
def open_returns() -> None:
    opening.open_all(timezone.now())


@shared_task
def check_links() -> None:
    links.check_due(timezone.now())
