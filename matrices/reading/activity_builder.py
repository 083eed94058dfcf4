"""An activity while its rows are being read: several rows may add dates, words and units to one activity."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from display.dates import month_end
from display.message import Day, listed
from display.periodicity import months_meant, months_named
from display.text import normalise
from display.written_dates import BadDate, Span, read_dates
from matrices.reading.cells import attendance_of, goal_of, number_of, says_percentage, text_of
from matrices.reading.columns import Column, Role
from matrices.reading.headers import TEXTS, Meaning
from matrices.reading.ledger import Ledger
from matrices.reading.rows import ActivityRow, MetricRow, MonthCells, Number, Target, Text, When
from matrices.workbook.grid import Cell, Place, one_line

_MARKS = {"x", "✓", "✔", "√", "●", "•", "■", "si", "sí"}
_BULLETS = re.compile(r"\s*(?:(?:^|\n)\s*[-–]\s|;|\n|[•·▪])\s*")
_FREQUENCY = re.compile(
    r"(?:diari|seman|quincen|mensual|bimestral|trimestral|cuatrimestral|semestral|anual|permanente|continu|tod[oa]s? "
    r"(?:el ano|la vigencia|los|las)|durante|por demanda|a demanda|segun|cuando se|cada )"
)
_UNDECIDED = re.compile(r"(?:por (?:definir|confirmar|programar|establecer)|sin (?:fecha|definir)|pendiente)\b")


class ActivityBuilder:
    """Fills an ActivityRow; `finish` settles what only its last cell decides."""

    def __init__(self, row: ActivityRow, ledger: Ledger, span: Span) -> None:
        self.row, self.ledger, self.span = row, ledger, span
        self.starts: list[When] = []
        self.units: dict[Role, list[tuple[int, Decimal]]] = {"P": [], "E": []}  # (column, units)
        self.target_words: tuple[str, str, Place] | None = None  # its unit ("" when too long), the whole words
        self.has_bad_date = self.is_proposed = False

    def settle_periodicity(self) -> None:
        """Without dates, the months that the periodicity names are its dates; «trimestral» only proposes some."""
        words = self.row.texts.get(Meaning.PERIODICITY.value)
        if words is None or self.is_dated:
            return
        try:
            found, doubt = months_named(words.value, self.span)
        except BadDate as error:
            self.ledger.warn(words.place, error.message)
            return
        self.row.dates = [When(one.on, one.precision, words.place) for one in found]
        if doubt:
            self.ledger.warn(words.place, doubt)
        if not found and (months := months_meant(words.value, self.span)):
            self.is_proposed = True
            self.ledger.warn(
                words.place,
                _(
                    "«%(words)s» no dice en qué meses: serían %(months)s. "
                    "Escríbalos si son esos; la actividad queda sin espacios."
                ),
                words=one_line(words.value),
                months=listed([Day(on, "month") for on in months]),
            )

    @property
    def is_dated(self) -> bool:
        return bool(self.row.dates or self.starts or self.row.months or self.has_bad_date)

    def finish(self) -> ActivityRow:
        row = self.row
        self._settle_target_words()
        row.target = self._settled_target()
        row.dates = list({(when.on, when.precision): when for when in row.dates or self.starts}.values())
        row.months.sort(key=lambda cells: cells.month)
        return row

    def add(self, number: int, column: Column, cell: Cell, place: Place, role: Role | None = None) -> Decimal | None:
        """Put a cell in its field; returns its number when it counts in the column's total."""
        meaning = column.meaning
        match meaning:
            case Meaning.DATE | Meaning.END | Meaning.START:
                self.add_dates(meaning, cell, place)
            case Meaning.MONTH:
                return self._add_month(number, column, cell, place, role)
            case Meaning.TARGET:
                return self._add_target(column, cell, place)
            case Meaning.RESPONSIBLE:
                self.row.responsible = _joined(self.row.responsible, text_of(cell), place)
            case Meaning.GROUPS:
                self._add_groups(cell, place)
            case Meaning.ATTENDANCE | Meaning.QUESTIONS | Meaning.COMMENTS:
                return self._add_count(meaning, cell, place)
            case Meaning.METRIC:
                return self._add_metric(column, cell, place)
            case Meaning.BUDGET:
                return self._add_budget(cell, place)
            case _ if meaning in TEXTS:
                self.add_text(meaning, text_of(cell), place)
        return None

    def add_text(self, meaning: Meaning, words: str, place: Place) -> None:
        if words:
            self.row.texts[meaning.value] = _joined(self.row.texts.get(meaning.value), words, place)

    def go_on(self, meaning: Meaning, words: str, place: Place) -> None:
        """Add the rest of a text that a page break cut."""
        if meaning is Meaning.ACTIVITY:
            name = self.row.name
            self.row.name = Text(f"{name.value} {words}", name.place)
            return
        if meaning is Meaning.GROUPS and self.row.groups:
            last = self.row.groups.pop()
            self.row.groups.append(Text(f"{last.value} {words}", last.place))
            return
        if meaning is Meaning.TARGET and self.target_words:
            _unit, before, at = self.target_words
            self.target_words = "", f"{before} {words}", at
            return
        name = Meaning.PRODUCT.value if meaning is Meaning.TARGET else meaning.value
        before = self.row.texts.get(name)
        self.row.texts[name] = Text(f"{before.value} {words}", before.place) if before else Text(words, place)

    def add_dates(self, meaning: Meaning, cell: Cell, place: Place) -> None:
        words = normalise(cell.value) if isinstance(cell.value, str) else ""
        try:
            days, doubt = read_dates(cell.value, self.span)
        except BadDate as error:
            if _FREQUENCY.match(words):
                self.add_text(Meaning.PERIODICITY, text_of(cell), place)
                self.ledger.warn(
                    place, _("«%(words)s» no es una fecha: se guarda como periodicidad."), words=text_of(cell)
                )
            elif _UNDECIDED.match(words):
                self.ledger.release(place).leave(place, _("«%(words)s»: sin fecha."), words=text_of(cell))
            else:
                self.has_bad_date = True
                self.ledger.error(place, error.message)
            return
        if doubt:
            self.ledger.warn(place, doubt)
        into = self.starts if meaning is Meaning.START else self.row.dates
        into += [When(day.on, day.precision, place) for day in days]

    def settle_period(self, has_end: bool) -> None:
        """A start only says when the work begins: the session is due at the end."""
        for start in self.starts if self.row.dates else ():
            if start.on > max(when.on for when in self.row.dates) and has_end:
                self.ledger.error(
                    start.place, _("La fecha de inicio es posterior a la de fin. Corrija una de las dos.")
                )
            self.ledger.release(start.place).leave(
                start.place, _("Inicio del periodo: el espacio se programa en la fecha de fin.")
            )

    def _add_month(self, number: int, column: Column, cell: Cell, place: Place, role: Role | None) -> Decimal | None:
        month, year, months = column.month
        mark = isinstance(cell.value, str) and normalise(cell.value) in _MARKS | {""}
        units = Decimal(1) if mark or cell.value is True else number_of(cell)
        if units is None or units < 0 or units != units.to_integral_value() or cell.is_percentage:
            self.ledger.error(
                place,
                _("«%(words)s» no es un número de espacios. Escriba un entero (0, 1, 2…) o deje la celda vacía."),
                words=text_of(cell),
            )
            return None
        try:
            on = month_end(date(self.span.year(month) if year is None else year, month, 1))
            if not self.span.holds(on, "month"):
                raise BadDate(
                    _("El mes de la columna «%(header)s» queda fuera del plan (%(span)s)."),
                    header=column.header,
                    span=self.span.words,
                )
        except BadDate as error:
            if units:
                self.has_bad_date = True
                self.ledger.error(place, error.message)
            else:
                self.ledger.release(place).leave(place, _("Cero en un mes fuera del plan."))
            return units
        role = column.role or role or "P"
        cells = next((cells for cells in self.row.months if cells.month == on), None)
        if cells is None:
            self.row.months.append(cells := MonthCells(on))
        field = "planned" if role == "P" else "executed"
        if before := getattr(cells, field):
            self.ledger.error(
                place,
                _("El mes «%(header)s» ya tiene un valor en la celda %(cell)s. Deje uno solo."),
                header=column.header,
                cell=before.place.cell,
            )
            return units
        if months > 1:
            self.ledger.warn(
                column.place, _("«%(header)s» reúne varios meses: se programa en el último."), header=column.header
            )
        setattr(cells, field, Number(units, place))
        self.units[role].append((number, units))
        return units

    def _add_target(self, column: Column, cell: Cell, place: Place) -> Decimal | None:
        words = text_of(cell)
        goal = goal_of(cell)
        if goal is None or self.row.target is not None:
            if goal is not None and not goal.words:
                self.ledger.release(place).puzzle(
                    place, _("La actividad ya tiene otra meta: «%(target)s» no se suma a ella."), target=words
                )
                return None
            if "producto" not in normalise(column.header):
                told = _(
                    "Lo que en la columna «%(header)s» no es una cantidad va a «Producto»: "
                    "esas actividades quedan sin meta."
                )
                self.ledger.warn(column.place, told, header=column.header)
            self.add_text(Meaning.PRODUCT, words, place)
            return None
        if goal.value < 0 or (goal.value == 0 and not goal.words):
            self.ledger.error(place, _("La meta «%(target)s» debe ser mayor que cero."), target=words)
            return None
        if goal.guessed:
            self.ledger.warn(
                place, _("La meta %(target)s se leyó como %(percent)s %%."), target=words, percent=goal.value
            )
        if goal.kind == "count" and goal.value != goal.value.to_integral_value():
            self.ledger.error(
                place,
                _("La meta «%(target)s» no es un número entero. Si es un porcentaje, escríbala con %%."),
                target=words,
            )
            return None
        self.row.target = Target(goal.kind, goal.value, place)
        if goal.words:
            is_unit = goal.kind == "count" and "producto" not in normalise(column.header)
            unit = goal.words if is_unit and len(goal.words.split()) <= 4 else ""
            self.target_words = unit, words, place
        return goal.value if goal.kind == "count" else None

    def _settle_target_words(self) -> None:
        """«4 encuentros» names the unit when no column does; longer words are the product."""
        if self.target_words:
            unit, words, place = self.target_words
            if unit and Meaning.UNIT.value not in self.row.texts:
                self.add_text(Meaning.UNIT, unit, place)
            else:
                self.add_text(Meaning.PRODUCT, words, place)

    def _settled_target(self) -> Target | None:
        """A count whose unit says percentage, or 100 whose indicator does, is a percentage."""
        target, unit = self.row.target, self.row.texts.get(Meaning.UNIT.value)
        indicator = self.row.texts.get(Meaning.INDICATOR.value)
        if not target or target.kind != "count" or target.value == 1:
            return target
        if unit and says_percentage(unit.value):
            return Target("percentage", target.value, target.place)
        if target.value == 100 and indicator and says_percentage(indicator.value):
            self.ledger.warn(
                target.place, _("La meta es 100 y el indicador habla de un porcentaje: se leyó como 100 %.")
            )
            return Target("percentage", target.value, target.place)
        return target

    def _add_groups(self, cell: Cell, place: Place) -> None:
        people = attendance_of(cell)
        if people and self.row.attendance is None:
            self.row.attendance = Number(people[0], place)
            self.row.attendance_note = people[1]
            return
        self.row.groups += [Text(piece, place) for piece in map(one_line, _BULLETS.split(text_of(cell))) if piece]

    def _add_count(self, meaning: Meaning, cell: Cell, place: Place) -> Decimal | None:
        number, words = attendance_of(cell) or (None, "")
        if number is None or number != number.to_integral_value() or number < 0:
            self.ledger.error(
                place, _("«%(words)s» no es una cantidad. Escriba un número entero."), words=text_of(cell)
            )
            return None
        setattr(self.row, meaning.value, Number(number, place))
        if meaning is Meaning.ATTENDANCE:
            self.row.attendance_note = words or self.row.attendance_note
        return number

    def _add_metric(self, column: Column, cell: Cell, place: Place) -> Decimal | None:
        value = number_of(cell)
        if value is None:
            self.ledger.release(place).puzzle(
                place,
                _("«%(words)s» no es un número para «%(header)s»."),
                words=text_of(cell),
                header=column.header,
            )
            return None
        self.row.metrics.append(MetricRow(None, Text(column.header, column.place), Number(value, place), None, None))
        return value

    def _add_budget(self, cell: Cell, place: Place) -> Decimal | None:
        """Whole pesos as digits; words such as «Recursos propios» are resources."""
        value = number_of(cell)
        if value is None:
            self.add_text(Meaning.RESOURCES, text_of(cell), place)
            return None
        self.row.texts[Meaning.BUDGET.value] = Text(f"{value:.0f}", place)
        return value


def _joined(before: Text | None, words: str, place: Place) -> Text:
    if before is None:
        return Text(words, place)
    return before if words in before.value.split("\n") else Text(f"{before.value}\n{words}", before.place)
