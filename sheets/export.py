"""A whole plan as a workbook that can be edited and brought back: the sheets of `sheets.resources` in xlsx, ods or zip.

SQL is constant in the number of rows. They are written as they are read: in memory stay only the words that name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from django.db.models import Max, QuerySet
from django.db.models.functions import Length

from accounts.models import User
from activities.models import Activity, Disaggregation, Session
from commitments.models import Commitment, Extension, FollowUp
from matrices.workbook.grid import MAX_ROWS
from matrices.workbook.writing import WRITERS, Writer
from plans.models import Plan, StakeholderGroup
from sheets.resources.columns import Column, Key, Label, Names, Parent, Reference, Sheet, continued, key_prefix
from sheets.resources.declared import SHEETS
from sheets.resources.labels import (
    activity_label,
    commitment_label,
    differential_label,
    extension_label,
    phase_label,
    session_label,
)
from sheets.resources.readme import HEADING, TITLE, readme
from sheets.resources.stored import pairs_of, rows_of
from sheets.resources.widgets import Cell, Day, Number, YesNo

FORMATS = tuple(WRITERS)
CHUNK = 2000  # rows at a time
PIECE = 16_000  # characters of one cell: of two code units each, they stay under the 32,767 that a cell holds
TOLD_EVERY = 500  # rows between two calls of `progress`

Progress = Callable[[int, int], None]  # rows written, of how many


def write_plan(
    plan: Plan, file: BinaryIO, format: str, *, at: datetime, progress: Progress | None = None, template: bool = False
) -> None:
    """Writes the plan as it is at the moment `at`, or with `template` its sheets without rows. `format`: of FORMATS."""
    writer = WRITERS[format](file)
    writer.start(TITLE, [HEADING], [100])
    for line in readme(plan, at=at, template=template):
        writer.add([line])
    rows = {} if template else rows_of(plan)
    total = sum(queryset.count() for queryset in rows.values())
    done, context = 0, Context(plan)
    for sheet in SHEETS:
        for _row in _write(writer, sheet, rows.get(sheet), context):
            done += 1
            if progress and (done % TOLD_EVERY == 0 or done == total):
                progress(done, total)
    writer.close()


class Context:
    """What the cells of a plan say of other rows: keys, labels by kind and id, lists of names by column and id."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.prefix = key_prefix(plan.uid)
        self.labels: dict[str, dict[int, str]] = {}
        self.lists: dict[str, dict[int, list[str]]] = {}

    def key(self, pk: int | None) -> str | None:
        return None if pk is None else f"{self.prefix}-{pk}"

    def prepare(self, sheet: type[Sheet]) -> None:
        """Reads what the sheet's columns need, each once for the whole file."""
        for column in sheet.fields.values():
            if isinstance(column, Label | Reference | Names) and column.kind not in self.labels:
                self.labels[column.kind] = self._labels(column.kind)
        self.lists = {
            column.name: self._list(sheet, column) for column in sheet.fields.values() if isinstance(column, Names)
        }

    def _labels(self, kind: str) -> dict[int, str]:
        plan = self.plan
        match kind:
            case "phases":
                rows = plan.phases.values_list("pk", "number", "name")
                return {pk: phase_label(number, name) for pk, number, name in rows}
            case "lines":
                return dict(plan.lines.values_list("pk", "name"))
            case "groups":
                return dict(StakeholderGroup.objects.filter(entity=plan.entity_id).values_list("pk", "name"))
            case "dependencies":
                return dict(plan.entity.dependencies.values_list("pk", "name"))
            case "activities":
                rows = Activity.objects.filter(plan=plan).values_list("pk", "number", "name")
                return {pk: activity_label(number, name) for pk, number, name in rows}
            case "sessions":
                activities = self.labels["activities"]
                rows = Session.objects.filter(activity__plan=plan).order_by()
                rows = rows.values_list("pk", "activity", "planned_on", "planned_precision").iterator(CHUNK)
                return {pk: session_label(activities[activity], *planned) for pk, activity, *planned in rows}
            case "commitments":
                rows = Commitment.objects.filter(plan=plan).order_by().values_list("pk", "code", "text").iterator(CHUNK)
                return {pk: commitment_label(code, text) for pk, code, text in rows}
            case "differential":
                rows = Disaggregation.objects.filter(session__activity__plan=plan, session__held_on__isnull=False)
                rows = rows.order_by().values_list(
                    "session", "session__attendance_total", "variable", "value", "people"
                )
                totals, told = {}, defaultdict(lambda: defaultdict(dict))
                for pk, total, variable, value, people in rows.iterator(CHUNK):
                    totals[pk], told[pk][variable][value] = total, people
                return {pk: differential_label(told[pk], total) for pk, total in totals.items()}
            case "extensions":
                rows = Extension.objects.granted().filter(commitment__plan=plan).order_by("decided_on", "pk")
                said: dict[int, list[str]] = defaultdict(list)
                for pk, *days in rows.values_list("commitment", "due_before", "due_on", "decided_on"):
                    said[pk].append(extension_label(*days))
                return {pk: "\n".join(lines) for pk, lines in said.items()}
            case "people":
                wrote = FollowUp.objects.filter(commitment__plan=plan).values("by")
                return dict(User.objects.filter(pk__in=wrote).values_list("pk", "full_name"))
        raise ValueError(kind)

    def _list(self, sheet: type[Sheet], column: Names) -> dict[int, list[str]]:
        """The names of each row, the pairs of ids being read at once."""
        names, lists = self.labels[column.kind], defaultdict(list)
        for row, other in pairs_of(self.plan, sheet, column).iterator(CHUNK):
            lists[row].append(names[other])
        return lists


