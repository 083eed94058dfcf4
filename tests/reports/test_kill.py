"""Real workers, killed in the middle: every job ends, once, in a good report or in a failure that is seen."""

import hashlib
import random
import time
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from demo.management.commands.serve import kill_group
from records import files, tasks
from records.models import Job
from reports import actions
from reports.models import Report
from tests.factories import make_dependency, make_entity, make_plan
from tests.reports.reporting import approve, fill, make_job

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
LEASE = 3
KILLS = 4


@pytest.fixture
def short_lease(monkeypatch, settings):
    """Leases of seconds, in the worker's environment and here. Ask for it before the worker."""
    monkeypatch.setenv("JOB_LEASE_SECONDS", str(LEASE))
    settings.JOB_LEASE_SECONDS = LEASE


@pytest.fixture
def report(plan, planner, dependency):
    """A report that takes some seconds to render."""
    approve(fill(plan, dependency, activities=250))
    return actions.start_report(plan=plan, kind="final", period="2026", by=planner)


def wait(job: Job, until, seconds: float) -> Job:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if until(job):
            return job
        time.sleep(0.02)
    pytest.fail(f"The job is still {job.state} at {job.progress} %, attempt {job.attempt}: {job.error}")


def ended(job: Job) -> bool:
    return job.state in (Job.State.DONE, Job.State.FAILED)


def assert_good(report: Report) -> None:
    report.refresh_from_db()
    assert report.state == Report.State.PUBLISHED
    assert hashlib.sha256(files.read(report.file)).hexdigest() == report.pdf_sha256


def numbers(count: int) -> list[str]:
    year = timezone.localdate().year
    return [f"{year}-{number:03d}" for number in range(1, count + 1)]


def test_worker_killed_in_the_middle_of_a_publication(short_lease, start_worker, report, planner):
    first = start_worker()
    job = actions.request_render(report=report, kind=actions.PUBLISH, by=planner)
    wait(job, lambda job: job.progress >= 20 or ended(job), 30)
    kill_group(first)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 1)
    report.refresh_from_db()
    assert (report.state, report.file) == ("draft", None)
    time.sleep(LEASE)
    start_worker()  # takes it up as it starts
    wait(job, ended, 60)
    assert (job.state, job.attempt) == ("done", 2)
    assert_good(report)


def test_message_lost_with_its_queue(short_lease, start_worker, report, planner):
    job = make_job(report, actions.PUBLISH, requested_by=planner, lease_until=None)
    start_worker()  # nothing was ever sent
    wait(job, ended, 60)
    assert (job.state, job.attempt) == ("done", 1)
    assert_good(report)


def test_two_workers_and_two_clicks_make_one_report_each_with_its_number(start_worker, plan, report, planner):
    start_worker("--hostname=one@%h")
    start_worker("--hostname=two@%h")
    monthly = actions.start_report(plan=plan, kind="monthly", period="2026-03", by=planner)
    asked = [
        actions.request_render(report=one, kind=actions.PUBLISH, by=planner).pk
        for one in (report, monthly, report, monthly)
    ]
    assert asked[:2] == asked[2:]
    for job in Job.objects.all():
        wait(job, ended, 60)
        assert (job.state, job.attempt) == ("done", 1)
    for one in (report, monthly):
        assert_good(one)
    assert sorted([report.number, monthly.number]) == numbers(2)


def test_publications_of_an_entity_take_turns_and_each_is_rendered_once(start_worker, plan, dependency, planner):
    approve(fill(plan, dependency, activities=30))
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    drafts = [actions.start_report(plan=plan, kind="monthly", period=month, by=planner) for month in months]
    start_worker("--hostname=one@%h")
    start_worker("--hostname=two@%h")
    asked = [actions.request_render(report=draft, kind=actions.PUBLISH, by=planner) for draft in drafts]
    for job in asked:
        wait(job, ended, 120)
        assert (job.state, job.attempt, job.error) == ("done", 1, "")
    for draft in drafts:
        assert_good(draft)
    assert sorted(draft.number for draft in drafts) == numbers(12)
    assert list(files.orphans()) == []  # what is rendered and thrown away leaves its file


def test_twenty_publications_while_workers_are_killed_are_each_done_once(short_lease, start_worker, entity):
    """Of two entities, between two workers that are killed wherever they stand, and replaced."""
    drafts, months = {}, [f"2026-{month:02d}" for month in range(1, 11)]
    for owner in (entity, make_entity("ajena")):
        plan = approve(fill(make_plan(owner), make_dependency(owner), activities=30))
        drafts[owner] = [actions.start_report(plan=plan, kind="monthly", period=one, by=None) for one in months]
    workers = [start_worker("--hostname=one@%h"), start_worker("--hostname=two@%h")]
    for each in zip(*drafts.values(), strict=True):
        for draft in each:
            actions.request_render(report=draft, kind=actions.PUBLISH, by=None)
    killed, chance, deadline = 0, random.Random(20), time.monotonic() + 150
    while active := Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).order_by("state"):
        assert time.monotonic() < deadline, [(job.state, job.attempt) for job in active]
        tasks.resume()  # as the schedule does
        # A job that loses its worker three times is given up, rightly: no report is hit twice.
        running = list(active.filter(state=Job.State.RUNNING).values_list("attempt", flat=True))
        if killed < KILLS and running and set(running) == {1}:
            time.sleep(chance.random())
            kill_group(workers.pop(0))
            killed += 1
            workers.append(start_worker(f"--hostname=after-{killed}@%h"))
        time.sleep(0.2)
    assert killed == KILLS
    assert list(Job.objects.exclude(state=Job.State.DONE).values_list("state", "attempt", "error")) == []
    for owner, reports in drafts.items():
        for report in reports:
            assert_good(report)
        assert sorted(report.number for report in reports) == numbers(10), owner
    assert AuditEntry.objects.filter(verb="report.publish").count() == 20
    again = sum(Job.objects.values_list("attempt", flat=True)) - 20
    assert 0 < again <= KILLS  # what was in the hands of a worker that was killed, and nothing else
    assert len(files.orphans()) <= again  # of one that was killed between its file and its rows


def test_process_of_a_worker_that_has_grown_ends_after_its_report_and_another_stands_in_its_place(
    plan, planner, dependency, start_worker, settings
):
    def processes() -> set[str]:
        threads = Path(f"/proc/{worker.pid}/task").glob("*/children")
        return {child for thread in threads for child in thread.read_text().split()}

    approve(fill(plan, dependency, activities=2))
    worker = start_worker("--max-memory-per-child=1")  # KiB: any task takes more
    before = processes()
    report = actions.start_report(plan=plan, kind="monthly", period="2026-01", by=planner)
    job = wait(actions.request_render(report=report, kind=actions.PUBLISH, by=planner), ended, 60)
    assert (job.state, job.attempt) == ("done", 1)
    assert_good(report)
    deadline = time.monotonic() + 30
    while len(processes()) != 1 or processes() & before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert settings.CELERY_WORKER_MAX_MEMORY_PER_CHILD == 300_000  # what one that lasts may keep
