"""Sheets of what was done: a row per space, or an activity with what it did each month, and which tables are such.

Their headers mean what was done («Fecha» is the day it was held), and not what is planned as in a matrix.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from display.text import normalise
from display.written_dates import BadDate, Span, read_dates
from matrices.reading.cells import activity_number, attendance_of, number_of, split_number, text_of
from matrices.reading.columns import Column, look_up, phrases
from matrices.reading.headers import SYNONYMS, Meaning
from matrices.reading.ledger import Ledger
from matrices.reading.mending import header_key
from matrices.reading.rows import Number, SpaceRow, Text, When
from matrices.reading.table_reader import TableReader, month_named
from matrices.reading.tables import Table, tables_of
from matrices.workbook.grid import Cell, Grid, Place, one_line

M = Meaning
_HEADERS: dict[Meaning, str] = {
    M.KEY: "clave, clave del espacio",
    M.NUMBER: f"{SYNONYMS[M.NUMBER]}, {SYNONYMS[M.CODE]}",
    M.ACTIVITY: f"{SYNONYMS[M.ACTIVITY]}, {SYNONYMS[M.EVENT]}",
    M.PLANNED: "fecha programada, programado para, fecha planeada, fecha prevista, fecha propuesta, fecha estimada, "
    "fecha programada de realización, fecha programada de ejecución, mes programado, cronograma, mes, periodo, "
    "mes o periodo, mes de reporte, mes reportado",
    M.HELD: "fecha, fecha de realización, fecha realizada, fecha real, fecha de ejecución, fecha ejecutada, "
    "fecha en que se hizo, fecha en que se realizó, fecha en que se midió, fecha real de ejecución, "
    "fecha real de realización, fecha del evento, fecha del espacio, fecha de la actividad, fecha efectiva, "
    "fecha de cumplimiento, día, cuándo",
    M.DONE: "cuántos se hicieron, cuántas se hicieron, hizo, realizó, ejecutó, cumplió, hecho, hecha, ejecutado, "
    "ejecutada, realizado, realizada, cumplido, cumplida, cantidad ejecutada, cantidad realizada, número ejecutado, "
    "número realizado, unidades ejecutadas, espacios realizados, número de espacios realizados, ejecución, "
    "cumplimiento, estado, estado de ejecución, estado de la actividad, estado del espacio",
    M.RECEIVED: "recibidos, recibidas, solicitudes recibidas, casos recibidos, total recibidos",
    M.ATTENDED: "atendidos, atendidas, solicitudes atendidas, casos atendidos, total atendidos",
    M.ATTENDANCE: f"{SYNONYMS[M.ATTENDANCE]}, cuántas personas, personas, total de personas, total asistencia, "
    "asistentes en total, cuántos asistieron, número total de asistentes, n de asistentes, n de participantes",
    M.WHO: "quiénes asistieron, quiénes asistieron en palabras, grupos que participaron, grupos asistentes, "
    "grupos de interés que participaron, grupos de valor que participaron",
    M.COUNTED_BY: "fuente del conteo, fuente",
    M.QUESTIONS: SYNONYMS[M.QUESTIONS],
    M.COMMENTS: SYNONYMS[M.COMMENTS],
    M.SUMMARY: "resumen, descripción de lo realizado, desarrollo, avance cualitativo, descripción del avance, logro",
    M.TOPICS: "tema, temas tratados, temática, asuntos tratados",
    M.CONTRIBUTIONS: "aporte, aportes de los asistentes, aportes ciudadanos, aportes de la ciudadanía, propuesta, "
    "propuestas de la ciudadanía",
    M.RESULTS: "resultado, resultado obtenido, resultado alcanzado, conclusión",
    M.ACHIEVED: "incidencia lograda, incidencia alcanzada",
    M.MODALITY: SYNONYMS[M.MODALITY],
    M.PLACE: "lugar, lugar o enlace, sitio, lugar de realización, salón, dirección",
    M.LOCALITY: "localidad, localidad o vereda, vereda, municipio, territorio, comuna, corregimiento, barrio",
    M.REASON: "motivo, motivo si no se hizo, motivo si faltó, por qué no se hizo, por qué no se realizó, por qué "
    "faltó, causa, justificación, razón, motivo de lo que faltó, detalle del motivo, motivo de no realización, "
    "motivo de incumplimiento",
    M.FOOTNOTE: "nota al pie, nota al pie del informe, nota para el informe",
}
_CATALOGUE = phrases(_HEADERS)
_CONTAINED = {
    words: meaning for words, meaning in _CATALOGUE.items() if len(words) > 1
}  # one word alone says too little
# Their small words tell them from «Realizado», «¿Se hizo?».
_TO_THE_LETTER = {"realizado el": M.HELD, "realizada el": M.HELD, "se hizo el": M.HELD, "se midio el": M.HELD}
# A table of what was done has one of these.
_TELLS = frozenset({M.HELD, M.DONE, M.RECEIVED, M.ATTENDED, M.ATTENDANCE, M.CONTRIBUTIONS, M.RESULTS, M.GROUP})
_OF_MONTHS = frozenset({M.NUMBER, M.ACTIVITY, M.MONTH, M.ROLE, M.TOTAL, M.RATE, M.PHASE, M.LINE, M.BLOCK})
_MERGED = frozenset({M.NUMBER, M.ACTIVITY, M.PLANNED, M.HELD, M.REASON, M.PLACE})  # hold for all the rows they cover
_COUNTS = {
    M.RECEIVED: "denominator",
    M.ATTENDED: "numerator",
    M.QUESTIONS: "questions",
    M.COMMENTS: "comments",
}
_OPENS_GROUP = ("personas de ", "personas ", "asistentes de ", "asistentes ", "asistencia de ", "asistencia ")
_SEARCHED = 60  # rows in which headers are looked for

_YES = frozenset(
    "si, x, s, ok, hecho, hecha, se hizo, si se hizo, cumplido, cumplida, si cumplio, cumplio, realizado, realizada, "
    "se realizo, ejecutado, ejecutada, finalizado, finalizada, terminado, terminada, completado, completada, "
    "hecho como estaba, se hizo como estaba".split(", ")
)
_NO = frozenset(
    "no, n, no se hizo, no hecho, no hecha, no cumplido, no cumplida, no cumplio, no realizado, no realizada, "
    "no se realizo, no ejecutado, no ejecutada, incumplido, incumplida, cancelado, cancelada, se cancelo, "
    "sin realizar, sin ejecutar".split(", ")
)
_NOT_YET = frozenset(
    "pendiente, programado, programada, por hacer, por realizar, por ejecutar, en proceso, en tramite, en curso, "
    "sin iniciar, en ejecucion, en avance, en gestion".split(", ")
)
_PARTLY = frozenset(
    "parcial, parcialmente, en parte, se hizo en parte, hecho en parte, cumplido parcialmente".split(", ")
)
_TICKS = frozenset("✓✔☑✅")


def tables_done(grid: Grid, groups: Collection[str]) -> list[Table]:
    """The tables of a sheet that say what was done; `groups` are the names of the entity's, without accents."""
    by_months = [table for table in tables_of(grid) if table.numbers(M.MONTH) and table.kind == "plan"]
    if by_months:
        return [_of_months(table) for table in by_months]
    texts = {
        cell.value
        for row in list(grid.rows)[:_SEARCHED]
        for cell in grid.rows[row].values()
        if isinstance(cell.value, str) and not cell.formula
    }
    known = {header_key(text): meaning for text in texts if (meaning := _meaning(text, groups, exact=True))}
    found = []
    for table in tables_of(grid, known):
        settled = _settled(table, groups)
        if settled.numbers(M.ACTIVITY) and settled.numbers(*_TELLS):  # a list of commitments has numbers and a state
            found.append(settled)
    return found


