"""The rows of a plan by their key: a page shows those of its own plan and no other."""

from django.shortcuts import get_object_or_404

from activities.models import Activity, Metric, Session
from plans.models import Plan


def activity_or_404(plan: Plan, pk: int) -> Activity:
    """An activity of this plan, its plan at hand; Http404 for any other."""
    rows = plan.activities.select_related("phase", "line").prefetch_related("groups", "responsibilities__dependency")
    activity = get_object_or_404(rows, pk=pk)
    activity.plan = plan
    return activity


def session_or_404(plan: Plan, pk: int) -> Session:
    """A session of this plan, its activity and plan at hand; Http404 for any other."""
    session = get_object_or_404(Session.objects.select_related("activity"), pk=pk, activity__plan=plan)
    session.activity.plan = plan
    return session


def metric_or_404(plan: Plan, pk: int) -> Metric:
    """A metric of this plan, its activity and plan at hand; Http404 for any other."""
    metric = get_object_or_404(Metric.objects.select_related("activity"), pk=pk, activity__plan=plan)
    metric.activity.plan = plan
    return metric
