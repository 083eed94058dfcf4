"""What the metrics section shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from display import dates, figures
from display.tables import Cell, Column, Kind, Table
from display.text import normalise
from reports import months

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.metrics import Entry, Facts


def view(facts: Facts, snapshot: Snapshot) -> dict:
    return {
        "lead": _(
            "Las visualizaciones, reproducciones y visitas no son personas participantes: una persona puede ver varias "
            "veces, y nadie se registra para ver. Cada cifra es la de su fuente y no se suma con las demás."
        ),
        "tables": tables(facts, snapshot),
    }


def tables(facts: Facts, snapshot: Snapshot) -> list[Table]:
    """A table of the metrics with their months, or several when the months of a whole plan do not fit one."""
    edition, entries = snapshot.edition, facts.entries
    if not entries:
        return []
    parts = months.columns(entries, edition, (figures.measure(entry.value) for entry in entries))
    sources = list(dict.fromkeys(entry.source for entry in entries))
    drawn = [_table(entries, part, edition, at, parts, named=len(sources) > 1) for at, part in enumerate(parts)]
    drawn = [table for table in drawn if table]
    source = _("Fuente: %s.") % sources[0] if len(sources) == 1 and sources[0] else ""
    note = _("Un guion dice que nadie registró el dato.")
    has_dash = any(cell.value is None for row in drawn[-1].rows for cell in row)
    return [*drawn[:-1], replace(drawn[-1], notes=(note,) if has_dash else (), source=source)]


def head(entry: Entry, *, named: bool) -> Cell:
    """The metric with its unit, unless its name says it, and its source when the table has several."""
    unit = entry.unit if entry.unit and normalise(entry.unit) not in normalise(entry.name) else ""
    return Cell(entry.name, aside=" · ".join(filter(None, (unit, entry.source if named else ""))))


def _table(entries: Sequence[Entry], part: list[date], edition, at: int, parts: list, *, named: bool) -> Table:
    with_others = at == len(parts) - 1 and any(months.month_of(entry) is None for entry in entries)
    width = 1 + len(part) + 2 * with_others
    series: dict[tuple, list[Entry]] = {}
    for entry in entries:
        series.setdefault((entry.activity, entry.outside_plan, normalise(entry.name), entry.source), []).append(entry)
    rows, activity = [], None
    for (name, outside, *_key), own in series.items():
        for line, other in months.lines(own):
            if not any(month in line for month in part) and not (with_others and other):
                continue
            if (name, outside) != activity:
                activity = (name, outside)
                rows.append((Cell(_("%s (fuera del plan)") % name if outside else name, span=width),))
            cells = [
                Cell(line[month].value, aside=months.of_part(line[month]))
                if month in line
                else months.absent(month, own)
                for month in part
            ]
            if with_others:
                cells += [Cell(months.words(other, edition)), Cell(other.value)] if other else [Cell(""), Cell("")]
            rows.append((head(own[0], named=named), *cells))
    several = len(parts) > 1 and part
    return Table(
        _("Métricas por actividad y mes: %(months)s") % {"months": dates.months(part[0], part[-1])}
        if several
        else _("Métricas por actividad y mes"),
        (
            Column(_("Métrica")),
            *(
                Column(text, Kind.MEASURE, strong=not edition.whole and month >= edition.starts_on.replace(day=1))
                for text, month in zip(months.heads(part, edition), part, strict=True)
            ),
            *(
                (Column(_("Otro periodo") if part else _("Periodo")), Column(_("Valor"), Kind.MEASURE))
                if with_others
                else ()
            ),
        ),
        tuple(rows),
    )
