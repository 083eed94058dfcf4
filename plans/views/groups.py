"""The entity's stakeholder groups."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Entity
from accounts.permissions import Permission, entity_or_404
from display.lists import paginate
from plans import structure as actions
from plans.forms import GroupForm
from plans.models import StakeholderGroup
from records.forms import attempt
from records.refusals import refuse
from records.uses import uses_of


@require_safe
def group_list(request, entity_slug):
    entity = entity_or_404(request, entity_slug)
    groups = entity.groups.annotate(n_activities=Count("activities")).order_by("-active", "name")
    page = paginate(request, groups)
    return render(request, "plans/groups.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def group_create(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    return edit(request, entity, StakeholderGroup(entity=entity))


@require_http_methods(["GET", "HEAD", "POST"])
def group_update(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    return edit(request, entity, get_object_or_404(StakeholderGroup, entity=entity, pk=pk))


def edit(request, entity: Entity, group: StakeholderGroup):
    name = group.name
    form = GroupForm(request.POST or None, instance=group)
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: actions.save_group(group=form.instance, by=request.user, seen=form.seen)):
        messages.success(request, _("«%(name)s» quedó guardado.") % {"name": group.name})
        return redirect("plans:group_list", entity.slug)
    return render(request, "plans/group_form.html", {"form": form, "group": group, "name": name})


@require_http_methods(["GET", "HEAD", "POST"])
def group_delete(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    group = get_object_or_404(StakeholderGroup, entity=entity, pk=pk)
    if request.method == "POST":
        name = group.name
        try:
            actions.delete_group(group=group, by=request.user)
        except ValidationError as error:
            return refuse(request, error, reverse("plans:group_update", args=[entity.slug, pk]))
        messages.success(request, _("«%(name)s» quedó eliminado.") % {"name": name})
        return redirect("plans:group_list", entity.slug)
    return render(request, "plans/group_delete.html", {"group": group, "uses": uses_of(group)})
