"""The annex as a table of every activity, under its strategy or dependency."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
from reports.sections.execution.view import silent_note, told_figures

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.annex import Facts, Planned, Row

MOST_ROWS = 150  # of a table: the engine's time grows with the square of them
MOST_DATES = 12  # of an activity: more are counted


def view(facts: Facts, snapshot: Snapshot) -> dict:
    rows = sorted(facts.rows, key=_natural)  # stable: those without a number keep the plan's order, at the end
    return {"length": 728.0, "tables": tables(rows, whole=snapshot.edition.whole)}


def _natural(row: Row) -> tuple:
    """1.2 before 1.10, and those without a number last."""
    digits = re.split(r"(\d+)", row.number)
    return not row.number, [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in digits if part]


def tables(rows: Sequence[Row], *, whole: bool) -> list[Table]:
    """Of a report of the `whole` plan also what each activity is for and its indicator: they do not change by month.

    One table, with a line over the activities of each block (of each phase, when all are of one block); in several
    of a length that the engine bears when there are many."""
    by_block, by_phase = _by("block", rows), _by("phase", rows)
    name, groups = ("phase", by_phase) if len(by_block) == 1 and len(by_phase) > 1 else ("block", by_block)
    ordered = [row for own in groups.values() for row in own]
    pieces = [ordered[start : start + MOST_ROWS] for start in range(0, len(ordered), MOST_ROWS)]
    count = ngettext("%(n)s actividad", "%(n)s actividades", len(rows)) % {"n": figures.whole(len(rows))}
    part = _(" (parte %(n)s de %(total)s)")
    titles = [
        count + part % {"n": at, "total": len(pieces)} if len(pieces) > 1 else count
        for at, _piece in enumerate(pieces, 1)
    ]
    return [
        _table(title, name, piece, rows, is_last=piece is pieces[-1], whole=whole)
        for title, piece in zip(titles, pieces, strict=True)
    ]


def _by(name: str, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """By a field, in the order of the first row of each."""
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _table(title: str, group: str, rows: Sequence[Row], every: Sequence[Row], *, is_last: bool, whole: bool) -> Table:
    """`every`: the rows of all parts, which have the same columns; the last part ends with their total."""
    numbers, groups = any(row.number for row in every), any(row.groups for row in every)
    phases = group != "phase" and len({row.phase for row in every}) > 1
    blocks = len({row.block for row in every}) > 1
    targets, responsible = any(row.target for row in every), any(row.responsible for row in every)
    is_silent = any(row.figure.planned and not row.is_reported for row in rows)
    columns = (
        *((Column(_("N.º")),) if numbers else ()),
        Column(_("Actividad")),
        *((Column(_("Responsables")),) if responsible else ()),
        *((Column(_("Grupos")),) if groups and not responsible else ()),
        *((Column(_("Meta")),) if targets else ()),
        Column(_("Fechas programadas")),
        Column(_("Programado"), Kind.COUNT),
        Column(_("Ejecutado"), Kind.COUNT),
        Column(_("Ejecución"), Kind.PERCENT, strong=True),
    )

    def line(row: Row) -> tuple:
        return (
            *((row.number or DASH,) if numbers else ()),
            Cell(row.name, aside=" · ".join(filter(None, (row.phase * phases, *_told(row, whole))))),
            *((Cell(row.responsible or DASH, aside=_of_groups(row)),) if responsible else ()),
            *((row.groups or DASH,) if groups and not responsible else ()),
            *((row.target or DASH,) if targets else ()),
            written(row.dates) or DASH,
            *(
                (Cell(row.measured, span=3),)
                if row.measured
                else (
                    row.figure.planned,
                    *told_figures(row.figure, is_silent=row.figure.planned > 0 and not row.is_reported),
                )
            ),
        )

    headed = blocks if group == "block" else True
    lines: list[tuple] = []
    for name, own in _by(group, rows).items():
        if headed:
            lines.append((Cell(name or _("Sin fase"), span=len(columns)),))
        lines += [line(row) for row in own]
    total = Figure(sum(row.figure.planned for row in every), sum(row.figure.executed for row in every))
    all_silent = not any(row.is_reported for row in every if row.figure.planned)
    blanks = ("",) * (len(columns) - 4)
    return Table(
        title,
        columns,
        tuple(lines),
        total=(_("Total"), *blanks, total.planned, *told_figures(total, is_silent=all_silent))
        if is_last and len(every) > 1 and total.planned
        else (),
        notes=(silent_note(),) if is_silent else (),
    )


def _told(row: Row, whole: bool) -> Iterator[str]:
    if whole and row.objective:
        yield _("Objetivo: %(text)s") % {"text": row.objective.rstrip(".")}
    if whole and row.indicator:
        yield _("Indicador: %(text)s") % {"text": row.indicator.rstrip(".")}


def _of_groups(row: Row) -> str:
    return _("Grupos: %(groups)s") % {"groups": row.groups} if row.groups else ""


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
