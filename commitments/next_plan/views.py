"""Pages that make the plan of the next year, and bring to it what the one before left."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from commitments.next_plan import leaving
from commitments.next_plan.copying import copy_plan, foreseen
from commitments.next_plan.forms import BringForm, NextPlanForm
from plans.access import plan_or_404
from records.forms import attempt
from records.refusals import NotReady, refuse

SHOWN = 40  # of the dates that move


@require_http_methods(["GET", "HEAD", "POST"])
def plan_next(request, entity_slug, plan_slug):
    source = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    form = NextPlanForm(request.POST or None, source=source)
    valid = request.method == "POST" and form.is_valid()
    if valid and (copied := attempt(form, lambda: copy_plan(source=source, by=request.user, **form.cleaned_data))):
        messages.success(request, told(copied))
        if copied.without:
            sentence = _("No pasaron, porque ya no existen o no están activos: %(names)s.")
            messages.warning(request, sentence % {"names": ", ".join(copied.without)})
        if leaving.carried(copied.plan).exists() or leaving.unkept(copied.plan).exists():
            return redirect("commitments:plan_bring", entity_slug, copied.plan.slug)
        return redirect(copied.plan)
    data = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    ahead = foreseen(source, data["starts_on"], data["ends_on"])
    context = {
        "plan": source,
        "form": form,
        "ahead": ahead,
        "moved": ahead.moved[:SHOWN],
        "more": len(ahead.moved) - SHOWN,
        "after": list(source.continued_by.all()),
    }
    return render(request, "commitments/plan_next.html", context)


def told(copied) -> str:
    """ "Se copiaron 40 actividades y 118 espacios. 7 fechas pasaron al día hábil siguiente…"."""
    activities = ngettext("%(n)d actividad", "%(n)d actividades", copied.activities) % {"n": copied.activities}
    spaces = ngettext("%(n)d espacio", "%(n)d espacios", copied.sessions) % {"n": copied.sessions}
    sentences = [
        _("El borrador quedó creado, con %(activities)s y %(spaces)s.") % {"activities": activities, "spaces": spaces}
    ]
    if n := len(copied.moved):
        sentences.append(ngettext("%(n)d fecha cambió de día.", "%(n)d fechas cambiaron de día.", n) % {"n": n})
    if n := copied.outside:
        sentences.append(
            ngettext(
                "%(n)d fecha quedaba por fuera del plan nuevo y no se copió.",
                "%(n)d fechas quedaban por fuera del plan nuevo y no se copiaron.",
                n,
            )
            % {"n": n}
        )
    return " ".join(sentences)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_bring(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug, Permission.EDIT_PLAN)
    if plan.continues is None:
        return refuse(request, NotReady(_("Este plan no continúa ningún otro.")), plan)
    today = timezone.localdate()
    form = BringForm(request.POST or None, plan=plan, today=today)
    if request.method == "POST" and form.is_valid():
        rows = form.rows
        brought = attempt(form, lambda: leaving.bring(plan=plan, on=today, by=request.user, **rows), row=plan)
        if brought is not None:
            spaces, promises = brought
            messages.success(
                request,
                _("Pasaron a este plan: espacios, %(spaces)d; compromisos, %(promises)d.")
                % {"spaces": spaces, "promises": promises},
            )
            return redirect(plan)
    return render(request, "commitments/plan_bring.html", {"plan": plan, "form": form})
