"""What the section of spaces outside the plan shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from display import figures
from display.tables import Cell, Column, Kind, Table
from display.text import normalise
from reports.spaces import at, groups, sheets, where

if TYPE_CHECKING:
    from reports.sections.other_spaces import Facts, Reach
    from reports.snapshot import Snapshot

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
    """Spaces with the same metrics share a table; a space of many has a table of its own, with a metric per line."""
    together: dict[tuple[str, ...], list[Reach]] = {}
    for reach in facts.reach:
        names = tuple(sorted(normalise(measure.name) for measure in reach.measures))
        together.setdefault(names if len(names) <= METRICS_A_TABLE else (reach.activity,), []).append(reach)
    sources = list(dict.fromkeys(measure.source for reach in facts.reach for measure in reach.measures))
    named = len(sources) > 1
    source = _("Fuente: %s.") % sources[0] if len(sources) == 1 and sources[0] else ""
    return [
        _across(group, source, named=named)
        if len(group[0].measures) <= METRICS_A_TABLE
        and len({normalise(m.name) for m in group[0].measures}) == len(group[0].measures)
        else _down(group, source, named=named)
        for group in together.values()
    ]


def _name(reach: Reach) -> str:
    return f"{figures.whole(reach.number)}. {reach.activity}" if reach.number else reach.activity


def _across(group: list[Reach], source: str, *, named: bool) -> Table:
    names = [measure.name for measure in group[0].measures]
    keys = [normalise(name) for name in names]

    def row(reach: Reach) -> tuple:
        values = {normalise(measure.name): measure for measure in reach.measures}
        told = "; ".join(dict.fromkeys(measure.source for measure in reach.measures if measure.source)) if named else ""
        return (Cell(_name(reach), aside=told), *(values[key].value for key in keys))

    return Table(
        _("Alcance virtual de los otros espacios"),
        (Column(_("Espacio")), *(Column(name, Kind.MEASURE) for name in names)),
        tuple(row(reach) for reach in group),
        source=source,
    )


def _down(group: list[Reach], source: str, *, named: bool) -> Table:
    return Table(
        _("Alcance virtual de %s") % _name(group[0]),
        (Column(_("Métrica")), Column(_("Valor"), Kind.MEASURE, strong=True)),
        tuple(
            (Cell(measure.name, aside=measure.source if named else ""), measure.value)
            for reach in group
            for measure in reach.measures
        ),
        source=source,
    )
