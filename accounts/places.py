"""Where a row that the trail names stands: its page, its plan, and the dependencies that it is of.

Each app registers its models beside `audit.register`; this room knows neither plans nor activities.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, Q, Value
from django.urls import reverse

from accounts.models import AuditEntry, Dependency, Entity, Membership
from records.lookups import OneOf


class Place(NamedTuple):
    page: str = ""  # the name of its address, which takes the entity, the plan if any, and `key` if any
    key: str = ""  # the way to what the address names
    plan: str = ""  # the way to its plan
    dependency: str = ""


PLACES: dict[type[Model], Place] = {}


def register(model: type[Model], page: str = "", *, key: str = "", plan: str = "", dependency: str = "") -> None:
    PLACES[model] = Place(page, key, plan, dependency)


def addresses(entity: Entity, entries: Iterable[AuditEntry]) -> dict[int, str]:
    """The page of each entry's row, by the entry's key; none of what is gone. One statement per kind of row."""
    rows = defaultdict(list)
    for entry in entries:
        model = entry.content_type.model_class()
        if model in PLACES and PLACES[model].page:
            rows[model].append(entry)
    found = {}
    for model, of in rows.items():
        place = PLACES[model]
        slug = F("slug") if place.plan == "pk" else F(f"{place.plan}__slug") if place.plan else Value("")
        key = F(place.key) if place.key else Value("")
        stored = model._base_manager.filter(pk__in={entry.object_id for entry in of})
        at = {pk: rest for pk, *rest in stored.values_list("pk", slug, key)}
        for entry in of:
            if entry.object_id in at:
                parts = [part for part in at[entry.object_id] if part != ""]
                found[entry.pk] = reverse(place.page, args=[entity.slug, *parts])
    return found


def of_plan(pk: int) -> Q:
    """Entries about a plan and what stands in it; what was deleted is of none."""
    return _about({model: Q(**{place.plan: pk}) for model, place in PLACES.items() if place.plan})


def of_dependencies(ids: Collection[int]) -> Q:
    found = {model: Q(**{f"{place.dependency}__in": ids}) for model, place in PLACES.items() if place.dependency}
    return _about(found)


def _about(wanted: dict[type[Model], Q]) -> Q:
    about = Q(pk=None)
    for model, test in wanted.items():
        rows = model._base_manager.filter(test).order_by().values("pk")
        about |= Q(OneOf(F("object_id"), rows), content_type=ContentType.objects.get_for_model(model))
    return about


register(Dependency, "accounts:dependency_list", dependency="pk")
register(Membership, dependency="dependency")
