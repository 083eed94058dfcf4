"""Rows of a plan by their key, their plan attached; Http404 for a row of another plan."""

from collections.abc import Iterable

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.permissions import Permission, keep_roles, limited_to, may, require
from activities.forms.evidence import AddForm
from activities.models import Activity, ChangeRequest, Evidence, Metric, Responsibility, Session
from plans.models import Plan
from records import drift


def activity_or_404(plan: Plan, pk: int) -> Activity:
    rows = plan.activities.select_related("phase", "line").prefetch_related("groups", "responsibilities__dependency")
    activity = get_object_or_404(rows, pk=pk)
    activity.plan = plan  # permissions and addresses read it: no statement for each
    return activity


def session_or_404(plan: Plan, pk: int) -> Session:
    session = get_object_or_404(Session.objects.select_related("activity"), pk=pk, activity__plan=plan)
    session.activity.plan = plan
    return session


def reported_or_404(request, entity_slug: str, plan_slug: str, pk: int) -> Session:
    """The space of an address that somebody reports, with its activity, plan and entity, and their roles there: one
    statement. Raises Http404 for outsiders, PermissionDenied for members without the right."""
    session = _asked(request, Session.objects.select_related("activity"), entity_slug, plan_slug, pk)
    session.activity.lead_id = session.lead
    require(request.user, Permission.REPORT_SESSION, session)
    return session


def extended_or_404(request, entity_slug: str, plan_slug: str, pk: int) -> Activity:
    """As `reported_or_404`, the activity in which somebody reports a space that was not programmed."""
    activity = _asked(request, Activity.objects.all(), entity_slug, plan_slug, pk)
    activity.lead_id = activity.lead
    require(request.user, Permission.REPORT_SESSION, activity)
    return activity


def _asked(request, rows: QuerySet, entity_slug: str, plan_slug: str, pk: int) -> Session | Activity:
    """With who leads the activity as `lead`."""
    activity, to_plan = ("pk", "plan") if rows.model is Activity else ("activity", "activity__plan")
    lead = Responsibility.objects.filter(activity=OuterRef(activity), part=Responsibility.Part.LEAD)
    roles = f"{to_plan}__entity__memberships"
    rows = rows.annotate(
        lead=lead.values("dependency")[:1],
        is_published=drift.is_published(OuterRef(to_plan)),
        role=FilteredRelation(roles, condition=Q((f"{roles}__user", request.user.pk))),
    ).select_related(f"{to_plan}__entity", "role__dependency")
    found = rows.filter(**{f"{to_plan}__slug": plan_slug, f"{to_plan}__entity__slug": entity_slug}, pk=pk)
    each_role = list(found.order_by("role__role"))
    if not each_role:
        raise Http404
    row = each_role[0]
    keep_roles(request.user, [row.role for row in each_role if hasattr(row, "role")])
    plan = row.plan if rows.model is Activity else row.activity.plan
    plan.is_published, request.entity = row.is_published, plan.entity
    return row


def metric_or_404(plan: Plan, pk: int) -> Metric:
    metric = get_object_or_404(Metric.objects.select_related("activity"), pk=pk, activity__plan=plan)
    metric.activity.plan = plan
    return metric


def evidence_or_404(plan: Plan, pk: int, user: User) -> Evidence:
    """Raises PermissionDenied when it names people, or was withdrawn, and the person may not read that."""
    rows = Evidence.objects.select_related("session__activity", "file", "page_file", "added_by", "withdrawn_by")
    evidence = get_object_or_404(rows, pk=pk, plan=plan)
    evidence.plan = plan
    if evidence.session:
        evidence.session.activity.plan = plan
    if evidence.is_restricted:
        require(user, Permission.READ_PERSONAL, evidence)
    return evidence


def evidence_of(session: Session, user: User) -> dict:
    """Context of templates/activities/_evidence.html."""
    return {
        "evidence": readable(session.activity.plan, session.evidence.standing(), user),
        "can_add": not session.withdrawn_on and may(user, Permission.REPORT_SESSION, session),
        "add_form": AddForm(),
    }


def readable(plan: Plan, rows: Iterable[Evidence], user: User) -> list[Evidence]:
    """The rows, each with `is_readable`: whether the person may open it. Two statements at most."""
    rows, reach = list(rows), limited_to(user, Permission.READ_PERSONAL, plan.entity_id)
    own = Evidence.objects.filter(pk__in=[row.pk for row in rows if row.is_restricted])
    opened = set((own if reach is None else own.of_dependencies(reach)).values_list("pk", flat=True))
    for row in rows:
        row.plan, row.is_readable = plan, not row.is_restricted or row.pk in opened
    return rows


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
