"""Plans with something to report, and reports of each state."""

import json
from datetime import date, timedelta

from django.utils import timezone

from plans.models import Plan
from records import files, jobs
from records.models import Job
from reports import documents, snapshot
from reports.actions import PREVIEW
from reports.models import Report
from tests.factories import make_activity, make_session
from tests.reports.sample import FINAL

CUT = date(2026, 12, 31)


def approve(plan: Plan) -> Plan:
    plan.state, plan.approved_on = Plan.State.APPROVED, date(2026, 1, 15)
    plan.save()
    return plan


def fill(plan: Plan, dependency, activities: int = 3) -> Plan:
    """Activities of one dependency: the first not reported, the second short without a reason, the others done."""
    for number in range(activities):
        activity = make_activity(plan, dependency, name=f"Encuentro con la ciudadanía número {number + 1}")
        done = {0: {}, 1: {"planned_units": 3, "executed_units": 1, "held_on": date(2026, 3, 17)}}
        usual = {"executed_units": 1, "held_on": date(2026, 3, 16)}
        make_session(activity, **done.get(number, usual))
    return plan


def make_published(plan: Plan, *, content: bytes = b"%PDF-1.7 one", **fields) -> Report:
    """A published row with the sample's facts and a small file, without rendering."""
    file = files.keep(content)
    defaults = {
        "kind": "final",
        "period": "2026",
        "cutoff": CUT,
        "state": Report.State.PUBLISHED,
        "number": "2026-001",
        "snapshot": json.loads(snapshot.canonical(FINAL)),
        "snapshot_sha256": snapshot.sha256(FINAL),
        "file": file,
        "pdf_sha256": file.sha256,
        "pages": 12,
        "published_at": timezone.now(),
    }
    fields = {**dict(zip(("starts_on", "ends_on"), days_of(plan, {**defaults, **fields}), strict=True)), **fields}
    return Report.objects.create(plan=plan, **{**defaults, **fields})


def make_published_facts(plan: Plan, **fields) -> Report:
    """A published final with the facts of the plan as it is, the rows behind its figures among them."""
    report = Report(plan=plan, kind="final", period="2026", cutoff=CUT)
    taken = snapshot.take(report, on=date(2027, 1, 15), number="2026-001")
    frozen = {"snapshot": json.loads(snapshot.canonical(taken)), "snapshot_sha256": snapshot.sha256(taken)}
    return make_published(plan, **frozen, **fields)


def make_report(plan: Plan, kind: str = "final", period: str = "2026", cutoff: date = CUT, **fields) -> Report:
    """A draft as it is stored."""
    first, last = documents.known()[kind].days_of(plan, period)
    return Report.objects.create(
        plan=plan, kind=kind, period=period, cutoff=cutoff, starts_on=first, ends_on=last, **fields
    )


def days_of(plan: Plan, fields: dict) -> tuple[date, date]:
    """The days of a report's period, of whatever year its key is."""
    first, last = documents.known()[fields["kind"]].days_of(plan, fields["period"])
    return (first, last) if first <= last else (plan.starts_on, plan.ends_on)


def make_job(report: Report, kind: str = PREVIEW, **fields) -> Job:
    """A job as it is stored, its lease fresh while it is active; nothing is sent."""
    active = "finished_at" not in fields
    return Job.objects.create(
        kind=kind,
        entity_id=report.plan.entity_id,
        target=report,
        language="es-co",
        in_turn=jobs.WORKS[kind].in_turn,
        **{"lease_until": timezone.now() + jobs.patience() if active else None, **fields},
    )


def preview_of(report: Report, content: bytes) -> bytes:
    """Gives a draft a small file as its preview."""
    report.file = files.keep(content)
    report.pdf_sha256 = report.file.sha256
    report.save()
    return content


def make_months(plan: Plan, count: int, **fields) -> list[Report]:
    """Published monthly reports, each with its own file, number and fingerprint."""
    made = []
    for number in range(1, count + 1):
        month = date(2026, (number - 1) % 12 + 1, 1)
        made.append(
            make_published(
                plan,
                kind="monthly",
                period=f"{month:%Y-%m}",
                version=1 + (number - 1) // 12,
                number=f"2026-{number:03d}",
                cutoff=month + timedelta(days=27),
                content=f"%PDF-1.7 month {plan.pk} {number}".encode(),
                snapshot_sha256=f"{plan.pk:032x}{number:032x}",
                **fields,
            )
        )
    return made
