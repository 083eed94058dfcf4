"""Work outside the request: a job holds a lease, and another worker resumes the job of a dead one.

Every step is one conditional UPDATE that names the job's state and attempt, so a worker that comes back late (its lease
expired, another took the job, the person cancelled it) changes nothing. Each app's `work.py` registers what its kinds
do.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from records import audit, notices
from records.models import Job, StoredFile
from records.refusals import NotReady, Refused
from records.transitions import Machine, Transition

MAX_ATTEMPTS = 3
WAITS_LONG = 30  # seconds in the queue after which a page says that the worker may be stopped
TOLD_EVERY = 0.4  # seconds between two writes of the progress

logger = logging.getLogger(__name__)

# --- Kinds ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """What a kind of job does. `perform` gets the lease, calls `lease.finish` in the transaction that stores what it
    made, and raises Failure, Unusable or a refusal, with a sentence for people."""

    perform: Callable[[Lease], None]
    limit: int  # seconds after which it is stopped, with a sentence
    kept_for: timedelta | None = None  # after which a finished job is deleted; None: never
    watched: bool = False  # who asked stays on its page, and needs no notice when it fails
    in_turn: bool = False  # an entity has one running at a time, the others wait in the queue


WORKS: dict[str, Work] = {}


def register(kind: str, work: Work) -> None:
    WORKS[kind] = work


class Failure(Exception):
    """The job cannot be done; the sentence tells the person why and what to do."""


class Unusable(Failure):
    """What the person brought cannot be used: to be expected, and no fault of the site."""


class Lost(Exception):
    """Another worker has this job now, or it was cancelled: the result of this one is discarded."""


# --- States: only `cancel` is a person's ------------------------------------------------------------------------------


def patience() -> timedelta:
    """How long a running job waits for the next renewal of its lease, or a queued one for a worker."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _taken(_job, *, at: datetime, **_values) -> dict:
    return {"attempt": F("attempt") + 1, "lease_until": at + patience(), "progress": 0, "step": ""}


def _sent_again(_job, *, at: datetime, **_values) -> dict:
    return {"lease_until": at + patience(), "step": ""}


def _done(_job, *, at: datetime, result: StoredFile | None = None, **_values) -> dict:
    return {"progress": 100, "step": "", "error": "", "lease_until": None, "finished_at": at, "result": result}


def _failed(_job, *, at: datetime, error: str, **_values) -> dict:
    return {"step": "", "error": error, "lease_until": None, "finished_at": at}


def _cancelled(_job, *, at: datetime, **_values) -> dict:
    return {"step": "", "lease_until": None, "finished_at": at}


QUEUED, RUNNING, DONE, FAILED, CANCELLED = Job.State
JOBS = Machine(
    Transition(QUEUED, RUNNING, sets=_taken),
    Transition(QUEUED, QUEUED, sets=_sent_again),
    Transition(QUEUED, FAILED, sets=_failed),
    Transition(QUEUED, CANCELLED, sets=_cancelled),
    Transition(RUNNING, QUEUED, sets=_sent_again),
    Transition(RUNNING, DONE, sets=_done),
    Transition(RUNNING, FAILED, sets=_failed),
    Transition(RUNNING, CANCELLED, sets=_cancelled),
)

# --- What people do ---------------------------------------------------------------------------------------------------


def active(target: models.Model) -> Job | None:
    return of(target).filter(state__in=[QUEUED, RUNNING]).first()


def of(target: models.Model) -> QuerySet[Job]:
    return Job.objects.filter(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)


@transaction.atomic
def request(kind: str, target: models.Model, *, by: models.Model | None, arguments: dict | None = None) -> Job:
    """Queues a job; a second request for the same work returns the job that already waits or runs.

    Raises NotReady when another kind of work on `target` is active. Sent when the transaction ends.
    """
    job = active(target)
    if not job:
        try:
            with transaction.atomic(), audit.acting_as(by):
                job = _job(kind, target, by, arguments)
                job.save()
        except IntegrityError:  # two clicks at the same moment
            job = active(target)
        else:
            # Robust: when the broker is down, the sweep sends the job later.
            transaction.on_commit(lambda: send(job.pk), robust=True)
    if job is None or (job.kind, job.arguments) != (kind, arguments or {}):
        raise NotReady(_("Ya hay un trabajo en marcha sobre esto: espere a que termine y vuelva a pedirlo."))
    return job


