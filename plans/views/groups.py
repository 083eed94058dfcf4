"""The entity's stakeholder groups."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Entity
from accounts.permissions import Permission, entity_or_404
from display.lists import paginate
from plans import structure as actions
from plans.forms import GroupForm
from plans.models import Plan, StakeholderGroup
from records.forms import attempt
from records.refusals import refuse
from records.uses import uses_of

MOST_NAMED = 20  # activities of a draft; the rest are in its list


@require_safe
def group_list(request, entity_slug):
    """What the entity knows of each group when its next plan starts, and in how many activities of drafts it is."""
    entity = entity_or_404(request, entity_slug)
    drafts = list(entity.plans.drafts().order_by("starts_on", "title"))
    page = paginate(request, entity.groups.order_by("-active", "name"))
    named = named_in(page.object_list, drafts)
    on = drafts[0].starts_on if drafts else timezone.localdate()
    rows = [(group, group.known(on), named.get(group.pk, [])) for group in page]
    return render(request, "plans/groups.html", {"page": page, "rows": rows, "drafts": drafts, "on": on})


def named_in(groups: Iterable[StakeholderGroup], drafts: list[Plan]) -> dict[int, list[tuple[Plan, int]]]:
    """In how many activities of each draft a group is, by its key; nothing of those in none. One statement."""
    through = StakeholderGroup.activities.through.objects.filter(stakeholdergroup__in=[group.pk for group in groups])
    promised = through.filter(
        activity__plan__in=drafts, activity__outside_plan=False, activity__withdrawn_on=None
    ).values_list("stakeholdergroup", "activity__plan")
    counts = {(group, plan): n for group, plan, n in promised.annotate(n=Count("pk"))}
    found = defaultdict(list)
    for plan in drafts:
        for (group, of), n in counts.items():
            if of == plan.pk:
                found[group].append((plan, n))
    return found


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
    drafts = list(entity.plans.drafts().order_by("starts_on", "title"))
    named = named_in([group], drafts).get(group.pk, []) if group.pk else []
    form = GroupForm(request.POST or None, instance=group)
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: actions.save_group(group=form.instance, by=request.user, seen=form.seen)):
        messages.success(request, _("«%(name)s» quedó guardado.") % {"name": group.name})
        if named and not group.active:
            messages.warning(request, _("Ya no se ofrece, y sigue en actividades de borradores: están al final."))
            return redirect("plans:group_update", entity.slug, group.pk)
        return redirect("plans:group_list", entity.slug)
    of_drafts = [
        (plan, n, list(group.activities.filter(plan=plan, withdrawn_on=None)[:MOST_NAMED])) for plan, n in named
    ]
    context = {"form": form, "group": group, "name": name, "named": of_drafts}
    return render(request, "plans/group_form.html", context)


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
