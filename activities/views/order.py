"""Where the activities of a draft stand: one moved to another place, all of them numbered anew."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from activities import order, undo
from activities.access import activity_or_404
from activities.forms.activity import MoveForm
from plans import states
from plans.access import plan_or_404
from records.forms import attempt
from records.refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
def activity_move(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    activity = activity_or_404(plan, pk)
    if plan.is_frozen:
        return refuse(request, states.Frozen(plan), activity)
    form = MoveForm(request.POST or None, activity=activity)
    if request.method == "POST" and form.is_valid():
        phase, after = form.cleaned_data["place"]

        def move() -> bool:
            order.move_activity(activity=activity, phase=phase, after=after, by=request.user)
            return True

        if attempt(form, move, activity):
            messages.success(request, _("Se movió «%(name)s».") % {"name": activity})
            list_url = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
            return redirect(f"{list_url}#actividad-{activity.pk}")
    return render(request, "activities/activity_move.html", {"plan": plan, "activity": activity, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def activity_renumber(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    list_url = reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    if plan.is_frozen:
        return refuse(request, states.Frozen(plan), list_url)
    if request.method == "POST":
        try:
            changed = order.renumber(plan=plan, by=request.user)
        except ValidationError as error:
            return refuse(request, error, list_url)
        message = ngettext("Cambió %(n)s número.", "Cambiaron %(n)s números.", changed) % {"n": changed}
        undo.take(request, plan)  # what was done before is not undone over other numbers
        messages.success(request, message)
        return redirect(list_url)
    changes = [(row, number) for row, number in order.numbering(plan) if row.number != number]
    context = {"plan": plan, "changes": changes, "list_url": list_url}
    return render(request, "activities/activity_renumber.html", context)
