"""A job's lease: taken once, told as it advances, ended once, taken up when its worker dies. No report is rendered."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import AuditEntry
from records import jobs, tasks
from records.jobs import Lease, Lost
from records.models import Job
from reports import actions
from tests.factories import make_plan
from tests.reports.reporting import make_job

NOW = datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock(settings):
    """Stands still at NOW; a worker has a minute between two signs of life."""
    settings.JOB_LEASE_SECONDS = 60
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def queued(clock, plan, planner) -> Job:
    """A job that waits in the queue."""
    report = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    return make_job(report, requested_by=planner)


def values(job: Job, *names: str) -> tuple:
    """Of the job as it is stored."""
    return Job.objects.values_list(*names).get(pk=job.pk)


def change(job: Job, **fields) -> None:
    Job.objects.filter(pk=job.pk).update(**fields)


def expire(job: Job) -> None:
    change(job, lease_until=timezone.now() - SECOND)


@contextmanager
def meanwhile(act):
    """Somebody is quicker: `act` happens between what the block reads and its first UPDATE."""
    waiting = [act]

    def look(execute, sql, params, many, context):
        if waiting and sql.startswith("UPDATE"):
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield
    assert not waiting


# --- Taken ------------------------------------------------------------------------------------------------------------


def test_job_is_taken_once(queued):
    change(queued, progress=40, step="Componiendo")  # what an attempt that died had told
    lease = Lease.take(queued.pk)
    assert (lease.job.attempt, lease.job.state, lease.lost) == (1, "running", False)
    assert values(queued, "attempt", "state", "lease_until", "progress", "step") == (
        *(1, "running", NOW + PATIENCE, 0, ""),
    )
    assert Lease.take(queued.pk) is None
    assert values(queued, "attempt") == (1,)


def test_take_is_of_one_job_and_no_other(queued, plan, planner):
    report = actions.start_report(plan=plan, kind="monthly", period="2026-03", by=planner)
    other = make_job(report, requested_by=planner)
    assert Lease.take(queued.pk).job == queued
    assert values(other, "state", "attempt") == ("queued", 0)


@pytest.mark.parametrize("state", ["running", "done", "failed", "cancelled"])
def test_job_that_is_not_in_the_queue_is_not_taken(queued, state):
    change(queued, state=state, finished_at=None if state == "running" else NOW)
    assert Lease.take(queued.pk) is None


def test_job_is_not_taken_a_fourth_time(queued):
    change(queued, attempt=2)
    assert Lease.take(queued.pk).job.attempt == 3
    change(queued, state="queued")
    assert Lease.take(queued.pk) is None
    assert values(queued, "state", "attempt") == ("queued", 3)


# --- One after another ------------------------------------------------------------------------------------------------


@pytest.fixture
def line(clock, plan, planner) -> list[Job]:
    """Three publications of an entity, asked for one after another."""
    reports = [actions.start_report(plan=plan, kind="monthly", period=f"2026-0{n}", by=planner) for n in (1, 2, 3)]
    return [make_job(report, actions.PUBLISH, requested_by=planner) for report in reports]


def test_entity_has_one_job_in_turn_running_and_the_next_after_it(line):
    first = Lease.take(line[0].pk)
    assert [job.waits_its_turn for job in Job.objects.order_by("pk")] == [False, True, True]
    assert Lease.take(line[1].pk) is None
    assert values(line[1], "state", "attempt") == ("queued", 0)
    first.finish()
    assert Lease.take(line[2].pk).job == line[2]
    assert Lease.take(line[1].pk) is None


@pytest.mark.parametrize("outcome", ["done", "failed", "cancelled"])
def test_who_ends_a_job_in_turn_sends_the_one_that_waited_longest(line, monkeypatch, outcome):
    sent = []

    def work(lease):
        monkeypatch.setattr(jobs, "send", sent.append)
        if outcome == "cancelled":
            jobs.cancel(lease.job)
        if outcome == "failed":
            raise jobs.Failure("No se pudo.")
        lease.finish()

    monkeypatch.setitem(jobs.WORKS, actions.PUBLISH, jobs.Work(work, limit=60, in_turn=True))
    jobs.perform(line[2].pk)
    assert values(line[2], "state") == (outcome,)
    assert sent == [line[0].pk]


def test_end_of_a_job_in_turn_while_the_queue_is_away_is_an_end(line, monkeypatch):
    def away(_job_id):
        raise BrokerError("Connection refused")

    monkeypatch.setattr(jobs, "send", away)
    work = jobs.Work(lambda lease: lease.finish(), limit=60, in_turn=True)
    monkeypatch.setitem(jobs.WORKS, actions.PUBLISH, work)
    jobs.perform(line[0].pk)
    assert [values(job, "state") for job in line] == [("done",), ("queued",), ("queued",)]


def test_other_kinds_and_other_entities_do_not_wait(line, plan, planner, outsider):
    Lease.take(line[0].pk)
    preview = make_job(actions.start_report(plan=plan, kind="final", period="2026", by=planner))
    elsewhere = make_plan(outsider.memberships.get().entity)
    foreign = actions.start_report(plan=elsewhere, kind="final", period="2026", by=outsider)
    for job in (preview, make_job(foreign, actions.PUBLISH, requested_by=outsider)):
        assert not job.waits_its_turn
        assert Lease.take(job.pk).job == job


def test_database_refuses_two_running_jobs_of_a_line(line):
    change(line[0], state="running")
    with pytest.raises(IntegrityError), transaction.atomic():
        change(line[1], state="running")


def test_dead_job_holds_its_line_no_longer_than_its_lease(line, clock, monkeypatch):
    sent = []
    monkeypatch.setattr(jobs, "send", sent.append)
    Lease.take(line[0].pk)
    clock.shift(60)
    change(line[1], lease_until=NOW + 2 * PATIENCE)
    change(line[2], lease_until=NOW + 2 * PATIENCE)
    assert jobs.watch(Job.objects.get(pk=line[1].pk)) is True
    assert sent == []
    clock.shift(1)
    jobs.watch(Job.objects.get(pk=line[1].pk))  # the schedule is dead: who looks at one that waits helps the line
    assert sent == [line[0].pk]
    assert Lease.take(line[1].pk).job == line[1]


# --- Told -------------------------------------------------------------------------------------------------------------


def test_progress_is_written_sparingly_and_renews_the_lease(queued, clock):
    lease = Lease.take(queued.pk)
    lease.tell(40, "Componiendo la página 3")
    lease.tell(41, "Componiendo la página 4")
    assert values(queued, "progress", "step", "lease_until") == (40, "Componiendo la página 3", NOW + PATIENCE)
    clock.shift(0.5)
    lease.told_at -= 0.5  # the clock of intervals is another
    lease.tell(42, "Componiendo la página 5")
    assert values(queued, "progress", "step", "lease_until") == (
        *(42, "Componiendo la página 5", NOW + timedelta(seconds=0.5) + PATIENCE),
    )


def test_progress_never_goes_back(queued):
    lease = Lease.take(queued.pk)
    for percent, step in ((40, "Páginas"), (39, "Más páginas"), (40, "Figuras")):
        lease.told_at = 0
        lease.tell(percent, step)
        assert values(queued, "progress") == (40,)
    assert values(queued, "step") == ("Figuras",)


def test_first_word_is_told_at_once(queued):
    Lease.take(queued.pk).tell(0, "Leyendo el plan")
    assert values(queued, "progress", "step") == (0, "Leyendo el plan")


def test_progress_never_says_that_it_is_done_and_fits_its_column(queued):
    Lease.take(queued.pk).tell(100, "a" * 121)
    assert values(queued, "progress", "step") == (99, "a" * 120)


# --- Ended ------------------------------------------------------------------------------------------------------------


def test_finished_job_says_when_and_nothing_else(queued, clock):
    lease = Lease.take(queued.pk)
    lease.tell(50, "Componiendo")
    change(queued, error="Lo de un intento anterior")
    clock.shift(30)
    lease.finish()
    assert values(queued, "state", "progress", "step", "error", "lease_until", "finished_at") == (
        *("done", 100, "", "", None, NOW + timedelta(seconds=30)),
    )


def test_failed_job_says_why_and_so_does_the_trail(queued, planner, clock):
    lease = Lease.take(queued.pk)
    lease.tell(50, "Componiendo")
    clock.shift(30)
    lease.fail("Faltan bibliotecas.")
    assert values(queued, "state", "progress", "step", "error", "lease_until", "finished_at") == (
        *("failed", 50, "", "Faltan bibliotecas.", None, NOW + timedelta(seconds=30)),
    )
    entry = AuditEntry.objects.get(verb="job.failed")
    assert (entry.actor, entry.object_pk) == (planner, str(queued.pk))
    assert entry.changes == {"error": ["", "Faltan bibliotecas."]}


def test_workers_of_two_jobs_do_not_meet(queued, plan, planner):
    report = actions.start_report(plan=plan, kind="monthly", period="2026-03", by=planner)
    other = make_job(report, requested_by=planner)
    first, _second = Lease.take(queued.pk), Lease.take(other.pk)
    first.tell(50, "Componiendo")
    first.finish()
    assert values(queued, "state", "progress") == ("done", 100)
    assert values(other, "state", "progress", "step") == ("running", 0, "")


@pytest.mark.parametrize("state", ["queued", "done", "failed", "cancelled"])
def test_lease_of_a_job_that_no_longer_runs_is_lost(queued, state):
    lease = Lease.take(queued.pk)
    change(queued, state=state, finished_at=None if state == "queued" else NOW)
    for step in (lease.finish, lambda: lease.fail("tarde"), lambda: lease.tell(50, "tarde")):
        with pytest.raises(Lost):
            step()
    assert values(queued, "state", "progress", "error") == (state, 0, "")


def test_first_of_two_running_workers_has_lost_the_job(queued, clock):
    """Its lease expired while it lives on: state alone would let it write, and only the attempt stops it."""
    first = Lease.take(queued.pk)
    expire(queued)
    assert jobs.take_up() == [queued.pk]
    second = Lease.take(queued.pk)
    second.tell(10, "Leyendo")
    for step in (lambda: first.tell(50, "tarde"), first.finish, lambda: first.fail("tarde")):
        with pytest.raises(Lost):
            step()
        assert values(queued, "state", "attempt", "progress", "step", "error", "finished_at") == (
            *("running", 2, 10, "Leyendo", "", None),
        )
    assert not AuditEntry.objects.filter(verb="job.failed").exists()
    second.finish()
    assert values(queued, "state", "attempt") == ("done", 2)


# --- Taken up ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["queued", "running"])
def test_job_is_taken_up_once_its_lease_is_over(queued, state, clock):
    change(queued, state=state, attempt=1, step="Componiendo", lease_until=NOW)
    assert jobs.take_up() == []  # it lasts until then
    clock.shift(1)
    assert jobs.take_up() == [queued.pk]
    assert values(queued, "state", "attempt", "step", "lease_until") == ("queued", 1, "", NOW + SECOND + PATIENCE)
    assert jobs.take_up() == []  # its message has its time too


def test_job_without_a_lease_is_taken_up(queued):
    change(queued, lease_until=None)
    assert jobs.take_up() == [queued.pk]


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_ended_job_is_not_taken_up(queued, state):
    change(queued, state=state, finished_at=NOW, lease_until=None)
    assert jobs.take_up() == []
    assert values(queued, "state") == (state,)


@pytest.mark.parametrize(("attempt", "state"), [(1, "queued"), (3, "failed")])
def test_several_jobs_are_taken_up_each_for_itself(queued, plan, planner, attempt, state):
    report = actions.start_report(plan=plan, kind="monthly", period="2026-03", by=planner)
    other = make_job(report, requested_by=planner)
    for job in (queued, other):  # both died at one moment
        change(job, state="running", attempt=attempt, lease_until=NOW - SECOND)
    assert jobs.take_up() == ([queued.pk, other.pk] if state == "queued" else [])
    assert (values(queued, "state"), values(other, "state")) == ((state,), (state,))
    failures = AuditEntry.objects.filter(verb="job.failed")
    assert failures.count() == (2 if state == "failed" else 0)


def test_job_whose_workers_die_is_given_up_after_three(queued, planner):
    for attempt in (1, 2, 3):
        assert Lease.take(queued.pk).job.attempt == attempt
        expire(queued)
        assert jobs.take_up() == ([queued.pk] if attempt < 3 else [])
    queued.refresh_from_db()
    assert (queued.state, queued.attempt, queued.lease_until, queued.finished_at) == ("failed", 3, None, NOW)
    assert "se interrumpió 3 veces" in queued.error
    assert "Inténtelo de nuevo" in queued.error
    entry = AuditEntry.objects.get(verb="job.failed")
    assert (entry.actor, entry.changes) == (planner, {"error": ["", queued.error]})


@pytest.mark.parametrize("attempt", [1, 3])
@pytest.mark.parametrize(
    "fields",
    [{"attempt": 2}, {"lease_until": NOW + PATIENCE}, {"state": "done", "finished_at": NOW}],
)
def test_job_that_somebody_moved_meanwhile_is_left_to_them(queued, attempt, fields):
    change(queued, state="running", attempt=attempt, lease_until=NOW - SECOND)
    with meanwhile(lambda: change(queued, **fields)):
        assert jobs.take_up() == []
    expected = {"state": "running", "attempt": attempt, "lease_until": NOW - SECOND, "error": "", **fields}
    assert values(queued, *expected) == tuple(expected.values())
    assert not AuditEntry.objects.filter(verb="job.failed").exists()


# --- Renewed while the engine is silent, with a real clock ------------------------------------------------------------


@pytest.fixture
def running(transactional_db, plan, planner, settings) -> Lease:
    """A lease of 0.6 seconds, which its thread renews every 0.2."""
    settings.JOB_LEASE_SECONDS = 0.6
    report = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    return Lease.take(make_job(report, requested_by=planner).pk)


def leases() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("lease-")]


def test_lease_is_renewed_while_the_engine_is_silent_and_no_longer(running):
    silence = threading.Event()
    with running.renewed():
        assert leases() == [f"lease-{running.job.pk}"]
        silence.wait(1)
        assert jobs.take_up() == []
    assert leases() == []
    assert not running.lost
    silence.wait(0.7)
    assert jobs.take_up() == [running.job.pk]


def test_worker_that_loses_its_job_in_a_silence_is_told_at_its_next_word(running):
    with running.renewed():
        change(running.job, attempt=2)
        (thread,) = (thread for thread in threading.enumerate() if thread.name.startswith("lease-"))
        thread.join(5)  # it ends by itself
        assert running.lost
        change(running.job, attempt=1)  # even so
        with pytest.raises(Lost):
            running.tell(50, "tarde")


# --- What people do ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["queued", "running"])
def test_cancelled_job_ends_and_its_worker_is_told(queued, state):
    lease = Lease.take(queued.pk) if state == "running" else None
    assert jobs.cancel(queued)
    assert values(queued, "state", "finished_at", "lease_until") == ("cancelled", NOW, None)
    assert jobs.active(queued.target) is None
    if lease:
        with pytest.raises(Lost):
            lease.tell(50, "tarde")
    assert Lease.take(queued.pk) is None


@pytest.mark.parametrize("state", ["done", "failed"])
def test_job_that_ended_is_not_cancelled(queued, state):
    change(queued, state=state, finished_at=NOW)
    assert not jobs.cancel(queued)
    assert values(queued, "state") == (state,)


def test_lease_further_ahead_than_any_is_taken_up(queued, clock):
    """The clock was set back by two hours while a worker held the job, and the worker died."""
    Lease.take(queued.pk)
    clock.move_to(NOW - timedelta(hours=2))
    assert jobs.take_up() == [queued.pk]


def test_who_looks_at_a_job_that_lost_its_worker_has_it_done(queued, clock):
    """The schedule is dead: nothing but the page takes it up."""
    Lease.take(queued.pk)
    clock.shift(61)
    assert jobs.watch(Job.objects.get(pk=queued.pk)) is False
    assert values(queued, "state", "attempt") == ("done", 2)


@pytest.mark.parametrize("fault", [BrokerError("Connection refused"), ConnectionError("Connection refused")])
def test_click_while_the_queue_is_away_is_answered_and_done_later(
    client, plan, planner, monkeypatch, fault, django_capture_on_commit_callbacks
):
    def away(*_arguments, **_options):
        raise fault

    report = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
    client.force_login(planner)
    address = reverse("reports:report_preview", args=[plan.entity.slug, plan.slug, report.pk])
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(jobs.do, "apply_async", away)
        assert client.post(address).status_code == 302
    job = jobs.active(report)
    expire(job)
    tasks.resume()
    assert values(job, "state") == ("done",)


def test_work_that_takes_too_long_ends_in_a_sentence(queued, monkeypatch):
    def slow(_lease):
        raise SoftTimeLimitExceeded

    monkeypatch.setitem(jobs.WORKS, "report.preview", jobs.Work(slow, limit=60))
    jobs.perform(queued.pk)
    assert values(queued, "state", "error")[0] == "failed"
    assert "tardó demasiado y se detuvo" in values(queued, "error")[0]


def test_words_of_a_job_are_in_the_language_of_who_asked(queued, monkeypatch):
    change(queued, language="en")
    said = []

    def work(lease):
        lease.tell(5, gettext_lazy("Preparando el texto"))
        said.append(Job.objects.get(pk=queued.pk).step)
        raise RuntimeError

    monkeypatch.setitem(jobs.WORKS, "report.preview", jobs.Work(work, limit=60))
    jobs.perform(queued.pk)
    assert said == ["Preparing the text"]
    assert values(queued, "state") == ("failed",)


def test_kind_that_is_not_kept_goes_after_its_time(queued, monkeypatch):
    monkeypatch.setitem(jobs.WORKS, "report.preview", replace(jobs.WORKS["report.preview"], kept_for=timedelta(days=1)))
    change(queued, state="done", finished_at=NOW)
    jobs.sweep(on=NOW + timedelta(days=1))
    assert values(queued, "state") == ("done",)
    jobs.sweep(on=NOW + timedelta(days=1, seconds=1))
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_work_that_reads_row_by_row_tells_its_progress_while_others_write(plan, planner):
    lease = Lease.take(make_job(actions.start_report(plan=plan, kind="final", period="2026", by=planner)).pk)
    ended = {"entity": plan.entity, "target": plan, "state": "done", "finished_at": NOW}
    Job.objects.bulk_create(Job(kind="x", **ended) for _n in range(300))

    def renew():
        Job.objects.filter(pk=lease.job.pk).update(lease_until=timezone.now() + PATIENCE)
        connection.close()

    rows = Job.objects.order_by("pk").iterator(chunk_size=1)
    next(rows)
    thread = threading.Thread(target=renew)
    thread.start()
    thread.join()
    lease.tell(40, "")
    assert sum(1 for _row in rows) == 300
