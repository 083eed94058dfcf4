"""Writes of activities, sessions and metrics; each checks the lock and leaves its trail."""

from collections.abc import Iterable
from copy import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Dependency, User
from activities.models import Activity, Evidence, Metric, Responsibility, Session, SurveyResponse
from activities.returns.locking import days_of, days_of_metric, refuse_held
from display.dates import Precision
from plans.models import Plan, StakeholderGroup
from plans.states import hold_draft, refuse_closed
from records import audit
from records.audit import acting_as

# --- Activities -------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_activity(
    *,
    activity: Activity,
    lead: Dependency | None,
    support: Iterable[Dependency],
    groups: Iterable[StakeholderGroup],
    by: User,
    seen: int | None = None,
    months: Iterable[date] = (),
) -> Activity:
    """Creates it at the end of its plan, or changes it from revision `seen`; with a session in each of `months`, known
    by their last days.

    Raises Stale, Frozen, or ValidationError with the sentence of the constraint that it breaks.
    """
    # As stored: a promise does not escape the lock by moving out of the plan in the same form.
    promised = Activity.objects.filter(pk=activity.pk, outside_plan=False).exists()
    if promised or not activity.outside_plan:
        hold_draft(activity.plan)
    else:
        refuse_closed(activity.plan)
    with acting_as(by):
        if activity.pk:
            activity.claim(seen)
        else:
            last = activity.plan.activities.aggregate(last=Max("order"))["last"]
            activity.order = 1 if last is None else last + 1
        activity.validate_constraints()
        activity.save()
        activity.groups.set(groups)
        set_responsibilities(activity, lead, support)
        sessions = [Session(activity=activity, planned_on=on, planned_precision=Precision.MONTH) for on in months]
        Session.objects.bulk_create(sessions)
        audit.record_created(sessions, by=by)
    return activity


def set_responsibilities(activity: Activity, lead: Dependency | None, support: Iterable[Dependency]) -> None:
    part = Responsibility.Part
    wanted = {dependency.pk: part.SUPPORT for dependency in support} | ({lead.pk: part.LEAD} if lead else {})
    rows = {row.dependency_id: row for row in activity.responsibilities.select_related("dependency")}
    for pk in rows.keys() - wanted.keys():
        rows[pk].delete()
    # Supports first: the constraint allows one lead at any moment.
    for pk, role in sorted(wanted.items(), key=lambda item: item[1] == part.LEAD):
        row = rows.get(pk) or Responsibility(activity=activity, dependency_id=pk)
        if row._state.adding or row.part != role:
            row.part = role
            row.save()


@transaction.atomic
def duplicate_activity(*, activity: Activity, by: User) -> Activity:
    """A copy at the end of the plan, with dependencies, groups and programmed sessions. Raises Frozen."""
    if not activity.outside_plan:
        hold_draft(activity.plan)
    else:
        refuse_closed(activity.plan)
    twin = copy(activity)
    twin.pk, twin._state, twin.revision, twin.number = None, type(activity._state)(), 0, ""
    twin.replaces = twin.in_force_from = twin.withdrawn_on = None
    twin._prefetched_objects_cache = {}  # copy() shares it, and the state, with the original
    suffix = _("(copia)")
    twin.name = f"{activity.name[: 499 - len(suffix)]} {suffix}"
    twin.order = activity.plan.activities.aggregate(last=Max("order"))["last"] + 1
    with acting_as(by):
        twin.save()
        twin.groups.set(activity.groups.all())
        copies = [
            Responsibility(activity=twin, dependency=row.dependency, part=row.part)
            for row in activity.responsibilities.select_related("dependency")
        ]
        Responsibility.objects.bulk_create(copies)
        audit.record_created(copies, by=by)
        sessions = [
            Session(activity=twin, **{name: getattr(session, name) for name in Session.PROGRAMMED})
            for session in activity.sessions.filter(withdrawn_on=None, planned_units__gt=0)
        ]
        Session.objects.bulk_create(sessions)
        audit.record_created(sessions, by=by)
    return twin


@transaction.atomic
def duplicate_activities(*, plan: Plan, activities: Iterable[Activity], by: User) -> list[Activity]:
    """All of them or none. Raises Frozen."""
    copies = []
    for activity in activities:
        activity.plan = plan
        copies.append(duplicate_activity(activity=activity, by=by))
    return copies


