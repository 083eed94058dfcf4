"""When a month closes its draft is there, once, and its planners know."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from plans.models import Plan
from records.models import Notice
from reports import actions, monthly
from reports.models import Report
from tests.factories import make_entity, make_plan
from tests.reports.reporting import approve, make_published

NOVEMBER = datetime(2026, 11, 1, 15, tzinfo=UTC)


def test_draft_of_the_closed_month_is_started_once_and_planners_are_told(plan, planner, head):
    approve(plan)
    [report] = monthly.start_drafts(NOVEMBER)
    assert (report.kind, report.period, report.cutoff, report.state) == (
        "monthly",
        "2026-10",
        date(2026, 10, 31),
        "draft",
    )
    assert monthly.start_drafts(NOVEMBER) == []
    [notice] = Notice.objects.all()
    assert (notice.recipient, notice.path) == (planner, report.get_absolute_url())
    actions.discard_draft(report=report, by=planner)
    assert monthly.start_drafts(NOVEMBER) == []


def test_month_closes_where_the_entity_is(plan):
    approve(plan)
    abroad = approve(make_plan(make_entity("ajena", time_zone="Pacific/Auckland")))
    early = datetime(2026, 10, 31, 20, tzinfo=UTC)  # still October in Bogotá
    assert [(report.plan, report.period) for report in monthly.start_drafts(early)] == [
        (plan, "2026-09"),
        (abroad, "2026-10"),
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "period"),
    [
        (date(2026, 10, 20), date(2026, 12, 31), "2026-10"),
        (date(2026, 1, 1), date(2026, 10, 5), "2026-10"),
        (date(2026, 11, 1), date(2026, 12, 31), None),
        (date(2026, 1, 1), date(2026, 9, 30), None),
    ],
)
def test_only_months_of_the_plan(entity, starts_on, ends_on, period):
    approve(make_plan(entity, starts_on=starts_on, ends_on=ends_on))
    assert [report.period for report in monthly.start_drafts(NOVEMBER)] == ([period] if period else [])


def test_drafts_and_plans_that_have_it_are_left_alone(plan, entity):
    make_published(approve(plan), kind="monthly", period="2026-10")
    make_plan(entity)  # not approved
    assert monthly.start_drafts(NOVEMBER) == []
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_start_one(plan, planner):
    approve(plan)
    together, failures = threading.Barrier(2), []

    def work():
        try:
            together.wait()
            monthly.start_drafts(NOVEMBER)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (Report.objects.count(), Notice.objects.count(), Plan.objects.count()) == (1, 1, 1)
