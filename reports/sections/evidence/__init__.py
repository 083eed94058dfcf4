"""The index of evidence: what supports each activity, for whoever controls it; a row and a hash each in the data.

Of what is private it says that it exists, its kind and its hash: neither its caption, nor its name, nor its address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Evidence
from display.datasets import Dataset, of_rows
from display.text import labels
from reports.scope import Scope
from reports.sections import Section
from reports.sections.evidence.view import view


class Piece(msgspec.Struct, frozen=True, gc=False):
    activity: str
    block: str
    held_on: date
    kind: str
    group: str  # the column of its table: a value of GROUPS
    is_public: bool
    caption: str  # "" of what is private
    address: str  # of a public link
    sha256: str  # of what was sent
    added_on: date


class Supported(msgspec.Struct, frozen=True, gc=False):
    activity: str
    block: str
    held: int  # spaces
    with_evidence: int


@dataclass(frozen=True, slots=True)
class Facts:
    activities: tuple[Supported, ...]  # in the plan's order
    pieces: tuple[Piece, ...]  # by activity and day


GROUPS = {
    "photograph": "photographs",
    "attendance": "lists",
    "signatures": "lists",
    "consent": "lists",
    "minutes": "documents",
    "document": "documents",
    "link": "links",
}


def collect(scope: Scope) -> Facts:
    sessions = scope.sessions.filter(held_on__range=(scope.first, scope.until)).in_plan().in_force(scope.cutoff)
    blocks = {pk: activity.block for pk, activity in scope.progress.activities.items()}
    order = {block.name: at for at, block in enumerate(scope.progress.blocks)}
    rows = Evidence.objects.standing().filter(session__in=sessions.order_by().values("pk"))
    rows = rows.order_by("session__activity__order", "session__held_on", "pk")
    kinds, pieces, supported = labels(Evidence.Kind), [], set()
    names = {}
    held = sessions.order_by("activity__order", "activity", "pk")
    spaces: dict[int, set[int]] = {}
    for pk, activity, number, name in held.values_list("pk", "activity", "activity__number", "activity__name"):
        names[activity] = f"{number} {' '.join(name.split())}".strip()
        spaces.setdefault(activity, set()).add(pk)
    of_each = ("session", "session__activity", "session__held_on", "kind", "visibility", "caption", "url", "sha256")
    for session, activity, held_on, kind, visibility, caption, url, sha256, added_at in rows.values_list(
        *of_each, "added_at"
    ):
        supported.add(session)
        is_public = visibility == Evidence.Visibility.PUBLIC
        pieces.append(
            Piece(
                activity=names[activity],
                block=blocks.get(activity, ""),
                held_on=held_on,
                kind=kinds[kind],
                group=GROUPS[kind],
                is_public=is_public,
                caption=caption if is_public else "",
                address=url if is_public else "",
                sha256=sha256,
                added_on=timezone.localdate(added_at),
            )
        )
    activities = [
        Supported(names[activity], blocks.get(activity, ""), len(own), len(own & supported))
        for activity, own in spaces.items()
    ]
    activities.sort(key=lambda each: order.get(each.block, len(order)))
    return Facts(tuple(activities) if pieces else (), tuple(pieces))


def datasets(facts: Facts) -> list[Dataset]:
    fields = (
        ("activity", "actividad", ""),
        ("block", "estrategia_o_dependencia", ""),
        ("held_on", "espacio_realizado_el", ""),
        ("kind", "clase", ""),
        ("is_public", "se_puede_publicar", _("Lo demás lo guarda la entidad y lo muestra a quien lo controla.")),
        ("caption", "leyenda", _("Vacía en lo que no se publica.")),
        ("address", "enlace", _("Vacío en lo que no se publica.")),
        ("sha256", "sha256", _("Huella de lo que se subió: con ella se comprueba que es lo mismo.")),
        ("added_on", "subida_el", ""),
    )
    return [of_rows("evidencias", _("Índice de evidencias de los espacios"), facts.pieces, fields)]


SECTION = Section(
    slug="evidencias",
    title=gettext_lazy("Índice de evidencias"),
    facts=Facts,
    collect=collect,
    view=view,
    datasets=datasets,
    is_present=lambda facts, texts: bool(facts.pieces),
)
