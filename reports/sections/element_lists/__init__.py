"""The three lists of actions of accountability: information, dialogue and incentives. Each is what its chapter says,
and the activities of the plan that are of that element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from display.tables import Cell, Column, Table
from plans import chapters
from plans.models import Plan
from reports.scope import Scope
from reports.sections import Section
from reports.sections.matrix import Row, rows_of
from reports.sections.matrix.view import when
from reports.sections.opening import Chapter

if TYPE_CHECKING:
    from reports.envelope import Snapshot

Element = Activity.Accountability
ELEMENTS = dict(zip(chapters.LISTS, (Element.INFORMATION, Element.DIALOGUE, Element.RESPONSIBILITY), strict=True))


@dataclass(frozen=True, slots=True)
class ActionList:
    title: str
    chapters: tuple[Chapter, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    lists: tuple[ActionList, ...]


def collect(scope: Scope) -> Facts:
    written = [each for each in chapters.written(scope.plan) if each.purpose in ELEMENTS and each.body.strip()]
    if scope.plan.kind == Plan.Kind.PARTICIPATION and not written:
        return Facts(())
    rows = [row for _phase, row in rows_of(scope.plan) if row.element]
    found = []
    for purpose, element in ELEMENTS.items():
        own = tuple(Chapter(each.title, each.body) for each in written if each.purpose == purpose)
        of_element = tuple(row for row in rows if row.element == element)
        if own or of_element:
            title = own[0].title if own else str(chapters.USUAL[purpose][0])
            found.append(ActionList(title, own, of_element))
    return Facts(tuple(found))


def view(facts: Facts, snapshot: Snapshot) -> dict:
    """Of one list: each is a part."""
    [found] = facts.lists
    offered = (
        (_("Responsable"), lambda row: row.responsible),
        (_("Meta"), lambda row: row.target),
        (_("Cuándo"), lambda row: when(row.days) or row.periodicity),
    )
    columns = [(title, read) for title, read in offered if any(read(row) for row in found.rows)]
    table = Table(
        _("Actividades del plan que son de esta lista"),
        (Column(_("Actividad")), *(Column(title) for title, _read in columns)),
        tuple(
            (Cell(f"{row.number} {row.name}".strip()), *(read(row) for _title, read in columns)) for row in found.rows
        ),
    )
    return {"chapters": found.chapters, "table": table}


SECTION = Section(
    slug="acciones",
    title=gettext_lazy("Listas de acciones"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: bool(facts.lists),
    parts=lambda facts: [(each.title, Facts((each,))) for each in facts.lists],
)
