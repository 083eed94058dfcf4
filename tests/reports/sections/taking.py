"""A report's facts, and what its sections print of them."""

from datetime import date

from display.dates import month_end
from display.tables import Cell, Table, written
from plans.models import Plan
from reports import pages, snapshot
from reports.envelope import Snapshot
from reports.models import Report


def monthly(plan: Plan, month: date, *only: str) -> Snapshot:
    report = Report(plan=plan, kind="monthly", period=f"{month:%Y-%m}", cutoff=month_end(month))
    return snapshot.take(report, only=only)


def final(plan: Plan, *only: str) -> Snapshot:
    period = "-".join(str(year) for year in sorted({plan.starts_on.year, plan.ends_on.year}))
    return snapshot.take(Report(plan=plan, kind="final", period=period, cutoff=plan.ends_on), only=only)


def shown(taken: Snapshot, slug: str) -> dict | None:
    """What the template of a section prints; None when the report lacks the section."""
    return next((each.context for each in pages.placed(taken) if each.facts.slug == slug), None)


def printed(table: Table) -> list[list[str]]:
    """The head and each row as they are read, what stands beside a value in brackets."""
    rows = [[column.title for column in table.columns]]
    for row in (*table.rows, *([table.total] if table.total else [])):
        cells = [value if isinstance(value, Cell) else Cell(value) for value in row]
        rows.append(
            [
                f"{written(cell.value, column.kind)} [{cell.aside}]" if cell.aside else written(cell.value, column.kind)
                for cell, column in zip(cells, table.columns, strict=False)
            ]
        )
    return rows
