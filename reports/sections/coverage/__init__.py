"""For whom the plan has activities, in which stage of the cycle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities import coverage
from display import figures
from display.tables import Column, Kind, Table
from display.text import enumeration
from reports.remarks import Remark
from reports.scope import Scope
from reports.sections import Section

if TYPE_CHECKING:
    from reports.envelope import Snapshot


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    counts: tuple[int, ...]  # activities, by stage


@dataclass(frozen=True, slots=True)
class Facts:
    stages: tuple[str, ...]
    totals: tuple[int, ...]  # activities of each stage, whomever they are for
    groups: tuple[Group, ...]
    ungrouped: int  # activities that say nobody whom they are for


def collect(scope: Scope) -> Facts:
    found = coverage.coverage_of(scope.plan)
    return Facts(
        stages=tuple(str(column.label) for column in found.columns),
        totals=tuple(column.total for column in found.columns),
        groups=tuple(Group(line.group.name, tuple(cell.n for cell in line.cells)) for line in found.lines),
        ungrouped=found.ungrouped,
    )


def lead(facts: Facts) -> str:
    """ "De 6 grupos de la entidad, el plan convoca a 5. Todavía no a «Jóvenes»."."""
    reached = [group for group in facts.groups if any(group.counts)]
    total = len(facts.groups)
    values = {"n": figures.whole(len(reached)), "total": figures.whole(total)}
    if len(reached) == total:
        text = ngettext(
            "El plan convoca al grupo de valor o de interés de la entidad.",
            "El plan convoca a los %(total)s grupos de valor y de interés de la entidad.",
            total,
        )
        return text % values
    text = _("De %(total)s grupos de valor y de interés de la entidad, el plan convoca a %(n)s. No a: %(names)s.")
    names = enumeration(f"«{group.name}»" for group in facts.groups if not any(group.counts))
    return text % {**values, "names": names}


def view(facts: Facts, snapshot: Snapshot) -> dict:
    columns = (Column(_("Grupo")), *(Column(stage, Kind.COUNT) for stage in facts.stages))
    notes = [_("Una actividad puede ser para varios grupos: las columnas no se suman.")]
    if facts.ungrouped:
        text = ngettext(
            "%(n)s actividad no dice a qué grupo va.", "%(n)s actividades no dicen a qué grupo van.", facts.ungrouped
        )
        notes.append(text % {"n": figures.whole(facts.ungrouped)})
    table = Table(
        _("Actividades por grupo y etapa del ciclo de la gestión"),
        columns,
        tuple((group.name, *group.counts) for group in facts.groups),
        total=(_("Actividades de la etapa"), *facts.totals),
        notes=tuple(notes),
    )
    return {"lead": lead(facts), "table": table}


def checks(facts: Facts, scope: Scope) -> Iterable[Remark]:
    for group in facts.groups:
        if not any(group.counts):
            yield Remark(_("El plan no tiene ninguna actividad para «%(name)s».") % {"name": group.name})


SECTION = Section(
    slug="cobertura",
    title=gettext_lazy("A quiénes llega"),
    facts=Facts,
    collect=collect,
    view=view,
    checks=checks,
    is_present=lambda facts, texts: any(any(group.counts) for group in facts.groups),
)