def is_by_months(table: Table) -> bool:
    return bool(table.numbers(M.MONTH))


def _of_months(table: Table) -> Table:
    """The same table without what it says of the plan: that does not change with what was done."""
    columns = {
        number: column if column.meaning in _OF_MONTHS else replace(column, meaning=M.NOT_STORED)
        for number, column in table.columns.items()
    }
    return replace(table, columns=columns)


def _settled(table: Table, groups: Collection[str]) -> Table:
    """The columns by what they mean here; of two with the same, the first that says it exactly keeps it."""
    found = {number: _meant(column, groups) for number, column in table.columns.items()}
    taken: set[Meaning] = set()
    for number in sorted(found, key=lambda number: not found[number].exact):
        column = found[number]
        if column.meaning in (M.REASON, M.GROUP, M.NOT_STORED, None):
            continue
        if column.meaning in taken:
            found[number] = replace(column, meaning=M.NOT_STORED)
        taken.add(column.meaning)
    return replace(table, columns=found, kind="execution")


def _meant(column: Column, groups: Collection[str]) -> Column:
    texts = [column.header, *reversed(column.header.split(" · "))]
    for exact in (True, False):
        for text in texts:
            if meaning := _meaning(text, groups, exact=exact):
                return replace(column, meaning=meaning, exact=exact, month=None, role=None)
    if column.meaning in (M.TOTAL, M.RATE):
        return replace(column, meaning=M.TOTAL)
    # What the plan's own matrix says (goal, owner, phase…) is known, and is not of this sheet.
    return replace(column, meaning=None if column.meaning is None else M.NOT_STORED)


