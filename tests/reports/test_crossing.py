"""What happens when two people act at the same moment, on a database that lets both write (SQLite lets one)."""

import json
import threading
import time
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from plans.actions import reopen
from records import files, jobs
from records.jobs import Lease
from records.models import Job
from records.refusals import NotReady
from reports import actions, publication, snapshot
from reports.models import Report
from tests.factories import make_plan
from tests.reports.reporting import approve, make_job
from tests.reports.sample import EDITION, FINAL

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time"),
]
HELD = 0.5  # seconds during which the first keeps its rows


def together(*verbs) -> list[Exception | None]:
    """Runs each in a thread of its own; what each raised."""
    raised: list[Exception | None] = [None] * len(verbs)

    def run(place, verb):
        try:
            verb()
        except Exception as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def one_after_another(first, second) -> list[Exception | None]:
    """The second starts when the first has done its work and not yet committed it."""
    began = threading.Event()

    def slowly():
        with transaction.atomic():
            first()
            began.set()
            time.sleep(HELD)

    def late():
        began.wait(10)
        with transaction.atomic():
            second()

    return together(slowly, late)


@pytest.fixture
def draft(plan, planner):
    return actions.start_report(plan=approve(plan), kind="final", period="2026", by=planner)


@pytest.fixture
def publish(draft, planner):
    """Publishes the draft, as a rendering that has just ended."""
    today = timezone.localdate()
    facts = replace(FINAL, edition=replace(EDITION, number=f"{today.year}-001", published_on=today))

    def verb():
        publication.store_publication(
            report=draft,
            seen=draft.revision,
            facts=json.loads(snapshot.canonical(facts)),
            fingerprint=snapshot.sha256(facts),
            pdf=files.keep(b"%PDF-1.7"),
            pages=1,
            by=planner,
        )

    return verb


def test_plan_whose_report_is_being_published_does_not_go_back_to_draft(plan, planner, draft, publish):
    raised = one_after_another(publish, lambda: reopen(plan=plan, reason="Faltó una fase", by=planner))
    plan.refresh_from_db()
    draft.refresh_from_db()
    assert (plan.state, draft.state) == ("approved", "published")
    assert [type(error) for error in raised] == [type(None), NotReady]


def test_report_of_a_plan_that_goes_back_to_draft_is_not_published(plan, planner, draft, publish):
    raised = one_after_another(lambda: reopen(plan=plan, reason="Faltó una fase", by=planner), publish)
    plan.refresh_from_db()
    draft.refresh_from_db()
    assert (plan.state, draft.state) == ("draft", "draft")
    assert [type(error) for error in raised] == [type(None), NotReady]


def test_two_workers_at_the_same_moment_take_one_publication_of_an_entity(entity, planner):
    """The second looked before the first had stored that it runs: the database refuses, and the worker goes on."""
    plans = [approve(make_plan(entity)) for _each in range(2)]
    drafts = [actions.start_report(plan=plan, kind="final", period="2026", by=planner) for plan in plans]
    first, second = (make_job(draft, actions.PUBLISH, requested_by=planner) for draft in drafts)
    took = []
    raised = one_after_another(lambda: Lease.take(first.pk), lambda: took.append(Lease.take(second.pk)))
    assert (raised, took) == ([None, None], [None])
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["running", "queued"]


def test_two_publications_of_an_entity_at_once_get_two_numbers(entity, planner):
    asked = []
    for title in ("Plan de participación", "Estrategia de rendición de cuentas"):
        plan = approve(make_plan(entity, title=title))
        report = actions.start_report(plan=plan, kind="final", period="2026", by=planner)
        asked.append(make_job(report, actions.PUBLISH, requested_by=planner))
    assert together(*(lambda pk=job.pk: jobs.perform(pk) for job in asked)) == [None, None]
    assert [job.state for job in Job.objects.order_by("pk")] == ["done", "done"]
    year = timezone.localdate().year
    assert sorted(Report.objects.values_list("number", flat=True)) == [f"{year}-001", f"{year}-002"]
    for report in Report.objects.all():
        assert report.snapshot["edition"]["number"] == report.number
