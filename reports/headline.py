"""What a page shows of a report without its pages: the figure of the plan, its sentences and its blocks.

From the snapshot alone, of whatever schema it is: nothing is computed from the plan as it is now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from display.charts import Bar
from display.tables import Table


@dataclass(frozen=True, slots=True)
class Tile:
    """A big figure and what it counts."""

    value: str
    label: str
    attention: bool = False
    key: str = ""  # of its figure among those counted again (recalculation): the address of its rows


@dataclass(frozen=True, slots=True)
class Headline:
    title: str  # "Informe mensual de monitoreo"
    period: str
    cutoff: date
    lead: str  # of the report: its own days first
    plan_lead: str  # of the plan to date, with all that is unexplained in it
    ring: SafeString
    tiles: list[Tile]
    bars: list[Bar]  # a block each
    table: Table | None  # the same figures
    percentages: Table | None  # of percentage targets
    footnotes: list[tuple[str, str, str]]  # mark, block, text
    commitments_lead: str
    commitments_tiles: list[Tile]
    key: str = ""  # of the figure in the ring
    has_cutoff: bool = True
    misses: Table | None = None  # what fell short, when and why
