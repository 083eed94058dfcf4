"""The annex as tables, one for each strategy or dependency: the engine's time grows with the square of a table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.figures import Figure
from display import dates, figures
from display.dates import Precision
from display.figures import DASH
from display.tables import Cell, Column, Kind, Table
from display.text import enumeration

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.annex import Facts, Planned, Row

MOST_ROWS = 150  # of a table
MOST_DATES = 12  # of an activity: more are counted
FEWEST_ROWS = 2  # a table for each part is of use from this mean on


def view(facts: Facts, snapshot: Snapshot) -> dict:
    rows = sorted(facts.rows, key=_natural)  # stable: those without a number keep the plan's order, at the end
    return {"length": 728.0, "parts": [(name, _table(name, part)) for name, part in parts(rows)]}


def _natural(row: Row) -> tuple:
    """1.2 before 1.10, and those without a number last."""
    digits = re.split(r"(\d+)", row.number)
    return not row.number, [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in digits if part]


def parts(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Rows by block, or by phase when all are of one block, in tables of a length that the engine bears."""
    by_block, by_phase = _by("block", rows), _by("phase", rows)
    chosen = by_phase if len(by_block) == 1 and len(by_phase) > 1 else by_block
    if len(chosen) > 1 and len(rows) < min(FEWEST_ROWS * len(chosen), MOST_ROWS):
        chosen = {"": list(rows)}
    found = []
    for name, own in chosen.items():
        pieces = [own[start : start + MOST_ROWS] for start in range(0, len(own), MOST_ROWS)]
        for at, piece in enumerate(pieces, 1):
            part = _(" (parte %(n)s de %(total)s)") % {"n": at, "total": len(pieces)} if len(pieces) > 1 else ""
            found.append((f"{name}{part}", piece))
    return found


def _by(name: str, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """By a field, in the order of the first row of each."""
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _table(name: str, rows: Sequence[Row]) -> Table:
    numbers, phases = any(row.number for row in rows), len({row.phase for row in rows}) > 1
    blocks, groups = len({row.block for row in rows}) > 1, any(row.groups for row in rows)
    targets = any(row.target for row in rows)
    responsible = {row.responsible for row in rows} != {name}  # else the heading says it
    is_silent = any(row.figure.planned and not row.is_reported for row in rows)
    columns = (
        *((Column(_("N.º")),) if numbers else ()),
        Column(_("Actividad")),
        *((Column(_("Estrategia o dependencia")),) if blocks else ()),
        *((Column(_("Fase")),) if phases else ()),
        *((Column(_("Responsables")),) if responsible else ()),
        *((Column(_("Grupos")),) if groups else ()),
        *((Column(_("Meta")),) if targets else ()),
        Column(_("Fechas programadas")),
        Column(_("Programado"), Kind.COUNT),
        Column(_("Ejecutado"), Kind.COUNT),
        Column(_("Ejecución"), Kind.PERCENT, strong=True),
    )
    count = ngettext("%(n)s actividad", "%(n)s actividades", len(rows)) % {"n": figures.whole(len(rows))}
    total = Figure(sum(row.figure.planned for row in rows), sum(row.figure.executed for row in rows))
    blanks = ("",) * (len(columns) - 4)
    return Table(
        count,
        columns,
        tuple(
            (
                *((row.number or DASH,) if numbers else ()),
                row.name,
                *((row.block,) if blocks else ()),
                *((row.phase or DASH,) if phases else ()),
                *((row.responsible or DASH,) if responsible else ()),
                *((row.groups or DASH,) if groups else ()),
                *((row.target or DASH,) if targets else ()),
                written(row.dates) or DASH,
                *(
                    (Cell(row.measured, span=3),)
                    if row.measured
                    else (
                        row.figure.planned,
                        row.figure.executed if row.is_reported or not row.figure.planned else None,
                        row.figure.ratio,
                    )
                ),
            )
            for row in rows
        ),
        total=(_("Total"), *blanks, total.planned, total.executed, total.ratio)
        if len(rows) > 1 and total.planned
        else (),
        notes=(_("Un guion en «Ejecutado»: sin reporte. Cuenta como no ejecutado."),) if is_silent else (),
    )


def written(planned: Sequence[Planned]) -> str:
    """ "3 y 17 ago, sep y 12 oct 2020"; with how many units when they are several; many are counted."""
    if not planned:
        return ""
    if len(planned) > MOST_DATES:
        return _("%(n)s fechas, de %(first)s a %(last)s") % {
            "n": figures.whole(len(planned)),
            "first": dates.month(planned[0].on),
            "last": dates.month(planned[-1].on),
        }
    years = []
    for year, own in groupby(planned, key=lambda each: each.on.year):
        years.append(f"{enumeration(_date(each) for each in own)}{figures.NO_BREAK}{year}")
    return "; ".join(years)


def _date(planned: Planned) -> str:
    month = dates.short_month(planned.on)
    day = month if planned.precision == Precision.MONTH else f"{planned.on.day}{figures.NO_BREAK}{month}"
    return day if planned.units == 1 else f"{day}{figures.NO_BREAK}({figures.whole(planned.units)})"
