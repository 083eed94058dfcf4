"""What the section of spaces outside the plan shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from display import dates, figures
from display.tables import Cell, Column, Kind, Table
from display.text import normalise
from reports.spaces import at, groups, sheets, where

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.other_spaces import Facts, Reach

METRICS_A_TABLE = 5  # as columns


def view(facts: Facts, snapshot: Snapshot) -> dict:
    return {
        "space_table": space_table(facts),
        "blocks": sheets((space for space in facts.spaces if space.speaks), snapshot.plan.unit),
        "metric_tables": metric_tables(facts),
    }


def space_table(facts: Facts) -> Table:
    """Columns for what somebody registered of one of them."""
    spaces = facts.spaces
    counts = [
        (title, name)
        for title, name in ((_("Personas"), "people"), (_("Preguntas"), "questions"), (_("Comentarios"), "comments"))
        if any(getattr(space, name) is not None for space in spaces)
    ]
    return Table(
        _("Otros espacios de participación"),
        (
            Column(_("N.º"), Kind.COUNT),
            Column(_("Espacio")),
            Column(_("Fecha")),
            *(Column(title, Kind.COUNT, strong=name == "people") for title, name in counts),
        ),
        tuple(
            (
                number,
                Cell(space.activity, aside=" · ".join(filter(None, (where(space), groups(space))))),
                at(space.held_on, space.precision, space.hour),
                *(getattr(space, name) for _title, name in counts),
            )
            for number, space in enumerate(spaces, 1)
        ),
        notes=(_("Un guion dice que el dato no se registró; un 0, que no hubo."),)
        if any(getattr(space, name) is None for space in spaces for _title, name in counts)
        else (),
    )


def metric_tables(facts: Facts) -> list[Table]:
    """A column per metric while they fit one table; the rest have a line per metric, each space its own table."""
    sources = list(dict.fromkeys(measure.source for reach in facts.reach for measure in reach.measures))
    named = len(sources) > 1
    source = _("Fuente: %s.") % sources[0] if len(sources) == 1 and sources[0] else ""
    across, names = [], dict[str, str]()
    for reach in facts.reach:
        own = {normalise(measure.name): measure.name for measure in reach.measures}
        if len(own) == len(reach.measures) and len(own | names) <= METRICS_A_TABLE:
            names |= own
            across.append(reach)
    tables = [_across(across, names, source, named=named)] if across else []
    return tables + [_down(reach, source, named=named) for reach in facts.reach if reach not in across]


def _name(reach: Reach) -> str:
    return f"{figures.whole(reach.number)}. {reach.activity}" if reach.number else reach.activity


def _across(group: list[Reach], names: dict[str, str], source: str, *, named: bool) -> Table:
    def row(reach: Reach) -> tuple:
        values = {normalise(measure.name): measure.value for measure in reach.measures}
        told = "; ".join(dict.fromkeys(measure.source for measure in reach.measures if measure.source))
        return (Cell(_name(reach), aside=told if named else ""), *(values.get(name) for name in names))

    return Table(
        _("Alcance virtual de los otros espacios"),
        (Column(_("Espacio")), *(Column(name, Kind.MEASURE) for name in names.values())),
        tuple(row(reach) for reach in group),
        source=source,
    )


def _down(reach: Reach, source: str, *, named: bool) -> Table:
    return Table(
        _("Alcance virtual de %s") % _name(reach),
        (Column(_("Métrica")), Column(_("Periodo")), Column(_("Valor"), Kind.MEASURE, strong=True)),
        tuple(
            (
                Cell(measure.name, aside=measure.source if named else ""),
                dates.span(measure.starts_on, measure.ends_on),
                measure.value,
            )
            for measure in reach.measures
        ),
        source=source,
    )
