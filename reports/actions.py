"""What people do to a report: start it, write its texts and points, ask for its PDF, discard it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from accounts.models import Dependency, Entity, User
from plans.models import Plan
from records import audit, jobs
from records.models import Job
from records.refusals import NotReady, Stale
from reports import documents, signing, texts, writing
from reports.models import Outcome, Point, Report
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

    A new version corrects the published one and starts from its texts and points; to be published it says what it
    corrects. `cutoff`: the period's last day by default.
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
            report = Report.objects.create(
                plan=plan,
                kind=kind,
                period=period,
                dependency=dependency,
                cutoff=cutoff or (last.cutoff if last else documents.known()[kind].cutoff_of(plan, period)),
                version=last.version + 1 if last else 1,
                narrative=_texts_of(last) if last else {},
                correction=correction if last else "",
                starts_on=first,
                ends_on=ends,
            )
            _copy_points(last, report)
            return report
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
    if unknown := narrative.keys() - texts.asked(report, every=True).keys():
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


def _texts_of(last: Report) -> dict:
    known = texts.asked(last, every=True)
    return {name: last.narrative[name] for name in known if name in last.narrative}


def _copy_points(last: Report | None, report: Report) -> None:
    for point in last.points.all() if last else ():
        told = {name: getattr(point, name) for name in ("kind", "number", "text", "owner_id", "due_on")}
        Point.objects.create(report=report, origin_id=point.root, **told)
    for outcome in last.outcomes.all() if last else ():
        Outcome.objects.create(report=report, point_id=outcome.point_id, state=outcome.state, text=outcome.text)


@transaction.atomic
def save_point(*, point: Point, by: User, seen: int | None = None) -> Point:
    """Stores a point of a draft; a new one goes to the end of its kind.

    Raises Stale when somebody changed it since revision `seen` or the report is published, and ValidationError.
    """
    report = point.report
    _claim_draft(report, by)
    others = report.points.filter(kind=point.kind).exclude(pk=point.pk)
    if (others.aggregate(length=Sum(Length("text")))["length"] or 0) + len(point.text) > texts.SECTION:
        message = _("Entre todas caben %(limit)s caracteres: acorte alguna.")
        raise ValidationError({"text": message % {"limit": texts.SECTION}})
    if point.pk is None:
        point.number = others.count() + 1
    else:
        point.claim(seen)
    point.full_clean()
    with audit.acting_as(by):
        point.save()
    return point


@transaction.atomic
def delete_point(*, point: Point, by: User) -> None:
    """Takes a point out of a draft; those after it move up. Raises Stale when the report is published."""
    _claim_draft(point.report, by)
    with audit.acting_as(by):
        point.delete()
    # One by one: their numbers never meet.
    for later in point.report.points.filter(kind=point.kind, number__gt=point.number).order_by("number"):
        Point.objects.filter(pk=later.pk).update(number=later.number - 1)


@transaction.atomic
def save_outcome(*, outcome: Outcome, by: User, seen: int | None = None) -> Outcome:
    """What a draft says became of a point of an earlier report. Raises Stale and ValidationError as `save_point`."""
    _claim_draft(outcome.report, by)
    if outcome.pk is not None:
        outcome.claim(seen)
    outcome.full_clean()
    with audit.acting_as(by):
        outcome.save()
    return outcome


def _claim_draft(report: Report, by: User) -> None:
    """Whoever is publishing the draft or looking at its preview has an older one from now on; no signature holds."""
    if not Report.objects.filter(pk=report.pk, state=Report.State.DRAFT).update(revision=F("revision") + 1):
        raise Stale(_("Este informe ya está publicado: lo que escribió no se guardó. Cópielo para una corrección."))
    report.refresh_from_db(fields=["revision"])
    signing.void(report, by=by)


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
