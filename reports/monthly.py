"""When a month closes, the draft of its report waits for who writes it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import AuditEntry
from plans.models import Plan
from records import audit
from reports import actions, documents, notifications
from reports.models import Report

STARTED = "report.month_closed"  # in the plan's trail: once a month, also when the draft was discarded since


def start_drafts(now: datetime) -> list[Report]:
    """Of each approved plan, the monthly report of the month that closed last where the entity is."""
    started = []
    for plan in Plan.objects.filter(state=Plan.State.APPROVED).select_related("entity").order_by("pk"):
        today = now.astimezone(ZoneInfo(plan.entity.time_zone)).date()
        last = today.replace(day=1) - timedelta(days=1)
        if plan.starts_on <= last and last.replace(day=1) <= plan.ends_on and (report := _start(plan, last)):
            started.append(report)
    return started


@transaction.atomic
def _start(plan: Plan, month: date) -> Report | None:
    period = documents.known()["monthly"].period(plan, month.replace(day=1))
    # The lock is of the plan: of two workers, the second finds what the first wrote.
    if not Plan.objects.select_for_update(no_key=True).filter(pk=plan.pk, state=Plan.State.APPROVED).exists():
        return None
    said = AuditEntry.objects.filter(verb=STARTED, entity=plan.entity_id, object_id=plan.pk, changes__period__1=period)
    if said.exists():
        return None
    audit.record(by=None, verb=STARTED, target=plan, changes={"period": ["", period]})
    if plan.reports.filter(kind="monthly", period=period, dependency=None).exists():
        return None
    report = actions.start_report(plan=plan, kind="monthly", period=period, by=None)
    notifications.tell_draft(report)
    return report
