"""A plan's phases and strategic lines: two lists on one page, with the same views."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from plans import structure as actions
from plans.access import plan_or_404
from plans.forms import LineForm, PhaseForm
from plans.models import CyclePhase, Plan, StrategicLine
from records.forms import attempt
from records.refusals import refuse
from records.uses import uses_of

FORMS = {"phase": PhaseForm, "line": LineForm}
MODELS = {"phase": CyclePhase, "line": StrategicLine}


@require_safe
def structure(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    context = {
        "plan": plan,
        "phases": plan.phases.annotate(n_activities=Count("activities")).order_by("number"),
        "lines": plan.lines.annotate(n_activities=Count("activities")).order_by("order", "name"),
        "without_phase": plan.activities.in_plan().filter(phase=None).count(),
    }
    return render(request, "plans/structure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def part_create(request, entity_slug, plan_slug, part):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    row = MODELS[part](plan=plan)
    if part == "phase":
        row.number = (plan.phases.aggregate(last=Max("number"))["last"] or 0) + 1
    return edit(request, plan, row, part)


@require_http_methods(["GET", "HEAD", "POST"])
def part_update(request, entity_slug, plan_slug, pk, part):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    return edit(request, plan, part_or_404(plan, part, pk), part)


def edit(request, plan: Plan, row: CyclePhase | StrategicLine, part: str):
    name = "" if row._state.adding else str(row)
    form = FORMS[part](request.POST or None, instance=row)
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: actions.save_part(part=form.instance, by=request.user, seen=form.seen)):
        messages.success(request, _("«%(name)s» quedó en el plan.") % {"name": row})
        return redirect("plans:structure", plan.entity.slug, plan.slug)
    return render(request, "plans/part_form.html", {"plan": plan, "form": form, "part": part, "row": row, "name": name})


@require_http_methods(["GET", "HEAD", "POST"])
def part_delete(request, entity_slug, plan_slug, pk, part):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    row = part_or_404(plan, part, pk)
    if request.method == "POST":
        name = str(row)
        try:
            actions.delete_part(part=row, by=request.user)
        except ValidationError as error:
            return refuse(request, error, reverse("plans:structure", args=[plan.entity.slug, plan.slug]))
        messages.success(request, _("«%(name)s» ya no está en el plan.") % {"name": name})
        return redirect("plans:structure", plan.entity.slug, plan.slug)
    return render(request, "plans/part_delete.html", {"plan": plan, "row": row, "uses": uses_of(row)})


@require_POST
def part_move(request, entity_slug, plan_slug, pk, part):
    """`to` of the form: "up", or else down."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    try:
        actions.move_part(part=part_or_404(plan, part, pk), up=request.POST.get("to") == "up", by=request.user)
    except ValidationError as error:
        return refuse(request, error, reverse("plans:structure", args=[plan.entity.slug, plan.slug]))
    return redirect("plans:structure", plan.entity.slug, plan.slug)


def part_or_404(plan: Plan, part: str, pk: int) -> CyclePhase | StrategicLine:
    row = get_object_or_404(MODELS[part], plan=plan, pk=pk)
    row.plan = plan  # spares a query
    return row