def _job(kind: str, target: models.Model, by: models.Model | None, arguments: dict | None = None) -> Job:
    return Job(
        kind=kind,
        entity_id=audit.entity_id_of(target),
        target=target,
        arguments=arguments or {},
        requested_by=by,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        in_turn=WORKS[kind].in_turn,
        lease_until=timezone.now() + patience(),
    )


def send(job_id: int) -> None:
    _apply(job_id, Job.objects.values_list("kind", flat=True).get(pk=job_id))


def _apply(job_id: int, kind: str) -> None:
    limit = WORKS[kind].limit
    # The engine first interrupts the work, which then fails with a sentence, and later kills it.
    do.apply_async([job_id], soft_time_limit=limit, time_limit=limit + 60)


def _send_or_leave(job_id: int) -> None:
    with suppress(BrokerError):  # the queue is away: the sweep sends it later
        send(job_id)


@transaction.atomic
def cancel(job: Job) -> bool:
    """Ends a job that waits or runs, at a person's request; False when it ended before."""
    return any(
        JOBS.step(Job.objects.filter(pk=job.pk), source, CANCELLED, at=timezone.now()) for source in (QUEUED, RUNNING)
    )


def watch(job: Job) -> bool:
    """Whether a job waits in the queue for longer than it should.

    Who looks at one that lost its worker or its message has it taken up again, with those before it in its line: no job
    hangs on the schedule alone.
    """
    for pk in take_up(job.line):
        _send_or_leave(pk)
    return job.state == QUEUED and (timezone.now() - job.requested_at).total_seconds() > WAITS_LONG


# --- What a worker does -----------------------------------------------------------------------------------------------


