"""The rows of a plan that each sheet is of, and the pairs behind its lists of names."""

from __future__ import annotations

from django.db.models import QuerySet

from activities.models import Activity, Attendance, Metric, Responsibility, Session
from commitments.models import Commitment, FollowUp
from plans.models import CyclePhase, Plan, PlanChapter, StakeholderGroup, StrategicLine
from sheets.resources import declared
from sheets.resources.columns import Names, Sheet


def rows_of(plan: Plan) -> dict[type[Sheet], QuerySet]:
    """The rows of each sheet, in the order in which people read them; the groups are those of the entity."""
    by_activity = ("activity__order", "activity")
    by_session = ("session__activity__order", "session__activity", "session__planned_on", "session", "pk")
    by_commitment = ("commitment__due_on", "commitment", "on", "pk")
    key = plan.pk or 0  # a plan that is not stored has nothing yet
    return {
        declared.PlanSheet: Plan.objects.filter(pk=key),
        declared.PhaseSheet: CyclePhase.objects.filter(plan=key).order_by("number"),
        declared.LineSheet: StrategicLine.objects.filter(plan=key).order_by("order", "name"),
        declared.ChapterSheet: PlanChapter.objects.filter(plan=key).order_by("order", "pk"),
        declared.GroupSheet: StakeholderGroup.objects.filter(entity=plan.entity_id).order_by("name"),
        declared.ActivitySheet: Activity.objects.filter(plan=key).order_by("order", "pk"),
        declared.SessionSheet: Session.objects.filter(activity__plan=key).order_by(*by_activity, "planned_on", "pk"),
        declared.AttendanceSheet: Attendance.objects.filter(session__activity__plan=key).order_by(*by_session),
        declared.MetricSheet: Metric.objects.filter(activity__plan=key).order_by(*by_activity, "period_from", "pk"),
        declared.CommitmentSheet: Commitment.objects.filter(plan=key).order_by("due_on", "pk"),
        declared.FollowUpSheet: FollowUp.objects.filter(commitment__plan=key).order_by(*by_commitment),
    }


def pairs_of(plan: Plan, sheet: type[Sheet], column: Names) -> QuerySet:
    """(row, the row that it names) by their ids, in the order in which they were named."""
    key = plan.pk or 0
    if column.name in Responsibility.Part.values:
        rows = Responsibility.objects.filter(activity__plan=key, part=column.name)
        return rows.order_by("pk").values_list("activity", "dependency")
    field = sheet._meta.model._meta.get_field(column.name)
    row, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    rows = field.remote_field.through.objects.filter(**{f"{row}__plan": key})
    return rows.order_by("pk").values_list(row, other)
