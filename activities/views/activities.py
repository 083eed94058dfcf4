"""The activities of a plan: the list, one of them with all that is known of it, and the planned side while a draft."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, may
from activities import actions, progress
from activities.access import activity_or_404
from activities.agenda import Agenda, agenda
from activities.filters import ActivityFilter
from activities.forms.activity import ActivityForm
from activities.metrics import unit_of
from activities.models import Activity, Attendance
from display.lists import paginate
from display.values import filled
from plans import states
from plans.access import plan_or_404
from records.filters import filtered
from records.forms import attempt
from records.refusals import refuse


@dataclass(frozen=True)
class Row:
    """An activity of the list, the part of the plan that it stands in, and its sessions today."""

    activity: Activity
    section: str
    agenda: Agenda


@require_safe
def activity_list(request, entity_slug, plan_slug):
    """The activities by phase, with what each has done and what it owes."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    page, filters = filtered(request, ActivityFilter, plan.activities.by_phase(), plan=plan, today=today)
    activities = list(page.object_list)
    prefetch_related_objects(activities, "responsibilities__dependency", "sessions")
    for activity in activities:
        activity.plan = plan
    page.object_list = [Row(one, section_of(one), agenda(one.sessions.all(), today)) for one in activities]
    draft = not plan.is_frozen and may(request.user, Permission.EDIT_PLAN, plan)
    context = {
        "plan": plan,
        "page": page,
        "filters": filters,
        "can_edit": draft,
        "can_add": may(request.user, Permission.EDIT_PLAN, plan),
        "can_move": draft and not filters.searching,
    }
    return render(request, "activities/activity_list.html", context)


def section_of(activity: Activity) -> str:
    """The title under which the list shows it."""
    if activity.outside_plan:
        return _("Otros espacios, fuera del plan")
    return str(activity.phase) if activity.phase else _("Sin fase")


@require_safe
def activity_detail(request, entity_slug, plan_slug, pk):
    """Everything about an activity: facts, sessions with their state today, people, metrics, commitments."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    today = timezone.localdate()
    sessions = list(activity.sessions.all())
    for session in sessions:
        session.activity = activity
    dates = agenda(sessions, today)
    page = paginate(request, dates.rows)
    attendances = Prefetch("attendances", Attendance.objects.select_related("group"))
    prefetch_related_objects([session for session, _state in page.object_list], attendances)
    figure = None if activity.outside_plan else progress.execution(activity.sessions.all(), today)
    can_plan = may(request.user, Permission.EDIT_PLAN, plan)
    context = {
        "plan": plan,
        "activity": activity,
        "section": section_of(activity),
        "agenda": dates,
        "page": page,
        "figure": figure if figure and figure.planned else None,
        "facts": filled(activity, PROMISED),
        "metrics": [(metric, unit_of(metric.kind)) for metric in activity.metrics.all()],
        "commitments": plan.commitments.filter(session__activity=activity).at(today),
        "can_edit": can_plan and not activity.is_frozen,
        "can_report": may(request.user, Permission.REPORT_SESSION, activity),
    }
    return render(request, "activities/activity_detail.html", context)


PROMISED = (
    *("line", "objective", "product", "indicator", "formula", "incidence_level", "accountability_element"),
    *("modality", "locality", "periodicity", "mechanism", "channels", "formal_instance"),
    *("budget", "resources", "alliances", "responsible_text"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_create(request, entity_slug, plan_slug):
    """A new activity; once the plan is approved, only a space outside it."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    return edit(request, Activity(plan=plan, outside_plan=plan.is_frozen))


@require_http_methods(["GET", "HEAD", "POST"])
def activity_update(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(), activity)
    return edit(request, activity)


def edit(request, activity: Activity) -> HttpResponse:
    """The form of a new or an existing activity."""
    name, plan = str(activity) if activity.pk else "", activity.plan
    form = ActivityForm(request.POST or None, instance=activity)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        saved = attempt(
            form,
            lambda: actions.save_activity(
                activity=activity,
                lead=facts["lead"],
                support=facts["support"],
                groups=facts["groups"],
                by=request.user,
                seen=form.seen,
            ),
        )
        if saved:
            messages.success(request, _("Se guardó la actividad."))
            return redirect(saved)
    context = {"plan": plan, "activity": activity, "name": name, "form": form}
    return render(request, "activities/activity_form.html", context)


@require_POST
def activity_duplicate(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    try:
        twin = actions.duplicate_activity(activity=activity, by=request.user)
    except ValidationError as error:
        return refuse(request, error, activity)
    messages.success(
        request, _("Esta es la copia, con sus jornadas programadas. Cámbiele el nombre y lo que haga falta.")
    )
    return redirect("activities:activity_update", plan.entity.slug, plan.slug, twin.pk)


@require_POST
def activity_move(request, entity_slug, plan_slug, pk):
    """One place up or down in its phase, and back to the same place of the list."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    try:
        actions.move_activity(activity=activity, steps=-1 if request.POST.get("to") == "up" else 1, by=request.user)
    except ValidationError as error:
        return refuse(request, error, activity)
    address = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    page = urlencode({"page": request.POST.get("page", "1")})
    return redirect(f"{address}?{page}#actividad-{activity.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def activity_renumber(request, entity_slug, plan_slug):
    """What would change, and then the change."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    address = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    if plan.is_frozen:
        return refuse(request, states.Frozen(), address)
    if request.method == "POST":
        try:
            changed = actions.renumber(plan=plan, by=request.user)
        except ValidationError as error:
            return refuse(request, error, address)
        words = ngettext("Cambió %(n)s número.", "Cambiaron %(n)s números.", changed) % {"n": changed}
        messages.success(request, words)
        return redirect(address)
    changes = [(row, number) for row, number in actions.numbering(plan) if row.number != number]
    return render(request, "activities/activity_renumber.html", {"plan": plan, "changes": changes, "list_url": address})


@require_http_methods(["GET", "HEAD", "POST"])
def activity_delete(request, entity_slug, plan_slug, pk):
    """What would go with it, and then its deletion; or what stands in the way."""
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if activity.is_frozen:
        return refuse(request, states.Frozen(), activity)
    if blockers := actions.deletion_blockers(activity):
        return refuse(request, ValidationError(blockers), activity)
    if request.method == "POST":
        try:
            actions.delete_activity(activity=activity, by=request.user)
        except ValidationError as error:
            return refuse(request, error, activity)
        messages.success(request, _("Se eliminó la actividad «%(name)s».") % {"name": activity})
        return redirect("activities:activity_list", plan.entity.slug, plan.slug)
    sessions, metrics = activity.sessions.count(), activity.metrics.count()
    consequences = [
        ngettext("Se elimina %(n)s jornada programada.", "Se eliminan %(n)s jornadas programadas.", sessions)
        % {"n": sessions},
        ngettext("Se elimina %(n)s métrica.", "Se eliminan %(n)s métricas.", metrics) % {"n": metrics},
        _("Ningún compromiso nació en sus jornadas."),
    ]
    context = {"plan": plan, "activity": activity, "consequences": consequences}
    return render(request, "activities/activity_delete.html", context)
