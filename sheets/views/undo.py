"""An import is undone while nothing was built on it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, entity_or_404
from display.figures import whole
from records.models import Origin
from records.refusals import refuse
from sheets import undo


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.IMPORT_PLAN)
    origin = Origin.objects.filter(pk=pk).first()
    if origin and origin.entity_id != entity.pk:
        raise Http404
    plan = undo.plan_of(origin) if origin else None
    if plan is None:
        messages.info(request, _("Esa importación ya no está: alguien la deshizo, o su plan se eliminó."))
        return redirect("plans:plan_list", entity_slug)
    if request.method == "POST":
        try:
            left = undo.undo(origin=origin, by=request.user)
        except ValidationError as reason:
            return refuse(request, reason, request.path)
        messages.success(request, _("Se deshizo la importación de «%(name)s».") % {"name": origin.file_name})
        return redirect(left) if left else redirect("plans:plan_list", entity_slug)
    counts = [f"{model._meta.verbose_name_plural}: {whole(count)}" for model, count in undo.made_by(origin).items()]
    context = {
        "origin": origin,
        "plan": plan,
        "reasons": undo.blockers(origin, plan),
        "counts": counts,
        "makes_plan": undo.makes_plan(origin),
    }
    return render(request, "sheets/import_undo.html", context)
