"""Rows of a plan by their key, their plan attached; Http404 for a row of another plan."""

from django.shortcuts import get_object_or_404

from activities.models import Activity, ChangeRequest, Metric, Session
from plans.models import Plan


def activity_or_404(plan: Plan, pk: int) -> Activity:
    rows = plan.activities.select_related("phase", "line").prefetch_related("groups", "responsibilities__dependency")
    activity = get_object_or_404(rows, pk=pk)
    activity.plan = plan  # permissions and addresses read it: no statement for each
    return activity


def session_or_404(plan: Plan, pk: int) -> Session:
    session = get_object_or_404(Session.objects.select_related("activity"), pk=pk, activity__plan=plan)
    session.activity.plan = plan
    return session


def metric_or_404(plan: Plan, pk: int) -> Metric:
    metric = get_object_or_404(Metric.objects.select_related("activity"), pk=pk, activity__plan=plan)
    metric.activity.plan = plan
    return metric


def change_or_404(plan: Plan, pk: int) -> ChangeRequest:
    rows = ChangeRequest.objects.select_related(
        "activity", "session__replaced_by", "dependency", "requested_by", "decided_by", "version"
    ).prefetch_related("activity__responsibilities__dependency", "activity__groups")
    change = get_object_or_404(rows, pk=pk, plan=plan)
    change.plan = plan
    if change.activity:
        change.activity.plan = plan
    if change.session:
        change.session.activity = change.activity
    return change