def _meaning(text: str, groups: Collection[str], *, exact: bool) -> Meaning | None:
    words = normalise(text)
    if found := _TO_THE_LETTER.get(words):
        return found
    if group_named(text, groups):
        return M.GROUP
    meaning, is_exact = look_up(text, _CATALOGUE if exact else _CONTAINED)
    return meaning if is_exact or not exact else None


def group_named(header: str, groups: Collection[str]) -> str:
    """The group whose people a column counts («Mujeres», «Personas de Mujeres»), as `groups` has it; "" for none."""
    words = normalise(header.split(" · ")[-1])
    if words in groups:
        return words
    return next(
        (rest for opening in _OPENS_GROUP if (rest := words.removeprefix(opening)) != words and rest in groups), ""
    )


def read_spaces(table: Table, ledger: Ledger, span: Span, groups: Collection[str]) -> list[SpaceRow]:
    """A space per row; their dates may lie outside the plan."""
    reader = _SpaceReader(table, ledger, span, groups)
    return [space for row in table.rows if (space := reader.read(row))]


class _SpaceReader(TableReader):
    def __init__(self, table: Table, ledger: Ledger, span: Span, groups: Collection[str]) -> None:
        super().__init__(table, ledger, span, loose=True)
        self.groups = groups
        self.merged = table.numbers(*_MERGED)
        self.last: tuple[Text | None, Text | None] = None, None

    def read(self, row: int) -> SpaceRow | None:
        cells = self.data_cells(row)
        if not cells:
            return None
        space = SpaceRow(self.grid.place(row, min(cells)))
        errors = len(self.ledger.errors)
        for number, cell, place in self._own(row, cells):
            self._take(space, self.table.columns[number], cell, place)
        space.is_wrong = len(self.ledger.errors) > errors
        if not self._is_named(space):
            for number in cells:
                place = self.grid.place(row, number)
                self.ledger.release(place).puzzle(place, _("La fila no dice de qué actividad es."))
            return None
        return space

    def _own(self, row: int, cells: dict[int, Cell]) -> Iterator[tuple[int, Cell, Place]]:
        """The cells that fill a field, those merged from above included."""
        found = {number: (row, cell) for number, cell in cells.items()}
        for number in self.merged:
            if number not in found:
                at, cell = self.merged_above(row, number)
                if cell is not None:
                    found[number] = at, cell
        for number, (at, cell) in sorted(found.items()):
            place = self.grid.place(at, number)
            fills = self.fills_field(place, self.table.columns.get(number))
            if fills and (taken := self.ledger.take(self.grid, at, number, cell)):
                yield number, taken, place

    def _is_named(self, space: SpaceRow) -> bool:
        """Whether it says which activity it is of; a blank goes on with that of the row above."""
        if space.number is None and space.name is None and space.key is None:
            space.number, space.name = self.last
        self.last = space.number, space.name
        return bool(space.number or space.name or space.key)

    def _take(self, space: SpaceRow, column: Column, cell: Cell, place: Place) -> None:
        match column.meaning:
            case M.KEY:
                space.key = Text(one_line(text_of(cell)), place)
            case M.NUMBER:
                if typed := activity_number(cell):
                    space.number = Text(typed, place)
                else:
                    self.ledger.error(
                        place,
                        _("«%(words)s» no es un número de actividad. Escríbalo como texto, por ejemplo 1.2."),
                        words=text_of(cell),
                    )
            case M.ACTIVITY:
                number, name = split_number(one_line(text_of(cell)))
                space.name = Text(name, place)
                if number and space.number is None:
                    space.number = Text(number, place)
            case M.PLANNED:
                space.planned = self._date(cell, place)
            case M.HELD:
                space.held = self._date(cell, place)
            case M.DONE:
                self._take_done(space, cell, place)
            case M.ATTENDANCE | M.WHO:
                self._take_attendance(space, column.meaning, cell, place)
            case M.GROUP:
                if (people := self._whole(cell, place)) is not None:
                    space.people[group_named(column.header, self.groups)] = people
            case M.REASON:
                space.reasons.append(Text(one_line(text_of(cell)), place))
            case meaning if meaning in _COUNTS:
                if (count := self._whole(cell, place)) is not None:
                    space.counts[_COUNTS[meaning]] = count
            case meaning:
                space.texts[meaning.value] = Text(text_of(cell), place)

    def _date(self, cell: Cell, place: Place) -> When | None:
        try:
            dates, doubt = read_dates(month_named(cell.value), self.span)
        except BadDate as error:
            self.ledger.error(place, error.message)
            return None
        if len(dates) > 1:
            self.ledger.error(place, _("Aquí va una sola fecha: use una fila para cada espacio."))
            return None
        if doubt:
            self.ledger.warn(place, doubt)
        return When(dates[0].on, dates[0].precision, place)

    def _take_done(self, space: SpaceRow, cell: Cell, place: Place) -> None:
        """How many, or whether all or none; what says that it waits tells nothing."""
        words = "si" if cell.value is True else "no" if cell.value is False else normalise(text_of(cell))
        text = text_of(cell).strip()
        number = None if "%" in text else number_of(cell)
        if words in _YES or text in _TICKS or text in ("100%", "100 %"):
            space.answer = Text("yes", place)
        elif words in _NO:
            space.answer = Text("no", place)
        elif words in _NOT_YET:
            self.ledger.release(place).leave(place, _("Todavía no se hizo: no reporta nada."))
        elif words in _PARTLY:
            self.ledger.error(place, _("Se hizo en parte: escriba cuántos se hicieron, con un número."))
        elif number is not None and number >= 0 and not number % 1:
            space.done = Number(number, place)
        else:
            self.ledger.error(
                place,
                _("«%(words)s» no dice si se hizo: escriba cuántos se hicieron, «sí» o «no»."),
                words=one_line(text)[:60],
            )

    def _take_attendance(self, space: SpaceRow, meaning: Meaning, cell: Cell, place: Place) -> None:
        """«35 personas - Ciudadanía» are 35, and the words who they were, in either column."""
        found = attendance_of(cell)
        if found and found[0] >= 0 and not found[0] % 1:
            if meaning is M.ATTENDANCE or "attendance_total" not in space.counts:
                space.counts["attendance_total"] = Number(found[0], place)
            if found[1] and "attendance_note" not in space.texts:
                space.texts["attendance_note"] = Text(found[1], place)
        elif meaning is M.WHO:
            space.texts["attendance_note"] = Text(one_line(text_of(cell)), place)
        else:
            self._not_whole(cell, place)

    def _whole(self, cell: Cell, place: Place) -> Number | None:
        found = attendance_of(cell)
        number: Decimal | None = found[0] if found and not found[1] else None
        if number is None or number < 0 or number % 1:
            self._not_whole(cell, place)
            return None
        return Number(number, place)

    def _not_whole(self, cell: Cell, place: Place) -> None:
        self.ledger.error(
            place,
            _("«%(words)s» no es una cantidad: escriba un número entero, por ejemplo 35."),
            words=one_line(text_of(cell))[:60],
        )
