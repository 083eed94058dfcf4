"""Group × stage of a plan, and what an activity that is being written would change of it."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, may
from activities.coverage import coverage_of
from activities.forms.coverage import CoverageForm
from activities.models import Activity
from plans.access import plan_or_404


@require_safe
def coverage(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    can_edit = not plan.is_frozen and may(request.user, Permission.EDIT_PLAN, plan)
    context = {"plan": plan, "coverage": coverage_of(plan), "can_edit": can_edit}
    return render(request, "activities/coverage.html", context)


@require_safe
def coverage_live(request, entity_slug, plan_slug):
    """A piece of the form of an activity, for what is ticked in it; `activity` when it is stored."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    pk = request.GET.get("activity", "")
    activity = plan.activities.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 18 else None
    form = CoverageForm(request.GET, activity=activity or Activity(plan=plan))
    context = {"plan": plan, "activity": activity, "coverage": form.coverage}
    return render(request, "activities/_coverage_live.html", context)
