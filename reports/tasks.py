"""The queue's doors to this app: an id comes in, one function is called. Each may run twice without harm."""

from celery import shared_task
from celery.signals import worker_ready

from reports import files, jobs, rendering
from sheets import uploads

TIME_LIMIT = 15 * 60  # seconds; a report of 10,000 rows takes about one minute


@shared_task(soft_time_limit=TIME_LIMIT, time_limit=TIME_LIMIT + 60)
def render(job_id: int) -> None:
    """Renders a job (reports/rendering.py)."""
    rendering.perform(job_id)


@shared_task
def sweep() -> None:
    """Takes up the jobs whose worker died or whose message was lost (reports/jobs.py)."""
    for job_id in jobs.take_up():
        render.delay(job_id)


@shared_task
def sweep_files() -> None:
    """Deletes what nobody will ask for: files that a crash left without a report, spreadsheets never imported."""
    files.sweep()
    uploads.sweep()


@worker_ready.connect
def on_start(**_kwargs) -> None:
    """A worker that starts first takes up what an earlier one left."""
    sweep.delay()
    sweep_files.delay()
