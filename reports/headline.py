"""What a page shows of a report without its pages: the figure of the plan, its sentences and its blocks.

From the snapshot alone, of whatever schema it is: nothing is computed from the plan as it is now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Tile:
    """A big figure and what it counts."""

    value: str
    label: str
    attention: bool = False


@dataclass(frozen=True, slots=True)
class BlockLine:
    name: str
    planned: int
    executed: int | Fraction
    unexplained: int | Fraction
    ratio: Fraction | None
    targets: str  # "1 de 2" percentage targets met; "" when it has none


@dataclass(frozen=True, slots=True)
class Headline:
    title: str  # "Informe mensual de monitoreo"
    period: str
    cutoff: date
    lead: str  # of the report: its own days first
    plan_lead: str  # of the plan to date, with all that is unexplained in it
    ring: SafeString
    tiles: list[Tile]
    total: BlockLine
    blocks: list[BlockLine]
    footnotes: list[tuple[str, str]]  # block, text
    commitments_lead: str
    commitments_tiles: list[Tile]
