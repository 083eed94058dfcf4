"""What the schedule does with reports: each task calls one function and may run twice without harm."""

from celery import shared_task

from reports import writing


@shared_task
def end_stints() -> None:
    writing.end_rested()
