"""Who directs a dependency: its heads, else those of the nearest above it that has any. Beside them, who plans."""

from __future__ import annotations

from datetime import date

from accounts.models import Entity, Role, User


class Heads:
    """Of an entity on a day; two statements. Inactive people, and who directs what no longer exists, are nobody."""

    def __init__(self, entity: Entity, on: date):
        rows = entity.memberships.filter(role__in=[Role.HEAD, Role.PLANNER], user__is_active=True)
        self.planners: list[User] = []
        self._people: dict[int | None, list[User]] = {}
        for row in rows.select_related("user").order_by("user__full_name", "user"):
            people = self.planners if row.role == Role.PLANNER else self._people.setdefault(row.dependency_id, [])
            people.append(row.user)
        units = list(entity.dependencies.values_list("pk", "name", "parent", "valid_to"))
        self._above = {pk: parent for pk, _name, parent, _to in units}
        self.names = {pk: name for pk, name, _parent, _to in units}
        for pk, _name, _parent, valid_to in units:
            if valid_to and valid_to < on:
                self._people.pop(pk, None)

    def everybody(self) -> list[User]:
        return list({user.pk: user for users in self._people.values() for user in users}.values())

    def nearest(self, dependency: int | None) -> int | None:
        """The dependency itself, else the nearest above it, that has any."""
        seen: set[int] = set()
        while dependency is not None and dependency not in seen and dependency not in self._people:
            seen.add(dependency)  # a circle in stored rows must not loop for ever
            dependency = self._above.get(dependency)
        return dependency if dependency in self._people else None

    def of(self, dependency: int | None) -> list[User]:
        return self._people.get(self.nearest(dependency), [])
