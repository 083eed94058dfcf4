"""The lease of a render job: one worker holds a job at a time, and another resumes the job of a dead worker.

Every step is one conditional UPDATE that names the job's state and attempt, so a worker that comes back late (its lease
expired, another took the job) changes nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from records import audit
from reports.models import RenderJob
from reports.states import DONE, FAILED, JOBS, QUEUED, RUNNING, patience

MAX_ATTEMPTS = 3
TOLD_EVERY = 0.4  # seconds between two writes of the progress

logger = logging.getLogger(__name__)


class Lost(Exception):
    """Another worker has this job now: the result of this one is discarded."""


class Lease:
    """A running job held by this worker. `take` creates it; other methods raise Lost once another worker has it."""

    def __init__(self, job: RenderJob):
        self.job, self.lost = job, False
        self.reached, self.told_at = 0, 0.0

    @classmethod
    def take(cls, job_id: int) -> Lease | None:
        """The lease of a queued job; None when another worker took it first."""
        if not JOBS.step(
            RenderJob.objects.filter(pk=job_id, attempt__lt=MAX_ATTEMPTS), QUEUED, RUNNING, at=timezone.now()
        ):
            return None
        return cls(RenderJob.objects.select_related("report__plan__entity", "requested_by").get(pk=job_id))

    def tell(self, percent: int, step: str) -> None:
        """Stores progress and renews the lease, at most once every TOLD_EVERY seconds. Raises Lost."""
        if self.lost:
            raise Lost
        now = time.monotonic()
        if now - self.told_at < TOLD_EVERY or percent < self.reached:
            return
        self.reached, self.told_at = percent, now
        # 100 is set by `finish`, once the file is stored.
        self._change(progress=min(percent, 99), step=step[:120], lease_until=timezone.now() + patience())

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renews the lease from a thread: the engine may report nothing for longer than a lease lasts."""
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
                connection.close()  # Django opens one per thread

        thread = threading.Thread(target=renew, name=f"lease-{self.job.pk}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def finish(self) -> None:
        """Marks the job done; call it first in the transaction that stores its result. Raises Lost."""
        self._move(DONE)

    @transaction.atomic
    def fail(self, error: str) -> None:
        """Marks the job failed, not to be retried; `error` is shown to people. Raises Lost."""
        self._move(FAILED, error=error)
        _tell_failure(self.job, error)

    def _held(self) -> QuerySet[RenderJob]:
        return RenderJob.objects.filter(pk=self.job.pk, attempt=self.job.attempt)

    def _move(self, to: str, **facts) -> None:
        if not JOBS.step(self._held(), RUNNING, to, at=timezone.now(), **facts):
            raise Lost

    def _change(self, **values) -> None:
        if not self._held().filter(state=RUNNING).update(**values):
            raise Lost


def take_up() -> list[int]:
    """Requeues jobs whose lease expired or whose message was lost; returns their ids, to be sent again.

    A job whose workers died MAX_ATTEMPTS times is failed instead.
    """
    now, waiting = timezone.now(), []
    late = RenderJob.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now))
    for job in late.filter(state__in=[RUNNING, QUEUED]).select_related("report__plan", "requested_by"):
        # As it was read: whoever renews or takes the job meanwhile makes the step match no row.
        seen = RenderJob.objects.filter(pk=job.pk, attempt=job.attempt, lease_until=job.lease_until)
        if job.attempt >= MAX_ATTEMPTS:
            _give_up(seen, job)
        elif JOBS.step(seen, job.state, QUEUED, at=now):
            logger.warning("Job %s: sent again after attempt %s", job.pk, job.attempt)
            waiting.append(job.pk)
    return waiting


@transaction.atomic
def _give_up(seen: QuerySet[RenderJob], job: RenderJob) -> None:
    error = _(
        "La composición se interrumpió %(times)s veces: el programa se detuvo antes de terminar. "
        "Inténtelo de nuevo; si vuelve a pasar, avise a quien administra el sitio."
    ) % {"times": job.attempt}
    if JOBS.step(seen, job.state, FAILED, at=timezone.now(), error=error):
        logger.error("Job %s: given up after attempt %s", job.pk, job.attempt)
        _tell_failure(job, error)


def _tell_failure(job: RenderJob, error: str) -> None:
    audit.record(by=job.requested_by, verb="report.render_failed", target=job.report, changes={"error": ["", error]})
