"""What a page shows of a report without its pages: the figure of the plan, its sentences and its blocks.

From the snapshot alone, of whatever schema it is: nothing is computed from the plan as it is now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.safestring import SafeString

from display.tables import Table


@dataclass(frozen=True, slots=True)
class Tile:
    """A big figure and what it counts."""

    value: str
    label: str
    attention: bool = False
    key: str = ""  # of its figure among those counted again (recalculation): the address of its rows


@dataclass(frozen=True, slots=True)
class Bar:
    """A block: "label" is its name."""

    label: str
    done: int | Fraction
    total: int  # 0 when nobody reported anything of it: a bar would say that nothing was done
    percent: str
    otherwise: str  # without a bar: "sin reporte (4 espacios)", or its percentage targets in words
    key: str = ""  # as of a tile


@dataclass(frozen=True, slots=True)
class Headline:
    title: str  # "Informe mensual de monitoreo"
    period: str
    cutoff: date
    lead: str  # of the report: its own days first
    plan_lead: str  # of the plan to date, with all that is unexplained in it
    ring: SafeString
    tiles: list[Tile]
    bars: list[Bar]
    table: Table | None  # the same figures
    percentages: Table | None  # of percentage targets
    footnotes: list[tuple[str, str]]  # block, text
    commitments_lead: str
    commitments_tiles: list[Tile]
    key: str = ""  # of the figure in the ring
