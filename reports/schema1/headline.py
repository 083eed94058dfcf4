"""The headline of a report of schema 1, in its own words."""

from __future__ import annotations

from display.palette import Palette
from reports.headline import BlockLine, Headline, Tile
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
        total=_line("", execution.total),
        blocks=[_line(block.name, block.figure) for block in execution.blocks],
        footnotes=[(note.block, note.text) for note in execution.footnotes],
        commitments_lead=wording.commitments(facts.commitments),
        commitments_tiles=_tiles(pages.commitments_tiles(facts)) if facts.commitments.made else [],
    )


def _line(name: str, figure: Figure) -> BlockLine:
    return BlockLine(name, figure.planned, figure.executed, figure.unexplained, figure.ratio, "")


def _tiles(tiles: list[pages.Tile]) -> list[Tile]:
    return [Tile(tile.value, tile.label, tile.attention) for tile in tiles]