def deletion_blockers(activity: Activity) -> list[str]:
    """One sentence per reason; empty when it may be deleted."""
    reported = activity.sessions.reported().count()
    owed = activity.plan.commitments.filter(session__activity=activity).count()
    blockers = []
    if reported:
        blockers.append(
            ngettext(
                "%(count)s espacio tiene ejecución reportada: quite antes ese reporte.",
                "%(count)s espacios tienen ejecución reportada: quite antes esos reportes.",
                reported,
            )
            % {"count": reported}
        )
    if SurveyResponse.objects.filter(session__activity=activity).exists():
        blockers.append(_("Hay personas que evaluaron sus espacios, y lo que respondieron se conserva."))
    if activity.changes.exists():
        blockers.append(_("Tiene solicitudes de cambio, y su historia se conserva."))
    if Evidence.objects.filter(session__activity=activity).exists():
        blockers.append(_("Tiene evidencias, que no se borran."))
    if owed:
        blockers.append(
            ngettext(
                "%(count)s compromiso se adquirió en sus espacios: elimínelo o cámbiele antes el de origen.",
                "%(count)s compromisos se adquirieron en sus espacios: elimínelos o cámbieles antes el de origen.",
                owed,
            )
            % {"count": owed}
        )
    return blockers


@transaction.atomic
def delete_activity(*, activity: Activity, by: User) -> None:
    """With its sessions and metrics. Raises Frozen, or ValidationError with the blockers."""
    if not activity.outside_plan:
        hold_draft(activity.plan)
    else:
        refuse_closed(activity.plan)
    if blockers := deletion_blockers(activity):
        raise ValidationError(blockers)
    with acting_as(by):
        activity.delete()


# --- Sessions ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_session(*, session: Session, by: User, seen: int | None = None) -> Session:
    """Stores the planned side of a new or existing session. Raises Frozen, Stale (since `seen`) or ValidationError."""
    if not session.activity.outside_plan:
        hold_draft(session.activity.plan)
    else:
        refuse_closed(session.activity.plan)
    stored = Session.objects.filter(pk=session.pk).first() if session.pk else None
    refuse_held(session.activity, [session.planned_on, *(days_of(stored) if stored else ())])
    with acting_as(by):
        if session.pk:
            session.claim(seen)
        session.validate_constraints()
        session.save()
    return session


@transaction.atomic
def schedule_sessions(*, activity: Activity, dates: Iterable[tuple[date, str]], units: int, by: User) -> list[Session]:
    """A space in each (day, precision) where the activity has none yet, where and how the activity is held.

    Returns those that it made. Raises Frozen.
    """
    if not activity.outside_plan:
        hold_draft(activity.plan)
    taken = set(activity.sessions.filter(withdrawn_on=None).values_list("planned_on", "planned_precision"))
    sessions = [
        Session(
            activity=activity,
            planned_on=on,
            planned_precision=precision,
            planned_units=units,
            modality=activity.modality,
            locality=activity.locality,
        )
        for on, precision in dates
        if (on, precision) not in taken
    ]
    Session.objects.bulk_create(sessions)
    audit.record_created(sessions, by=by)
    return sessions


@transaction.atomic
def delete_session(*, session: Session, by: User) -> None:
    """A programmed one only while the plan is a draft and nothing was reported of it.

    Raises Frozen, or ValidationError with the blockers.
    """
    if session.planned_units and not session.activity.outside_plan:
        hold_draft(session.activity.plan)
    else:
        refuse_closed(session.activity.plan)
    refuse_held(session.activity, days_of(session))
    if blockers := session_blockers(session):
        raise ValidationError(blockers)
    with acting_as(by):
        session.delete()


def session_blockers(session: Session) -> list[str]:
    blockers = []
    if session.planned_units and Session.objects.reported().filter(pk=session.pk).exists():
        blockers.append(_("El espacio tiene ejecución reportada: quite antes ese reporte."))
    if session.responses.exists():
        blockers.append(_("Hay personas que lo evaluaron, y lo que respondieron se conserva."))
    if session.changes.exists():
        blockers.append(_("Tiene solicitudes de cambio, y su historia se conserva."))
    if session.evidence.exists():
        blockers.append(_("Tiene evidencias, que no se borran."))
    if session.commitments.exists():
        blockers.append(
            _("En este espacio se adquirieron compromisos: elimínelos o cámbieles antes el espacio de origen.")
        )
    return blockers


# --- Metrics ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_metric(*, metric: Metric, by: User, seen: int | None = None) -> Metric:
    """Raises Stale when it changed since revision `seen`, ValidationError when the activity already has that metric for
    the period."""
    refuse_closed(metric.activity.plan)
    stored = Metric.objects.filter(pk=metric.pk).select_related("session").first() if metric.pk else None
    refuse_held(metric.activity, [*days_of_metric(metric), *(days_of_metric(stored) if stored else ())])
    if metric.pk:
        metric.claim(seen)
    metric.validate_constraints()
    with acting_as(by):
        metric.save()
    return metric


@transaction.atomic
def delete_metric(*, metric: Metric, by: User) -> None:
    refuse_closed(metric.activity.plan)
    refuse_held(metric.activity, days_of_metric(metric))
    with acting_as(by):
        metric.delete()