class Lease:
    """A running job held by this worker. `take` creates it; other methods raise Lost once another worker has it."""

    def __init__(self, job: Job):
        self.job, self.lost = job, False
        self.reached, self.told_at = 0, 0.0

    @classmethod
    def take(cls, job_id: int) -> Lease | None:
        """The lease of a queued job; None when another worker took it first, or while it waits its turn."""
        before = Job.objects.filter(in_turn=True, entity=OuterRef("entity"), kind=OuterRef("kind"), state=RUNNING)
        free = Job.objects.filter(Q(in_turn=False) | ~Exists(before), pk=job_id, attempt__lt=MAX_ATTEMPTS)
        try:
            with transaction.atomic():
                if not JOBS.step(free, QUEUED, RUNNING, at=timezone.now()):
                    return None
        except IntegrityError:  # two of a line at the same moment
            return None
        return cls(Job.objects.select_related("requested_by").get(pk=job_id))

    def tell(self, percent: int, step: str) -> None:
        """Stores progress and renews the lease, at most once every TOLD_EVERY seconds; `step` may be lazy text.

        Raises Lost.
        """
        if self.lost:
            raise Lost
        now = time.monotonic()
        if now - self.told_at < TOLD_EVERY or percent < self.reached:
            return
        self.reached, self.told_at = percent, now
        with translation.override(self.job.language):
            step = str(step)[:120]
        try:
            # 100 is set by `finish`, once the result is stored.
            self._change(progress=min(percent, 99), step=step, lease_until=timezone.now() + patience())
        except OperationalError:
            # SQLite refuses at once while this connection reads row by row and somebody has written since it began. The
            # thread of `renewed` keeps the lease, and the work needs no progress; elsewhere the connection is lost.
            if connection.vendor != "sqlite":
                raise

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renews the lease from a thread: a work may report nothing for longer than a lease lasts."""
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

    def finish(self, result: StoredFile | None = None) -> None:
        """Marks the job done; call it first in the transaction that stores what it made. Raises Lost."""
        self._move(DONE, result=result)

    @transaction.atomic
    def fail(self, error: str) -> None:
        """Marks the job failed, not to be retried; `error` is shown to people. Raises Lost."""
        self._move(FAILED, error=error)
        _tell_failure(self.job, error)

    def _held(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt)

    def _move(self, to: str, **values) -> None:
        if not JOBS.step(self._held(), RUNNING, to, at=timezone.now(), **values):
            raise Lost

    def _change(self, **values) -> None:
        if not self._held().filter(state=RUNNING).update(**values):
            raise Lost


def perform(job_id: int) -> None:
    """Does a queued job until it is done or failed, then sends the next of its line.

    Does nothing when another worker has it, or while it waits its turn: whoever ends the one before it sends it again.
    Lost database connections leave the job running: its lease expires and the sweep requeues it.
    """
    lease = Lease.take(job_id)
    if lease is None:
        logger.info("Job %s: not queued any more, or not its turn yet", job_id)
        return
    job = lease.job
    try:
        with audit.acting_as(job.requested_by), translation.override(job.language):
            try:
                with lease.renewed():
                    WORKS[job.kind].perform(lease)
            except (Lost, OperationalError, InterfaceError):
                raise
            except (Unusable, Refused) as error:
                sentence = explain(error)
                logger.info("Job %s (%s) refused: %s", job_id, job.kind, sentence)
                lease.fail(sentence)
            except Exception as error:
                logger.exception("Job %s (%s) failed", job_id, job.kind)
                lease.fail(explain(error))
    except Lost:
        logger.warning("Job %s: attempt %s came late or was cancelled; its work is thrown away", job_id, job.attempt)
    if following := job.in_turn and job.line.filter(state=QUEUED).order_by("pk").values_list("pk", flat=True).first():
        _send_or_leave(following)


@shared_task(name="records.jobs.do")
def do(job_id: int) -> None:
    perform(job_id)


def explain(error: Exception) -> str:
    """What went wrong and what to do, for people."""
    if isinstance(error, Refused):
        return " ".join(error.messages)
    if isinstance(error, Failure):
        return str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        return _("El trabajo tardó demasiado y se detuvo. Inténtelo de nuevo; si se repite, avise a quien administra.")
    if isinstance(error, OSError):
        return _(
            "No se pudo leer o guardar un archivo (%(error)s). Nada quedó a medias. Avise a quien administra el sitio."
        ) % {"error": error.strerror or error}
    return _(
        "Algo falló y nada quedó a medias. Inténtelo de nuevo; si vuelve a pasar, avise a quien administra el sitio: "
        "el registro del procesador de tareas dice qué fue (%(error)s)."
    ) % {"error": type(error).__name__}


# --- What the schedule does -------------------------------------------------------------------------------------------


def take_up(jobs: QuerySet[Job] | None = None) -> list[int]:
    """Requeues those of `jobs` (all) whose lease expired or whose message was lost; returns their ids, to be sent.

    A job whose workers died MAX_ATTEMPTS times is failed instead.
    """
    now, waiting = timezone.now(), []
    late = Q(lease_until=None) | Q(lease_until__lt=now)
    ahead = Q(lease_until__gt=now + 2 * patience())  # no lease is that long: the clock was set back since
    jobs = (Job.objects.all() if jobs is None else jobs).order_by("pk")  # sent in the order of asking
    for job in jobs.filter(late | ahead, state__in=[RUNNING, QUEUED]).select_related("requested_by"):
        # As it was read: whoever renews or takes the job meanwhile makes the step match no row.
        seen = Job.objects.filter(pk=job.pk, attempt=job.attempt, lease_until=job.lease_until)
        if job.attempt >= MAX_ATTEMPTS:
            _give_up(seen, job)
        elif JOBS.step(seen, job.state, QUEUED, at=now):
            logger.warning("Job %s: sent again after attempt %s", job.pk, job.attempt)
            waiting.append(job.pk)
    return waiting


def sweep(*, on: datetime | None = None) -> None:
    """Deletes finished jobs of kinds that are not kept, with what hung from them."""
    now = on or timezone.now()
    for kind, work in WORKS.items():
        if work.kept_for:
            Job.objects.filter(kind=kind, finished_at__lt=now - work.kept_for).delete()


@transaction.atomic
def _give_up(seen: QuerySet[Job], job: Job) -> None:
    with translation.override(job.language):
        error = _(
            "El trabajo se interrumpió %(times)s veces: el programa se detuvo antes de terminar. "
            "Inténtelo de nuevo; si vuelve a pasar, avise a quien administra el sitio."
        ) % {"times": job.attempt}
    if JOBS.step(seen, job.state, FAILED, at=timezone.now(), error=error):
        logger.error("Job %s: given up after attempt %s", job.pk, job.attempt)
        _tell_failure(job, error)


def _tell_failure(job: Job, error: str) -> None:
    audit.record(by=job.requested_by, verb="job.failed", target=job, changes={"error": ["", error]})
    if job.requested_by and not WORKS[job.kind].watched:
        url = job.target.get_absolute_url() if hasattr(job.target, "get_absolute_url") else ""
        notices.tell([job.requested_by], "job.failed", entity=job.entity, url=url, what=str(job), error=error)
