"""The plans of an entity: their list, and the form of one."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, entity_or_404
from display.lists import paginate
from plans import actions
from plans.access import plan_or_404
from plans.forms import PlanForm
from plans.models import Plan
from records.forms import attempt
from records.refusals import NotReady, Refused, refuse


@require_safe
def plan_list(request, entity_slug):
    entity = entity_or_404(request, entity_slug)
    # Grouping drops the model's default ordering.
    in_plan = Count("activities", filter=Q(activities__outside_plan=False))
    plans = entity.plans.annotate(n_activities=in_plan).order_by("-starts_on", "title")
    page = paginate(request, plans)
    return render(request, "plans/plan_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_create(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_PLAN)
    form = PlanForm(request.POST or None, instance=Plan(entity=entity))
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: actions.create_plan(plan=form.instance, by=request.user)):
        messages.success(request, _("El plan quedó creado. Siga con sus actividades."))
        return redirect(form.instance)
    return render(request, "plans/plan_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_update(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    # The page around the form shows the plan as stored: the form changes its own even when it has errors.
    stored = plan_or_404(request, entity_slug, plan_slug)
    form = PlanForm(request.POST or None, instance=plan)
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: actions.edit_plan(plan=form.instance, by=request.user, seen=form.seen)):
        messages.success(request, _("El plan quedó guardado."))
        return redirect(plan)
    return render(request, "plans/plan_form.html", {"plan": stored, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_delete(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    if plan.is_frozen:
        return refuse(request, Refused(_("Solo se elimina un plan en borrador.")), plan)
    if blockers := actions.deletion_blockers(plan):
        return refuse(request, NotReady(*blockers), plan)
    if request.method == "POST":
        try:
            actions.delete_plan(plan=plan, by=request.user)
        except Refused as error:
            return refuse(request, error, plan)
        messages.success(request, _("Se eliminó el plan «%(title)s».") % {"title": plan.title})
        return redirect("plans:plan_list", plan.entity.slug)
    return render(request, "plans/plan_delete.html", {"plan": plan, "consequences": consequences(plan)})


def consequences(plan: Plan) -> list[str]:
    """What goes with the plan, one sentence for each kind of row that it has."""
    counts = actions.goes_with(plan)
    sentences = {
        "phases": ngettext("Se elimina %(n)d fase.", "Se eliminan %(n)d fases.", counts["phases"]),
        "lines": ngettext("Se elimina %(n)d línea.", "Se eliminan %(n)d líneas.", counts["lines"]),
        "activities": ngettext("Se elimina %(n)d actividad.", "Se eliminan %(n)d actividades.", counts["activities"]),
        "sessions": ngettext(
            "Se elimina %(n)d espacio, con lo que se haya reportado de él.",
            "Se eliminan %(n)d espacios, con lo que se haya reportado de ellos.",
            counts["sessions"],
        ),
        "metrics": ngettext("Se elimina %(n)d métrica.", "Se eliminan %(n)d métricas.", counts["metrics"]),
        "commitments": ngettext(
            "Se elimina %(n)d compromiso, con sus seguimientos.",
            "Se eliminan %(n)d compromisos, con sus seguimientos.",
            counts["commitments"],
        ),
    }
    return [sentence % {"n": counts[kind]} for kind, sentence in sentences.items() if counts[kind]]
