"""The entity's own data, and its audit trail."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions, places, trail
from accounts.filters import TrailFilter
from accounts.forms import EntityForm
from accounts.models import Entity
from accounts.permissions import Permission, entity_or_404
from records.filters import filtered
from records.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def entity_update(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_ENTITY)
    # Another object for the form: while it has errors, the page around it shows the stored colours and name.
    form = EntityForm(request.POST or None, request.FILES or None, instance=Entity.objects.get(pk=entity.pk))
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: actions.save_entity(entity=form.instance, by=request.user, seen=form.seen)):
        messages.success(request, _("Los datos de la entidad quedaron guardados."))
        return redirect("accounts:entity_update", entity.slug)
    return render(request, "accounts/entity_form.html", {"form": form})


@require_safe
def audit_list(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.READ_AUDIT)
    entries = trail.entries_of(entity).select_related("actor", "content_type")
    page, filters = filtered(request, TrailFilter, entries, entity=entity)
    addresses = places.addresses(entity, page.object_list)
    rows = [
        {
            "entry": entry,
            "url": addresses.get(entry.pk, ""),
            "action": trail.action(entry),
            "kind": trail.kind(entry),
            "changes": trail.changes(entry),
        }
        for entry in page
    ]
    context = {"page": page, "rows": rows, "filters": filters}
    return render(request, "accounts/audit.html", context)
