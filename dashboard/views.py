""" "Mi tablero", by the person's roles, and one plan at a glance."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import entity_or_404, memberships
from activities import progress
from activities.models import Session
from commitments import balance
from dashboard.mine import board_of
from dashboard.search import KINDS, find
from display.lists import page_of
from plans.access import plan_or_404


@require_safe
def board(request, entity_slug):
    entity = entity_or_404(request, entity_slug)
    roles = memberships(request.user, entity.pk)
    shown = board_of(entity, roles, on=timezone.localdate(), page=request.GET.get("page"))
    return render(request, "dashboard/board.html", {"board": shown, "page": shown.to_report})


@require_safe
def search(request, entity_slug):
    entity = entity_or_404(request, entity_slug)
    typed, only = request.GET.get("q", "")[:200], request.GET.get("en", "")
    only = only if only in KINDS else ""
    found = find(entity, typed, user=request.user, only=only, page=request.GET.get("page"))
    return render(request, "dashboard/search.html", {"typed": typed, "found": found, "only": only})


@require_safe
def plan_detail(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    upcoming = (
        Session.objects.in_plan()
        .in_force(today)
        .filter(activity__plan=plan, planned_on__gte=today, held_on=None, executed_units=None)
        .select_related("activity")
    )
    result = progress.of_plan(plan, on=today)
    context = {
        "plan": plan,
        "today": today,
        "progress": result,
        "unexplained": page_of([miss for miss in result.misses if not miss.reason]),
        "targets": page_of(result.percentages),
        "balance": balance.of_plan(plan, on=today),
        "upcoming": upcoming[:5],
        "n_activities": plan.activities.in_plan().count(),
        "n_versions": plan.versions.count(),
    }
    return render(request, "dashboard/plan_detail.html", context)
