"""What people do to a report: start it, write its texts, ask for its PDF, discard it."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Dependency, Entity, User
from plans.models import Plan
from records import audit, jobs
from records.models import Job
from records.refusals import NotReady
from reports import documents, signing, texts, writing
from reports.models import Report
from reports.states import REPORTS

PREVIEW, PUBLISH, ARCHIVE = "report.preview", "report.publish", "reports.archive"  # kinds of job


@transaction.atomic
def start_report(
    *,
    plan: Plan,
    kind: str,
    period: str,
    dependency: Dependency | None = None,
    cutoff: date | None = None,
    correction: str = "",
    by: User | None,
) -> Report:
    """The open draft of a plan's report for a period ("2020-09", "2020"), else a new version.

    A new version corrects the published one and starts from its texts; to be published it says what it corrects.
    `cutoff`: the period's last day by default.
    """
    of_dependency = documents.DEPENDENCY in documents.known()[kind].needs
    if of_dependency != (dependency is not None) or (dependency and dependency.entity_id != plan.entity_id):
        raise ValueError(f"Not the dependency of a report {kind}: {dependency}")
    same = Report.objects.filter(plan=plan, kind=kind, period=period, dependency=dependency)
    if draft := same.filter(state=Report.State.DRAFT).first():
        return draft
    last = same.order_by("-version").first()
    first, ends = documents.known()[kind].days_of(plan, period)
    try:
        with transaction.atomic(), audit.acting_as(by):
            return Report.objects.create(
                plan=plan,
                kind=kind,
                period=period,
                dependency=dependency,
                cutoff=cutoff or (last.cutoff if last else documents.known()[kind].cutoff_of(plan, period)),
                version=last.version + 1 if last else 1,
                narrative=last.narrative if last else {},
                correction=correction if last else "",
                starts_on=first,
                ends_on=ends,
            )
    except IntegrityError:  # somebody else started it at the same moment
        return same.get(state=Report.State.DRAFT)


@transaction.atomic
def save_narrative(
    *, report: Report, narrative: dict, cutoff: date | None = None, seen: int | None = None, by: User
) -> Report:
    """Replaces all the texts of a draft (those that its sections ask for, by name) and, if given, its cut-off.

    For programs: people save text by text (`reports/writing.py`).

    Raises records.refusals.Stale when somebody changed the draft since revision `seen`, or published it, and
    ValidationError for a text that is too long.
    """
    if unknown := narrative.keys() - texts.asked(report.kind).keys():
        raise ValueError(f"Not texts of a report: {', '.join(sorted(unknown))}")
    texts.check(narrative)
    report.claim(seen, state=Report.State.DRAFT)
    writing.end(report.stints.all())
    signing.void(report, by=by)
    report.narrative = narrative
    report.cutoff = cutoff or report.cutoff
    with audit.acting_as(by):
        report.save(update_fields=["narrative", "cutoff"])
    return report


@transaction.atomic
def say_correction(*, report: Report, correction: str, by: User) -> Report:
    """What a draft that will replace a published version corrects. Raises Stale once it is published."""
    report.claim(state=Report.State.DRAFT)
    report.correction = correction
    with audit.acting_as(by):
        report.save(update_fields=["correction"])
    return report


@transaction.atomic
def discard_draft(*, report: Report, by: User) -> None:
    """Deletes a draft with its preview; NotReady once it is published or while it is being rendered."""
    if report.state != Report.State.DRAFT:
        raise NotReady(_("Un informe publicado no se elimina: publique una corrección."))
    if jobs.active(report):
        raise NotReady(_("El informe se está componiendo. Espere a que termine y elimínelo después."))
    report.claim(state=Report.State.DRAFT)
    writing.end(report.stints.all())
    with audit.acting_as(by):
        report.delete()


@transaction.atomic
def request_render(*, report: Report, kind: str, by: User | None) -> Job:
    """Queues the report's PDF (`kind`: PREVIEW or PUBLISH); a second request returns the job that waits or runs.

    Raises NotReady when the report is published, when the plan is not approved (to publish), and when a job for the
    other purpose is active.
    """
    if report.state != Report.State.DRAFT:
        raise NotReady(_("Este informe ya está publicado. Para cambiarlo, haga una corrección."))
    if kind == PUBLISH and (blockers := REPORTS.blockers(report, Report.State.PUBLISHED)):
        raise NotReady(*blockers)
    return jobs.request(kind, report, by=by)


def request_archive(*, entity: Entity, year: int, by: User) -> Job:
    """Queues the ZIP of what the entity published in a year. Raises NotReady while that of another is written."""
    return jobs.request(ARCHIVE, entity, by=by, arguments={"year": year})