def _write(writer: Writer, sheet: type[Sheet], rows: QuerySet | None, context: Context) -> Iterator[None]:
    """Writes a sheet row by row; one of more rows than a sheet may have goes on in the next («Espacios 2»)."""
    columns = list(sheet.fields.values())
    pieces = [1] * len(columns)
    if rows is not None:
        context.prepare(sheet)
        pieces = _pieces(columns, rows, context)
    headings = [
        continued(column.heading, piece)
        for column, number in zip(columns, pieces, strict=True)
        for piece in range(1, number + 1)
    ]
    widths = [_width(column) for column, number in zip(columns, pieces, strict=True) for _ in range(number)]
    writer.start(sheet._meta.title, headings, widths)
    for at, row in enumerate(rows.iterator(CHUNK) if rows is not None else ()):
        part, rest = divmod(at, MAX_ROWS - 1)
        if part and not rest:
            writer.start(f"{sheet._meta.title} {part + 1}", headings, widths)
        cells = (column.export(row, context=context) for column in columns)
        writer.add(list(_spread(cells, pieces)))
        yield


def _pieces(columns: Sequence[Column], rows: QuerySet, context: Context) -> list[int]:
    """How many cells each column needs for its longest text."""
    texts = {column.name: Max(Length(column.name)) for column in columns if column.is_long and column.field_is_text}
    longest = rows.order_by().aggregate(**texts) if texts else {}
    for name, lists in context.lists.items():
        longest[name] = max((sum(len(one) + 1 for one in names) for names in lists.values()), default=0)
    return [max(1, -(-(longest.get(column.name) or 0) // PIECE)) for column in columns]


def _spread(cells: Iterable[Cell], pieces: Sequence[int]) -> Iterator[Cell]:
    for cell, number in zip(cells, pieces, strict=True):
        if number == 1:
            yield cell
        else:
            yield from ((cell or "")[at * PIECE : (at + 1) * PIECE] or None for at in range(number))


def _width(column: Column) -> int:
    """In characters, as people read it without widening."""
    match column:
        case Key() | Parent():
            return 14
        case Label() | Reference() | Names():
            return 30
    if isinstance(column.widget, Day | Number | YesNo):
        return 14
    return 45 if column.is_long or column.name == "name" else 20
