"""Phases, lines and dependencies written once over several activities, and the number of each phase."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.translation import gettext_noop as _

from display.text import normalise
from matrices.reading.cells import activity_number, text_of
from matrices.reading.headers import Meaning
from matrices.reading.ledger import Ledger
from matrices.reading.rows import ActivityRow, Text
from matrices.reading.tables import Table
from matrices.workbook.grid import Cell, Place, one_line

M = Meaning
FILLED = (M.PHASE, M.LINE, M.BLOCK)

_PHASES = (
    "fase", "subcomponente", "etapa", "momento", "diagnost", "formulac", "planeac", "implement", "ejecuc", "evaluac",
    "control", "seguimiento", "acciones transv", "transversal",
)  # fmt: skip
_NUMBERED = re.compile(r"(?:fase|subcomponente|etapa|momento|componente)?\s*(\d{1,2})\b(?!\s*%)(?!\.\d)", re.IGNORECASE)
_LINES = ("linea", "eje", "estrategia", "programa", "componente", "proyecto", "elemento", "dimension")
HEADINGS = (*_PHASES, *_LINES)  # how a heading of several activities begins


@dataclass(slots=True)
class _Held:
    text: Text
    row: int
    places: list[Place]
    is_band: bool = False
    is_used: bool = False


class FillDown:
    """What holds for the row being read, of each meaning in FILLED: merged, left blank below, or across a row."""

    def __init__(self, table: Table, ledger: Ledger) -> None:
        self.table, self.grid, self.ledger = table, table.grid, ledger
        self._name_column = max(table.numbers(M.ACTIVITY))
        self._columns = {meaning: numbers for meaning in FILLED if (numbers := table.numbers(meaning))}
        self._repeating = {meaning for meaning, numbers in self._columns.items() if self._repeats(numbers[0])}
        self._held: dict[Meaning, _Held | None] = {}

    def takes_band(self, row: int, cells: dict[int, Cell]) -> bool:
        """Whether the row is one text across the table («FASE 2. FORMULACIÓN»), which then holds for those below."""
        if len(cells) != 1:
            return False
        ((number, cell),) = cells.items()
        column = self.table.columns.get(number)
        meaning = column.meaning if column else None
        across = number < self.grid.last_column(row, number) > self._name_column
        unnumbered = meaning is M.NUMBER and activity_number(cell) is None
        if not isinstance(cell.value, str) or cell.formula or not (across or unnumbered):
            return False
        words = normalise(cell.value).lstrip("0123456789 ")
        if words.startswith(_LINES):
            meaning = M.LINE
        elif meaning not in FILLED:
            meaning = M.PHASE if words.startswith(_PHASES) else M.BLOCK
        place = self.grid.place(row, number)
        self._hold(meaning, _Held(Text(one_line(cell.value), place), row, [place], is_band=True))
        return True

    def fill(self, row: int, cells: dict[int, Cell], *, begins: bool) -> None:
        """Take what the row itself says; `begins` tells that an activity begins in it."""
        for meaning, numbers in self._columns.items():
            texts, places = [], []
            own = [number for number in numbers if number in cells]
            for number in own:
                if cell := self.ledger.take(self.grid, row, number, cells[number]):
                    texts.append(one_line(text_of(cell)))
                    places.append(self.grid.place(row, number))
            if texts:
                self._hold(meaning, _Held(Text(" ".join(texts), places[0]), row, places))
            elif own or (begins and self._is_none(meaning, row, numbers[0])):
                self._hold(meaning, None)

    def used(self, row: int) -> dict[Meaning, tuple[Text, bool]]:
        """What holds for the activity of this row, and whether another row said it."""
        found = {}
        for meaning, held in self._held.items():
            if held:
                held.is_used = True
                for place in held.places:
                    self.ledger.use(place)
                found[meaning] = (held.text, held.row != row)
        return found

    def finish(self) -> None:
        for meaning in list(self._held):
            self._hold(meaning, None)

    def _hold(self, meaning: Meaning, held: _Held | None) -> None:
        before = self._held.get(meaning)
        if before and not before.is_used:
            for place in before.places:
                self.ledger.release(place).puzzle(
                    place, _("«%(name)s» no tiene actividades debajo."), name=before.text.value
                )
        self._held[meaning] = held

    def _is_none(self, meaning: Meaning, row: int, number: int) -> bool:
        """Whether an empty cell says «none»: in a column that repeats its values nothing is left to fill in."""
        held = self._held.get(meaning)
        return not (held and held.is_band) and meaning in self._repeating and (row, number) not in self.grid.anchors

    def _repeats(self, number: int) -> bool:
        values = [cell.value for row in self.table.rows if (cell := self.grid.own(row, number))]
        return any(one == other for one, other in zip(values, values[1:], strict=False))


def phase_numbers(activities: Sequence[ActivityRow]) -> dict[str, int]:
    """The number of each phase, by its name as written, in the order of the file.

    Its own («Subcomponente 2. Diálogo»), else the prefix that most of its activities share, else its position.
    """
    prefixes: dict[str, Counter[int]] = {}
    for activity in activities:
        if activity.phase and not activity.outside_plan:
            counter = prefixes.setdefault(activity.phase.value, Counter())
            if (prefix := phase_prefix(activity)) is not None:
                counter[prefix] += 1
    numbers: dict[str, int] = {}
    for name in prefixes:
        if match := _NUMBERED.match(name):
            numbers[name] = int(match[1])
    if len(set(numbers.values())) < len(numbers):
        numbers = {}
    shared = {name: counter.most_common(1)[0][0] for name, counter in prefixes.items() if counter}
    taken = set(numbers.values())
    if len(set(shared.values())) == len(shared):
        for name, number in shared.items():
            if name not in numbers and number not in taken:
                numbers[name] = number
                taken.add(number)
    for position, name in enumerate(prefixes, 1):
        if name not in numbers:
            numbers[name] = next(n for n in count(position) if n not in taken)
            taken.add(numbers[name])
    return {name: numbers[name] for name in prefixes}


def phase_prefix(activity: ActivityRow) -> int | None:
    """The phase that an activity's own number names: 2 of «2.1»."""
    head = activity.number.split(".")[0]
    return int(head) if "." in activity.number and head.isdigit() else None
