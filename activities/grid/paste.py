"""What a pasted block would change, why some of it cannot be, and then all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.grid import asked
from activities.grid.asked import CREATE, Ask
from activities.grid.block import MOST_COLUMNS, MOST_ROWS, NEW, BlockColumn, Sent, cells_of, columns_of, unplaced
from activities.grid.catalogue import Catalogue, Unknown, Unread, of_plan
from activities.grid.columns import BY_KEY, COLUMNS
from activities.grid.rows import Row, in_table, rows_of
from activities.grid.writing import Values, Written, compare, write
from activities.kept import Kept, Seen
from activities.models import Activity
from display.text import normalise
from plans.models import Plan
from records.refusals import Refused, Stale


@dataclass
class BlockCell:
    at: tuple[int, int]
    key: str
    text: str
    before: str = ""
    after: str = ""
    told: str = ""
    is_asked: bool = False  # of a name: answered once for every cell that has it

    @property
    def label(self) -> str:
        return BY_KEY[self.key].label

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass
class BlockRow:
    at: int
    row: Row
    cells: list[BlockCell]
    values: Values
    label: str = ""

    @property
    def is_new(self) -> bool:
        return self.row.activity.pk is None

    @property
    def state(self) -> str:
        """A code of display.templatetags.ui.LOOKS."""
        if any(cell.told for cell in self.cells):
            return "error"
        if self.is_new:
            return "new"
        return "changed" if any(cell.is_changed for cell in self.cells) else "unchanged"


@dataclass
class Preview:
    columns: list[BlockColumn]
    rows: list[BlockRow]
    asks: list[Ask]
    problems: list[str]  # of the block as a whole: nothing can be written
    skips: bool

    @property
    def refused(self) -> list[BlockCell]:
        return [cell for row in self.rows for cell in row.cells if cell.told]

    @property
    def to_mend(self) -> list[BlockCell]:
        return [cell for cell in self.refused if not cell.is_asked]

    @property
    def unanswered(self) -> list[Ask]:
        return [ask for ask in self.asks if not ask.choice]

    @property
    def seen(self) -> Seen:
        return {row.row.activity.pk: row.row.activity.revision for row in self.rows if not row.is_new}

    @property
    def asked(self) -> list[BlockRow]:
        """The rows that would be written."""
        written = [row for row in self.rows if row.values and (row.state != "unchanged")]
        return [row for row in written if not (row.is_new and "name" not in row.values)]

    def count(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)

    @property
    def is_ready(self) -> bool:
        return bool(self.asked) and not self.problems and (self.skips or not self.refused)


def look(plan: Plan, sent: Sent, catalogue: Catalogue, *, may_create: bool) -> Preview:
    """What `sent` would change; nothing is written. As many statements whatever the rows."""
    rows = cells_of(sent.block)
    problems = []
    if len(rows) > MOST_ROWS + 1 or (rows and len(rows[0]) > MOST_COLUMNS):
        problems.append(
            _("Se pegan a lo sumo %(rows)s filas y %(columns)s columnas a la vez; para más, importe el archivo.")
            % {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        )
        return Preview([], [], [], problems, sent.skips)
    columns, has_headings = columns_of(rows, sent)
    problems += unplaced(columns)
    body = [(at, row) for at, row in enumerate(rows) if any(row) and not (at == 0 and has_headings)]
    placed = {column.at: column.key for column in columns if column.key in BY_KEY}
    texts = {at: {key: sent.cells.get((at, column), row[column]) for column, key in placed.items()} for at, row in body}
    targets = _targets(plan, sent, [(at, texts[at]) for at, _row in body], catalogue)
    asks = asked.answered(texts, sent, catalogue, may_create)
    found = []
    for at, _row in body:
        row, label = targets[at]
        found.append(_read(at, row, label, texts[at], {key: column for column, key in placed.items()}, catalogue))
    _compare(plan, found, catalogue, skips=sent.skips)
    return Preview(columns, found, asks, problems, sent.skips)


def _targets(plan: Plan, sent: Sent, texts: list[tuple[int, dict[str, str]]], catalogue: Catalogue):
    """{place in the block: (the row that takes it, how it is called)}; a new one has no key."""
    stored = list(in_table(plan))
    phase = None
    if sent.at.startswith(f"{NEW}:"):
        asked = sent.at.partition(":")[2]
        phase = int(asked) if asked.isdecimal() and int(asked) in catalogue.phases else None
        matched = {}
    elif sent.at:
        start = next((at for at, row in enumerate(stored) if str(row.pk) == sent.at), None)
        if start is None:
            raise Stale(_("Otra persona eliminó la fila en la que se pegó. Pegue de nuevo."))
        first = texts[0][0] if texts else 0  # rows left empty in the block pass over a row
        matched = {at: stored[start + at - first] for at, _row in texts if start + at - first < len(stored)}
        phase = stored[-1].phase_id
    else:
        by_number = {row.number: row for row in stored if row.number}
        by_name = {normalise(row.name): row for row in stored}
        matched = {}
        for at, row in texts:
            number = row.get("number", "")
            match = by_number.get(number) if number else by_name.get(normalise(row.get("name", "")))
            if match and match not in matched.values():
                matched[at] = match
    for row in matched.values():
        row.plan = plan
    known = rows_of(matched.values())
    found = {}
    for at, row in texts:
        if match := matched.get(at):
            found[at] = known[match.pk], str(match)
        else:
            activity = Activity(plan=plan, phase_id=phase)
            found[at] = Row(activity, Kept(phase, None, False, (), ())), row.get("name", "")[:120]
    return found


def _read(at: int, row: Row, label: str, texts: dict[str, str], places: dict[str, int], catalogue: Catalogue):
    before = row.texts(catalogue)
    cells, values = [], {}
    for column in COLUMNS:
        if column.key not in texts:
            continue
        text = texts[column.key]
        is_new = row.activity.pk is None
        cell = BlockCell((at, places[column.key]), column.key, text, "" if is_new else before[column.key])
        cells.append(cell)
        if is_new and column.key == "phase" and not text or text == before[column.key]:
            continue
        try:
            values[column.key] = catalogue.read(column.key, text)
        except Unread as error:
            cell.told, cell.is_asked = error.messages[0], isinstance(error, Unknown)
    return BlockRow(at, row, cells, values, label)


def _compare(plan: Plan, rows: list[BlockRow], catalogue: Catalogue, *, skips: bool) -> None:
    """Sets what each cell would say, and why not. With `skips`, what is refused is taken out of the values."""
    for row in rows:
        if row.is_new and "name" not in row.values and not any(cell.told for cell in row.cells if cell.key == "name"):
            row.cells[0].told = _("Una actividad nueva tiene nombre.") if row.cells else ""
    told: dict[tuple[int, str], str] = {}
    for _again in range(len(COLUMNS)):
        pairs, refused = compare(plan, [(row.row, row.values) for row in rows])
        told |= {(at, key): sentence for at, cells in refused.items() for key, sentence in cells.items()}
        if not (skips and refused):
            break
        for at, cells in refused.items():
            for key in cells:
                if rows[at].values.pop(key, None) is None:
                    rows[at].values.clear()  # its other cells cannot stand without it
    for at, (row, (_before, after)) in enumerate(zip(rows, pairs, strict=True)):
        texts = after.texts(catalogue)
        for cell in row.cells:
            cell.after = texts[cell.key]
        for key in [key for place, key in told if place == at]:
            cell = next((cell for cell in row.cells if cell.key == key), row.cells[0] if row.cells else None)
            if cell:
                cell.told = cell.told or told[at, key]


@transaction.atomic
def paste(*, plan: Plan, sent: Sent, by: User, may_create: bool) -> Written:
    """Writes all of it or nothing, over the rows that were previewed. Raises Frozen, Refused, or Stale."""
    preview = look(plan, sent, of_plan(plan), may_create=may_create)
    created = [ask for ask in preview.asks if ask.choice == CREATE]
    if created:
        names = dict(sent.names)
        for ask in created:
            row = asked.made(plan, ask.kind, ask.name, of_plan(plan))
            names[ask.id] = str(asked.store(row, by).pk)
        preview = look(plan, replace(sent, names=names), of_plan(plan), may_create=may_create)
    if not preview.is_ready:
        raise Refused(_("No se trajo nada: revise lo que está señalado."))
    if preview.seen != sent.seen:
        raise Stale(_("No se trajo nada: otra persona cambió alguna de estas filas. Revise otra vez."))
    wanted: list[tuple[int | None, Any]] = []
    for row in preview.asked:
        values = row.values
        if row.is_new:
            values = {"phase": row.row.kept.phase} | values
        wanted.append((row.row.activity.pk, values))
    seen = {pk: preview.seen[pk] for pk, _values in wanted if pk}
    return replace(write(plan=plan, seen=seen, asked=wanted, by=by), names=len(created))
