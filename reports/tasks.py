"""Celery tasks of this app: each calls one function and may run twice without harm."""

from celery import shared_task
from celery.signals import worker_ready

from reports import files, jobs, rendering
from sheets import uploads

TIME_LIMIT = 15 * 60  # seconds; a report of 10,000 rows takes about one minute


@shared_task(soft_time_limit=TIME_LIMIT, time_limit=TIME_LIMIT + 60)
def render(job_id: int) -> None:
    rendering.perform(job_id)


@shared_task
def sweep() -> None:
    for job_id in jobs.take_up():
        render.delay(job_id)


@shared_task
def sweep_files() -> None:
    files.sweep()
    uploads.sweep()


@worker_ready.connect
def on_start(**_kwargs) -> None:
    # What an earlier worker left is resumed now, without waiting for the schedule.
    sweep.delay()
    sweep_files.delay()
