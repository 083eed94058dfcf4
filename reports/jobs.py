"""A rendering's lease: one worker holds a job at a time, and a job whose worker died is taken up by another.

Every step is one conditional UPDATE that names the job's state and attempt, so a worker that comes back late (its lease
expired, another took the job) changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from records import audit
from reports.models import RenderJob

MAX_ATTEMPTS = 3
TOLD_EVERY = 0.4  # seconds between two writings of the progress

logger = logging.getLogger(__name__)
State = RenderJob.State


class Lost(Exception):
    """Another worker has this job now: what this one made is thrown away."""


def patience() -> timedelta:
    """How long a job waits for its worker's next sign of life, or a queued one for its worker."""
    return timedelta(seconds=settings.RENDER_LEASE_SECONDS)


class Lease:
    """A running job in the hands of this worker: `take` gives it; the rest raise Lost once another worker has it."""

    def __init__(self, job: RenderJob):
        self.job, self.lost = job, False
        self.reached, self.told_at = 0, 0.0

    @classmethod
    def take(cls, job_id: int) -> Lease | None:
        """The job, if it still waits in the queue; None when somebody has it, or had it."""
        taken = RenderJob.objects.filter(pk=job_id, state=State.QUEUED, attempt__lt=MAX_ATTEMPTS).update(
            state=State.RUNNING,
            attempt=F("attempt") + 1,
            lease_until=timezone.now() + patience(),
            progress=0,
            step="",
        )
        if not taken:
            return None
        return cls(RenderJob.objects.select_related("report__plan__entity", "requested_by").get(pk=job_id))

    def tell(self, percent: int, step: str) -> None:
        """Progress for whoever waits, and a sign of life; written a few times a second at most. Raises Lost."""
        if self.lost:
            raise Lost
        now = time.monotonic()
        if now - self.told_at < TOLD_EVERY or percent < self.reached:
            return
        self.reached, self.told_at = percent, now
        # 100 is the finished file's, which is not stored yet.
        self._change(progress=min(percent, 99), step=step[:120], lease_until=timezone.now() + patience())

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renews the lease from a thread too: the engine may be silent for longer than a lease lasts."""
        over = threading.Event()

        def renew():
            try:
                while not over.wait(patience().total_seconds() / 3):
                    try:
                        self._change(lease_until=timezone.now() + patience())
                    except DatabaseError:
                        logger.warning("Job %s: lease not renewed", self.job.pk, exc_info=True)
            except Lost:
                self.lost = True
            finally:
                connection.close()  # this thread's own

        thread = threading.Thread(target=renew, name=f"lease-{self.job.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def finish(self) -> None:
        """The job is done; call it first in the transaction that stores its work. Raises Lost."""
        self._change(state=State.DONE, progress=100, step="", error="", lease_until=None, finished_at=timezone.now())

    @transaction.atomic
    def fail(self, error: str) -> None:
        """The job failed for a reason that a new attempt would not change; `error` is for the person. Raises Lost."""
        self._change(state=State.FAILED, step="", error=error, lease_until=None, finished_at=timezone.now())
        audit.record(
            by=self.job.requested_by,
            verb="report.render_failed",
            target=self.job.report,
            changes={"error": ["", error]},
        )

    def _change(self, **values) -> None:
        held = RenderJob.objects.filter(pk=self.job.pk, state=State.RUNNING, attempt=self.job.attempt)
        if not held.update(**values):
            raise Lost


def take_up() -> list[int]:
    """Ids of the jobs to be sent again: leases that expired and messages that were lost.

    A job whose workers died MAX_ATTEMPTS times is failed instead, with what to do.
    """
    now, waiting = timezone.now(), []
    late = RenderJob.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now))
    for job in late.filter(state__in=[State.RUNNING, State.QUEUED]).select_related("report__plan", "requested_by"):
        seen = RenderJob.objects.filter(pk=job.pk, state=job.state, attempt=job.attempt, lease_until=job.lease_until)
        if job.attempt >= MAX_ATTEMPTS:
            _give_up(seen, job)
        elif seen.update(state=State.QUEUED, lease_until=now + patience(), step=""):
            logger.warning("Job %s: sent again after attempt %s", job.pk, job.attempt)
            waiting.append(job.pk)
    return waiting


@transaction.atomic
def _give_up(seen, job: RenderJob) -> None:
    error = _(
        "La composición se interrumpió %(times)s veces: el programa se detuvo antes de terminar. "
        "Inténtelo de nuevo; si vuelve a pasar, avise a quien administra el sitio."
    ) % {"times": job.attempt}
    if seen.update(state=State.FAILED, step="", error=error, lease_until=None, finished_at=timezone.now()):
        logger.error("Job %s: given up after attempt %s", job.pk, job.attempt)
        audit.record(
            by=job.requested_by, verb="report.render_failed", target=job.report, changes={"error": ["", error]}
        )
