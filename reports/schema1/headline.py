"""The headline of a report of schema 1, in its own words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from display import figures
from display.charts import Bar
from display.palette import Palette
from display.tables import Column, Kind, Table
from reports.headline import Headline, Tile
from reports.schema1 import pages, wording
from reports.schema1.facts import Figure, Snapshot


def headline(facts: Snapshot, colours: Palette) -> Headline:
    execution = facts.execution
    lead = wording.execution(execution, facts.edition)
    return Headline(
        title=facts.edition.title,
        period=facts.edition.period,
        cutoff=facts.edition.cutoff,
        lead=lead,
        plan_lead=lead,
        ring=pages.cover_ring(facts, colours),
        tiles=_tiles(pages.execution_tiles(facts)),
        bars=[
            Bar(
                block.name,
                block.figure.ratio,
                figures.percent(block.figure.ratio),
                figures.done_of_total(block.figure.executed, block.figure.planned) if block.figure.planned else "",
                pages.state_of(block.figure),
                ", ".join(block.marks),
            )
            for block in execution.blocks
        ],
        table=Table(
            _("Espacios programados y ejecutados por bloque"),
            (
                Column(_("Bloque")),
                Column(_("Programados"), Kind.COUNT),
                Column(_("Ejecutados"), Kind.COUNT),
                Column(_("Sin razón"), Kind.COUNT),
                Column(_("Ejecución"), Kind.PERCENT),
            ),
            tuple(_row(block.name, block.figure) for block in execution.blocks),
            total=_row(_("Total"), execution.total),
        ),
        percentages=None,
        footnotes=[(note.mark, note.block, note.text) for note in execution.footnotes],
        commitments_lead=wording.commitments(facts.commitments),
        commitments_tiles=_tiles(pages.commitments_tiles(facts)) if facts.commitments.made else [],
    )


def _row(name: str, figure: Figure) -> tuple:
    return name, figure.planned, figures.quantity(figure.executed), figures.quantity(figure.unexplained), figure.ratio


def _tiles(tiles: list[pages.Tile]) -> list[Tile]:
    return [Tile(tile.value, tile.label, tile.attention) for tile in tiles]
