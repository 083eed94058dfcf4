"""What the schedule does: each task calls one function and may run twice without harm."""

from importlib import import_module

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from records import files, jobs, mail, notices


@shared_task
def resume() -> None:
    for job_id in jobs.take_up():
        jobs.send(job_id)


@shared_task
def clean() -> None:
    jobs.sweep()
    files.sweep()
    mail.sweep()
    notices.sweep()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@worker_ready.connect
def on_start(**_kwargs) -> None:
    # What an earlier worker left is resumed now, without waiting for the schedule.
    resume.delay()
    mail.deliver.delay()
