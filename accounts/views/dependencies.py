"""The entity's dependencies, as a tree."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.forms import DependencyForm
from accounts.models import Dependency, Entity, Membership
from accounts.permissions import Permission, entity_or_404
from display.lists import paginate
from records.forms import attempt
from records.refusals import refuse
from records.uses import uses_of


@dataclass(frozen=True)
class Row:
    """A dependency in the tree: depth 0 for the roots; `exists` on the day asked."""

    dependency: Dependency
    depth: int
    exists: bool

    @property
    def indent(self) -> int:
        return min(self.depth, 3)  # a phone has no room for more


def in_tree_order(dependencies: list[Dependency], on: date) -> list[Row]:
    """Depth first, in the given order within a level; rows of a circle are listed too, at the end."""
    below: dict[int | None, list[Dependency]] = {}
    for dependency in dependencies:
        below.setdefault(dependency.parent_id, []).append(dependency)
    rows, seen = [], set()

    def visit(dependency: Dependency, depth: int) -> None:
        if dependency.pk in seen:
            return
        seen.add(dependency.pk)
        starts, ends = dependency.valid_from, dependency.valid_to
        rows.append(Row(dependency, depth, (not starts or starts <= on) and (not ends or ends >= on)))
        for child in below.get(dependency.pk, []):
            visit(child, depth + 1)

    for dependency in [*below.get(None, []), *dependencies]:
        visit(dependency, 0)
    return rows


@require_safe
def dependency_list(request, entity_slug):
    entity = entity_or_404(request, entity_slug)
    heads = Prefetch("heads", Membership.objects.select_related("user").order_by("user__full_name"))
    dependencies = list(entity.dependencies.select_related("parent").prefetch_related(heads))
    rows = in_tree_order(dependencies, timezone.localdate())
    page = paginate(request, rows)
    return render(request, "accounts/dependencies.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def dependency_create(request, entity_slug):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    return edit(request, entity, Dependency(entity=entity))


@require_http_methods(["GET", "HEAD", "POST"])
def dependency_update(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    return edit(request, entity, get_object_or_404(Dependency.objects.select_related("entity"), entity=entity, pk=pk))


def edit(request, entity: Entity, dependency: Dependency):
    name = dependency.name
    form = DependencyForm(request.POST or None, instance=dependency)
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(
        form, lambda: actions.save_dependency(dependency=form.instance, by=request.user, seen=form.seen)
    ):
        messages.success(request, _("«%(name)s» quedó guardada.") % {"name": dependency.name})
        return redirect("accounts:dependency_list", entity.slug)
    return render(request, "accounts/dependency_form.html", {"form": form, "dependency": dependency, "name": name})


@require_http_methods(["GET", "HEAD", "POST"])
def dependency_delete(request, entity_slug, pk):
    entity = entity_or_404(request, entity_slug, Permission.EDIT_CATALOGUES)
    dependency = get_object_or_404(Dependency, entity=entity, pk=pk)
    if request.method == "POST":
        name = dependency.name
        try:
            actions.delete_dependency(dependency=dependency, by=request.user)
        except ValidationError as error:
            return refuse(request, error, reverse("accounts:dependency_update", args=[entity.slug, pk]))
        messages.success(request, _("«%(name)s» quedó eliminada.") % {"name": name})
        return redirect("accounts:dependency_list", entity.slug)
    return render(request, "accounts/dependency_delete.html", {"dependency": dependency, "uses": uses_of(dependency)})
