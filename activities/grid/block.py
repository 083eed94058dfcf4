"""A block of cells from a spreadsheet: where it goes, what it would change, and why some of it cannot be."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import StringIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import save_dependency
from accounts.models import Dependency, User
from activities.grid.catalogue import KINDS, Catalogue, Unknown, Unread, of_plan, plain
from activities.grid.columns import BY_KEY, COLUMNS, of_heading
from activities.grid.rows import Row, in_table, rows_of
from activities.grid.writing import Values, Written, compare, write
from activities.kept import Kept, Seen
from activities.models import Activity
from display.text import normalise
from matrices.reading.cells import split_number
from matrices.reading.vocabulary import stage_of
from matrices.workbook.grid import letter
from plans import structure
from plans.models import CyclePhase, Plan, StakeholderGroup
from records.refusals import Refused, Stale

MOST_ROWS, MOST_COLUMNS = 500, 60
NOT_BROUGHT, CREATE, EMPTY = "-", "crear", "vacio"
NEW = "nueva"  # at the end of a phase: "nueva:12"


@dataclass
class Sent:
    """What the person pasted, where, and what they answered so far."""

    block: str
    at: str = ""  # key of the row, "nueva:" and a phase, or none: rows are known by their number, else by their name
    column: str = ""  # the first that takes it
    shown: tuple[str, ...] = ()  # the columns in sight
    columns: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    skips: bool = False  # what is refused is left as it is
    seen: Seen = field(default_factory=dict)

    @classmethod
    def of(cls, data: QueryDict) -> Sent:
        def numbered(prefix: str) -> dict[str, str]:
            return {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}

        cells = {tuple(key.split("-")): text for key, text in numbered("cell-").items()}
        return cls(
            data.get("block", ""),
            data.get("at", ""),
            data.get("column", ""),
            tuple(key for key in data.get("shown", "").split(".") if key in BY_KEY),
            {int(at): key for at, key in numbered("column-").items() if at.isdecimal() and len(at) < 4},
            numbered("name-"),
            {
                (int(key[0]), int(key[1])): text
                for key, text in cells.items()
                if len(key) == 2 and all(part.isdecimal() and len(part) < 5 for part in key)
            },
            data.get("skips") == "1",
            {
                int(pk): int(revision)
                for pk, _colon, revision in (pair.partition(":") for pair in data.get("seen", "").split())
                if pk.isdecimal() and revision.isdecimal() and len(pk) < 19 and len(revision) < 10
            },
        )


@dataclass
class BlockColumn:
    at: int
    title: str  # its heading, else its letter
    sample: str
    key: str  # of the column that takes it, NOT_BROUGHT, or "" when nobody said


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
class Ask:
    """A name that nobody has. `choice`: the key of a row, CREATE, EMPTY, or "" while nobody answered."""

    id: str
    kind: str
    name: str
    near: list[models.Model]
    others: list[models.Model]
    choice: str
    is_proposed: bool


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


def cells_of(block: str) -> list[list[str]]:
    """The rows of a block, as spreadsheets copy them: tabs between cells, quotes around one with line breaks."""
    block = block.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    try:
        rows = list(csv.reader(StringIO(block), delimiter="\t", strict=True))
    except csv.Error:  # a quote that nobody closed is a sign like others
        rows = [line.split("\t") for line in block.split("\n")]
    rows = [[plain(text) for text in row] for row in rows]
    width = max((at + 1 for row in rows for at, text in enumerate(row) if text), default=0)
    return [(row + [""] * width)[:width] for row in rows]


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
    columns, has_headings = _columns(rows, sent)
    problems += _unplaced(columns)
    body = [(at, row) for at, row in enumerate(rows) if any(row) and not (at == 0 and has_headings)]
    placed = {column.at: column.key for column in columns if column.key in BY_KEY}
    texts = {at: {key: sent.cells.get((at, column), row[column]) for column, key in placed.items()} for at, row in body}
    targets = _targets(plan, sent, [(at, texts[at]) for at, _row in body], catalogue)
    asks = _asks(texts, sent, catalogue, may_create)
    found = []
    for at, _row in body:
        row, label = targets[at]
        found.append(_read(at, row, label, texts[at], {key: column for column, key in placed.items()}, catalogue))
    _compare(plan, found, catalogue, skips=sent.skips)
    return Preview(columns, found, asks, problems, sent.skips)


def _columns(rows: list[list[str]], sent: Sent) -> tuple[list[BlockColumn], bool]:
    first = rows[0] if rows else []
    headings = [of_heading(text) for text in first]
    known = [key for key in headings if key]
    has_headings = len(known) > 1 or (bool(known) and len(first) == 1)
    shown = list(sent.shown or BY_KEY)
    if has_headings:
        guessed = [key if key not in headings[:at] else "" for at, key in enumerate(headings)]
    elif sent.column in shown:
        room = shown[shown.index(sent.column) :]
        guessed = (room + [""] * len(first))[: len(first)]
    else:
        guessed = ["name"] if len(first) == 1 else [""] * len(first)
    columns = []
    for at, key in enumerate(guessed):
        values = (row[at] for row in rows[1 if has_headings else 0 :] if row[at])
        title = first[at] if has_headings and first[at] else letter(at + 1)
        columns.append(BlockColumn(at, title, next(values, ""), sent.columns.get(at, key)))
    return columns, has_headings


def _unplaced(columns: list[BlockColumn]) -> list[str]:
    lost = [f"«{column.title}»" for column in columns if column.key not in (*BY_KEY, NOT_BROUGHT)]
    problems = []
    if lost:
        problems.append(
            ngettext(
                "La columna %(names)s no tiene lugar en la tabla: diga a cuál va, o que no se trae.",
                "Las columnas %(names)s no tienen lugar en la tabla: diga a cuál va cada una, o que no se trae.",
                len(lost),
            )
            % {"names": ", ".join(lost)}
        )
    for key in {column.key for column in columns} & BY_KEY.keys():
        if sum(column.key == key for column in columns) > 1:
            problems.append(_("Dos columnas van a «%(name)s»: deje una.") % {"name": BY_KEY[key].label})
    return problems


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


def _asks(texts: dict[int, dict[str, str]], sent: Sent, catalogue: Catalogue, may_create: bool) -> list[Ask]:
    """The unknown names, each once; what is answered of them goes into the catalogue."""
    asks: dict[tuple[str, str], Ask] = {}
    rows = {"phase": catalogue.phases, "lead": catalogue.dependencies, "groups": catalogue.groups}
    for kind, text in {(kind, row[kind]) for row in texts.values() for kind in KINDS if row.get(kind)}:
        while True:
            try:
                catalogue.read(kind, text)
                break
            except Unknown as error:
                key = kind, normalise(error.name)
                if key in catalogue.answers:
                    break
                asks[key] = _ask(error, sent, catalogue, may_create)
                catalogue.answers[key] = None  # so that the next name of the cell is found
            except Unread:
                break
    for at, (key, ask) in enumerate(asks.items(), start=1):
        del catalogue.answers[key]
        if ask.choice == CREATE:
            made = _made(catalogue.plan, ask.kind, ask.name, catalogue, key=-at)
            rows[ask.kind][-at] = made
            catalogue.answers[key] = made
        elif ask.choice == EMPTY:
            catalogue.answers[key] = None
        elif ask.choice:
            catalogue.answers[key] = rows[ask.kind][int(ask.choice)]
    return sorted(asks.values(), key=lambda ask: (KINDS.index(ask.kind), ask.name))


def _ask(error: Unknown, sent: Sent, catalogue: Catalogue, may_create: bool) -> Ask:
    key = f"{error.kind}-{sha256(normalise(error.name).encode()).hexdigest()[:12]}"
    closest, near = catalogue.closest(error.kind, error.name), catalogue.near(error.kind, error.name)
    others = [row for row in dict.fromkeys(catalogue.known[error.kind].values()) if row not in near]
    options = {EMPTY, *(str(row.pk) for row in (*near, *others)), *([CREATE] if may_create else [])}
    choice = sent.names.get(key, str(closest.pk) if closest else "")
    return Ask(key, error.kind, error.name, near, others, choice if choice in options else "", key not in sent.names)


def _made(plan: Plan, kind: str, name: str, catalogue: Catalogue, key: int | None = None) -> models.Model:
    if kind == "phase":
        name = split_number(name)[1] or name
        number = max((phase.number for phase in catalogue.phases.values()), default=0) + 1
        return CyclePhase(pk=key, plan=plan, number=number, name=name, stage=stage_of(name))
    model = Dependency if kind == "lead" else StakeholderGroup
    return model(pk=key, entity=plan.entity, name=name)


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
            row = _made(plan, ask.kind, ask.name, of_plan(plan))
            names[ask.id] = str(_store(row, by).pk)
        preview = look(plan, replace(sent, names=names), of_plan(plan), may_create=may_create)
    if not preview.is_ready:
        raise Refused(_("No se trajo nada: revise lo que está señalado."))
    if preview.seen != sent.seen:
        raise Stale(_("No se trajo nada: otra persona cambió alguna de estas filas. Revise otra vez."))
    asked: list[tuple[int | None, Any]] = []
    for row in preview.asked:
        values = row.values
        if row.is_new:
            values = {"phase": row.row.kept.phase} | values
        asked.append((row.row.activity.pk, values))
    seen = {pk: preview.seen[pk] for pk, _values in asked if pk}
    return write(plan=plan, seen=seen, asked=asked, by=by)


def _store(row: models.Model, by: User) -> models.Model:
    try:
        if isinstance(row, CyclePhase):
            return structure.save_part(part=row, by=by)
        if isinstance(row, Dependency):
            return save_dependency(dependency=row, by=by)
        return structure.save_group(group=row, by=by)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
