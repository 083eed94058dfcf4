"""Snapshots of plans as they are, and what their sections print, for the tests of what they say."""

from datetime import date

from display.dates import month_end
from display.tables import Cell, Table, written
from plans.models import Plan
from reports import documents, pages, snapshot
from reports.envelope import Snapshot
from reports.models import Report
from tests.factories import make_session

JAN, FEB, MAR, APR, END = (date(2026, m, d) for m, d in ((1, 31), (2, 28), (3, 31), (4, 30), (12, 31)))


def final(plan: Plan, *only: str, cutoff: date | None = None, **fields) -> Snapshot:
    period = documents.known()["final"].period(plan)
    report = Report(plan=plan, kind="final", period=period, cutoff=cutoff or plan.ends_on, **fields)
    return snapshot.take(report, only=only)


def monthly(plan: Plan, month: date, *only: str) -> Snapshot:
    report = Report(plan=plan, kind="monthly", period=f"{month:%Y-%m}", cutoff=month_end(month))
    return snapshot.take(report, only=only)


def held(activity, on, executed=1, **fields):
    return make_session(activity, on, **{"held_on": on, "executed_units": executed, **fields})


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
