"""Real workers, killed in the middle of a preview, an import and an export: each ends, once, and whole."""

import io
import time
import zipfile

import pytest

from activities.models import Activity, Session
from demo.management.commands.serve import kill_group
from records import files
from records.models import Job
from sheets import actions
from sheets.loading.result import Choices, result_of
from tests.factories import make_activity, make_session
from tests.reports.test_kill import LEASE, ended, short_lease, wait  # noqa: F401 (a fixture)
from tests.sheets.conftest import build_xlsx

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
ROWS = 4_000


@pytest.fixture
def upload(plan, planner):
    """A sheet that takes some seconds to read."""
    rows = [["N.º", "Actividad", "Meta", "Fecha programada"]]
    rows += [
        [f"{n // 500 + 1}.{n % 500 + 1}", f"Mesa de trabajo {n}", 1, f"{n % 28 + 1}/{n % 12 + 1}/2026"]
        for n in range(ROWS)
    ]
    return actions.upload(content=build_xlsx(rows), name="matriz.xlsx", plan=plan, by=planner)


def killed_and_resumed(start_worker, job: Job, at: int) -> Job:
    """The job, once a second worker ended it: the first was killed when it had told `at` percent."""
    first = start_worker()
    wait(job, lambda job: job.state == "running" and job.progress >= at or ended(job), 60)
    kill_group(first)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("running", 1)
    time.sleep(LEASE)
    start_worker()
    return wait(job, ended, 120)


def test_worker_killed_in_the_middle_of_a_preview(short_lease, start_worker, upload):  # noqa: F811
    job = killed_and_resumed(start_worker, upload.jobs.get(), at=5)
    assert (job.state, job.attempt) == ("done", 2)
    assert result_of(job.result).counts("created")["activities"] == ROWS
    assert not Activity.objects.exists()


def test_worker_killed_in_the_middle_of_an_import(short_lease, start_worker, upload, planner):  # noqa: F811
    upload.jobs.all().delete()
    job = actions.bring_in(upload=upload, choices=Choices(), by=planner)
    job = killed_and_resumed(start_worker, job, at=50)
    assert (job.state, job.attempt) == ("done", 2)
    assert result_of(job.result).errors == []
    assert (Activity.objects.count(), Session.objects.count()) == (ROWS, ROWS)


def test_worker_killed_in_the_middle_of_an_export(short_lease, start_worker, plan, planner):  # noqa: F811
    activity = make_activity(plan)
    make_session(activity)
    Activity.objects.bulk_create(Activity(plan=plan, name=f"Mesa de trabajo {n}", order=n) for n in range(ROWS))
    job = actions.export(plan=plan, format="xlsx", by=planner)
    job = killed_and_resumed(start_worker, job, at=5)
    assert (job.state, job.attempt) == ("done", 2)
    with zipfile.ZipFile(io.BytesIO(files.read(job.result))) as package:
        assert package.testzip() is None
