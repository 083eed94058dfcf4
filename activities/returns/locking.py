"""What an accepted return holds: what was reported of the month, of the activities that its dependency leads.

Every way of writing a report asks here: the forms of a space and of a metric through their actions, the requests of
change, and the files that are imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.html import format_html
from django.utils.translation import gettext as _

from activities.models import Activity, Metric, MonthlyReturn, Responsibility, Session
from display import dates
from display.dates import month_end
from plans.models import Plan
from records.refusals import Refused, Stale


class Held(Refused):
    """The month was accepted. The sentence has a link to where it is reopened."""

    def __init__(self, monthly: MonthlyReturn):
        said = sentence(monthly.month, monthly.dependency.name)
        link = format_html('<a href="{}">{}</a>', monthly.get_absolute_url(), _("Ver el formato"))
        super().__init__(format_html("{} {}", said, link))


def sentence(month: date, dependency: str) -> str:
    return _(
        "Planeación ya aceptó el formato interno de %(month)s de «%(dependency)s», y lo reportado de ese mes no "
        "cambia. Planeación puede reabrirlo, con un motivo."
    ) % {"month": dates.month(month), "dependency": dependency}


def months(days: Iterable[date | None]) -> set[date]:
    return {month_end(day) for day in days if day}


def days_of(session: Session) -> tuple[date, date | None]:
    return session.planned_on, session.held_on


def accepted_of(activity: Activity, days: Iterable[date | None], lead: int | None = None) -> QuerySet[MonthlyReturn]:
    """Those that hold one of these days for an activity; `lead`: of one that is not stored yet."""
    leads = Responsibility.objects.filter(activity=activity.pk, part=Responsibility.Part.LEAD)
    rows = MonthlyReturn.objects.filter(
        plan=activity.plan_id,
        month__in=months(days),
        dependency__in=leads.values("dependency") if activity.pk else [lead] if lead else [],
        state=MonthlyReturn.State.ACCEPTED,
    )
    return rows.select_related("dependency", "plan__entity").order_by("month")


def held_of(session: Session) -> MonthlyReturn | None:
    """The return that holds its report; one statement."""
    return accepted_of(session.activity, days_of(session)).first()


def held_among(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Those whose report an accepted return holds: nobody is asked for it until planning reopens the month."""
    accepted = MonthlyReturn.objects.filter(
        _month_of("planned_on") | _month_of("held_on"),
        plan=OuterRef("activity__plan"),
        state=MonthlyReturn.State.ACCEPTED,
        dependency__responsibilities__activity=OuterRef("activity"),
        dependency__responsibilities__part=Responsibility.Part.LEAD,
    )
    return sessions.filter(Exists(accepted))


def _month_of(day: str) -> Q:
    return Q(month__year=ExtractYear(OuterRef(day)), month__month=ExtractMonth(OuterRef(day)))


def refuse_held(activity: Activity, days: Iterable[date | None]) -> None:
    """Raises Held. In a transaction: nobody accepts those months until it ends, so that what is accepted is what is
    stored; two who report for one dependency and month wait for each other there, and nobody else."""
    wanted = months(days)
    if not wanted or not activity.pk:
        return
    rows = MonthlyReturn.objects.select_for_update(of=("self",), no_key=True).filter(
        plan=activity.plan_id,
        month__in=wanted,
        dependency__in=Responsibility.objects.filter(activity=activity.pk, part=Responsibility.Part.LEAD).values(
            "dependency"
        ),
    )
    for monthly in rows.order_by("pk"):
        if monthly.state == MonthlyReturn.State.ACCEPTED:
            monthly.plan = activity.plan
            raise Held(monthly)


def save_report(session: Session, days: Iterable[date | None], seen: int | None, *also: Exists) -> None:
    """Saves a session with its report at its next revision, in one statement; `days`: those that it had. Raises Held
    when they are, else Stale. Accepting their month takes its sessions' revisions too: of both, one comes second.
    `also`: what its statement locks besides."""
    days = list(days)
    try:
        session.save_claimed(seen, ~Exists(accepted_of(session.activity, days).order_by()), *also)
    except Stale:
        if monthly := accepted_of(session.activity, days).first():
            raise Held(monthly) from None
        raise


def days_of_metric(metric: Metric) -> list[date | None]:
    """It belongs to the month in which its period ends, and to its space."""
    return [metric.period_to, *(days_of(metric.session) if metric.session_id else ())]


def held_months(plan: Plan, *, lock: bool = False) -> dict[tuple[int, date], MonthlyReturn]:
    """By activity and last day of the month, what is held in a plan; two statements."""
    rows = MonthlyReturn.objects.filter(plan=plan.pk).select_related("dependency").order_by("pk")
    rows = rows.select_for_update(of=("self",), no_key=True) if lock else rows
    accepted: dict[int, list[MonthlyReturn]] = {}
    for row in rows:
        if row.state == MonthlyReturn.State.ACCEPTED:
            accepted.setdefault(row.dependency_id, []).append(row)
    if not accepted:
        return {}
    leads = Responsibility.objects.filter(
        activity__plan=plan.pk, part=Responsibility.Part.LEAD, dependency__in=accepted
    ).values_list("activity", "dependency")
    return {(activity, row.month): row for activity, dependency in leads for row in accepted[dependency]}
