"""Who is reminded of what a dependency owes: its heads, else those of the nearest above it, else planning."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import Entity, Role, User
from activities.figures import BlockKey

NOBODY: BlockKey = ("none", None)


class Recipient(NamedTuple):
    person: User
    why: str  # in a sentence's end: "dirige Secretaría de Gobierno"


@dataclass
class Recipients:
    """Of an entity on a day; two statements. Inactive people, and who directs what no longer exists, are nobody."""

    entity: Entity
    on: date
    planners: list[User] = field(default_factory=list)

    def __post_init__(self):
        rows = self.entity.memberships.filter(role__in=[Role.HEAD, Role.PLANNER], user__is_active=True)
        self._heads: dict[int, list[User]] = {}
        for row in rows.select_related("user").order_by("user__full_name", "user"):
            people = self.planners if row.role == Role.PLANNER else self._heads.setdefault(row.dependency_id, [])
            people.append(row.user)
        units = list(self.entity.dependencies.values_list("pk", "name", "parent", "valid_to"))
        self._above = {pk: parent for pk, _name, parent, _to in units}
        self._names = {pk: name for pk, name, _parent, _to in units}
        for pk, _name, _parent, valid_to in units:
            if valid_to and valid_to < self.on:
                self._heads.pop(pk, None)

    def heads(self, lead: BlockKey) -> list[Recipient]:
        """Of a dependency, else of the nearest above it that has any; of every dependency where all of them answer."""
        kind, pk = lead
        if kind == "all":
            people = {user.pk: user for users in self._heads.values() for user in users}.values()
            return [Recipient(user, _("dirige una dependencia, y es de todas")) for user in people]
        named, seen = self._names.get(pk, ""), set()
        while kind == "dependency" and pk is not None and pk not in seen:
            if pk in self._heads:
                why = _("dirige %(unit)s, de la que depende %(of)s") if seen else _("dirige %(unit)s")
                return [Recipient(user, why % {"unit": self._names[pk], "of": named}) for user in self._heads[pk]]
            seen.add(pk)  # a circle in stored rows must not loop for ever
            pk = self._above.get(pk)
        return []

    def planning(self, why: str) -> list[Recipient]:
        return [Recipient(user, why) for user in self.planners]

    def of(self, lead: BlockKey, *, is_late: bool = False) -> list[Recipient]:
        """Each once. `is_late`: planning too."""
        found = self.heads(lead) or self.planning(_("es de planeación, y nadie dirige la dependencia"))
        if is_late:
            found = found + self.planning(_("es de planeación, y sigue sin respuesta"))
        return list({each.person.pk: each for each in reversed(found)}.values())[::-1]
