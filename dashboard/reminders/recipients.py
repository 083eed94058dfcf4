"""Who is reminded of what a dependency owes: its heads, else those of the nearest above it, else planning."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.heads import Heads
from accounts.models import Entity, User
from activities.figures import BlockKey

NOBODY: BlockKey = ("none", None)


class Recipient(NamedTuple):
    person: User
    why: str  # in a sentence's end: "dirige Secretaría de Gobierno"


class Recipients:
    """Of an entity on a day; two statements."""

    def __init__(self, entity: Entity, on: date):
        self._heads = Heads(entity, on)

    def heads(self, lead: BlockKey) -> list[Recipient]:
        """Of a dependency, else of the nearest above it that has any; of every dependency where all of them answer."""
        kind, pk = lead
        if kind == "all":
            return [Recipient(user, _("dirige una dependencia, y es de todas")) for user in self._heads.everybody()]
        if kind != "dependency" or (nearest := self._heads.nearest(pk)) is None:
            return []
        why = _("dirige %(unit)s") if nearest == pk else _("dirige %(unit)s, de la que depende %(of)s")
        names = self._heads.names
        words = why % {"unit": names[nearest], "of": names[pk]}
        return [Recipient(user, words) for user in self._heads.of(pk)]

    def planning(self, why: str) -> list[Recipient]:
        return [Recipient(user, why) for user in self._heads.planners]

    def of(self, lead: BlockKey, *, is_late: bool = False) -> list[Recipient]:
        """Each once. `is_late`: planning too."""
        found = self.heads(lead) or self.planning(_("es de planeación, y nadie dirige la dependencia"))
        if is_late:
            found = found + self.planning(_("es de planeación, y sigue sin respuesta"))
        return list({each.person.pk: each for each in reversed(found)}.values())[::-1]
