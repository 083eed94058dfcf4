"""The entity's cut-offs: all of them on one page."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Entity
from accounts.permissions import Permission, entity_or_404
from plans import structure as actions
from plans.forms import CutoffFormSet
from records.refusals import Stale


@require_http_methods(["GET", "HEAD", "POST"])
def cutoff_list(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    formset = CutoffFormSet(request.POST or None, initial=list(entity.cutoffs.values("name", "day", "month")))
    stale = False
    if request.method == "POST" and formset.is_valid():
        try:
            seen = _revision(request)
            actions.save_cutoffs(entity=entity, rows=formset.rows, seen=seen, by=request.user)
        except Stale:
            stale = True
        else:
            messages.success(request, _("Los cortes de la entidad quedaron guardados."))
            return redirect("plans:cutoff_list", entity.slug)
    revision = Entity.objects.values_list("revision", flat=True).get(pk=entity.pk)
    return render(request, "plans/cutoffs.html", {"formset": formset, "revision": revision, "stale": stale})


def _revision(request) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
