"""An activity while its rows are being read: several rows may add dates, words and units to one activity."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from display.dates import month_end
from display.text import normalise
from sheets.reading.columns import Column, Role
from sheets.reading.dates import BadDate, Span, read_dates
from sheets.reading.ledger import Ledger
from sheets.reading.matrix import ActivityRow, MetricRow, MonthCells, Number, Target, Text, When
from sheets.reading.synonyms import TEXTS, Meaning
from sheets.reading.values import attendance_of, goal_of, number_of, says_percentage, text_of
from sheets.workbook.grid import Cell, Place, one_line

_MARKS = {"x", "✓", "✔", "√", "●", "•", "■", "si", "sí"}
_BULLETS = re.compile(r"\s*(?:(?:^|\n)\s*[-–]\s|;|\n|[•·▪])\s*")
_FREQUENCY = re.compile(
    r"(?:diari|seman|quincen|mensual|bimestral|trimestral|cuatrimestral|semestral|anual|permanente|continu|tod[oa]s? "
    r"(?:el ano|la vigencia|los|las)|durante|por demanda|a demanda|segun|cuando se|cada )"
)
_UNDECIDED = re.compile(r"(?:por (?:definir|confirmar|programar|establecer)|sin (?:fecha|definir)|pendiente)\b")


@dataclass(slots=True)
class Draft:
    """Collects what an activity's cells say; `finished` makes it an ActivityRow."""

    place: Place
    name: Text
    number: str
    ledger: Ledger
    span: Span
    outside_plan: bool
    held: dict[Meaning, tuple[Text, bool]]  # phase, line, block: and whether merged or blank-below
    texts: dict[str, Text] = field(default_factory=dict)
    target: Target | None = None
    responsible: Text | None = None
    groups: list[Text] = field(default_factory=list)
    dates: list[When] = field(default_factory=list)
    starts: list[When] = field(default_factory=list)
    months: dict[date, dict[Role, Number]] = field(default_factory=dict)
    counts: dict[Meaning, Number] = field(default_factory=dict)  # attendance, questions, comments
    attendance_note: str = ""
    metrics: list[MetricRow] = field(default_factory=list)
    units: dict[Role, list[tuple[int, Decimal]]] = field(default_factory=lambda: {"P": [], "E": []})  # (column, units)
    target_words: tuple[str, str, Place] | None = None  # the unit that they name ("" when too long), the whole words
    has_bad_date: bool = False

    def finished(self) -> ActivityRow:
        self._settle_target_words()
        phase, merged = self.held.get(Meaning.PHASE, (None, False))
        return ActivityRow(
            place=self.place,
            name=self.name,
            number=self.number,
            phase=phase,
            phase_is_merged=merged,
            block=self.held.get(Meaning.BLOCK, (None,))[0],
            line=self.held.get(Meaning.LINE, (None,))[0],
            texts=self.texts,
            target=self._settled_target(),
            responsible=self.responsible,
            groups=tuple(self.groups),
            dates=tuple({(when.on, when.precision): when for when in self.dates or self.starts}.values()),
            months=tuple(
                MonthCells(month, roles.get("P"), roles.get("E")) for month, roles in sorted(self.months.items())
            ),
            outside_plan=self.outside_plan,
            attendance=self.counts.get(Meaning.ATTENDANCE),
            attendance_note=self.attendance_note,
            questions=self.counts.get(Meaning.QUESTIONS),
            comments=self.counts.get(Meaning.COMMENTS),
            metrics=tuple(self.metrics),
        )

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
                self.responsible = _joined(self.responsible, text_of(cell), place)
            case Meaning.GROUPS:
                self._add_groups(cell, place)
            case Meaning.ATTENDANCE | Meaning.QUESTIONS | Meaning.COMMENTS:
                return self._add_count(meaning, cell, place)
            case Meaning.METRIC:
                return self._add_metric(column, cell, place)
            case Meaning.BUDGET:
                return self._add_budget(cell, place)
            case _ if meaning in TEXTS:
                self.say(meaning, text_of(cell), place)
        return None

    def say(self, meaning: Meaning, words: str, place: Place) -> None:
        if words:
            self.texts[meaning.value] = _joined(self.texts.get(meaning.value), words, place)

    def add_dates(self, meaning: Meaning, cell: Cell, place: Place) -> None:
        words = normalise(cell.value) if isinstance(cell.value, str) else ""
        try:
            found, doubt = read_dates(cell.value, self.span)
        except BadDate as error:
            if _FREQUENCY.match(words):
                self.say(Meaning.PERIODICITY, text_of(cell), place)
                self.ledger.warn(place, f"«{text_of(cell)}» no es una fecha: se guarda como periodicidad.")
            elif _UNDECIDED.match(words):
                self.ledger.release(place).leave(place, f"«{text_of(cell)}»: sin fecha.")
            else:
                self.has_bad_date = True
                self.ledger.error(place, str(error))
            return
        if doubt:
            self.ledger.warn(place, doubt)
        into = self.starts if meaning is Meaning.START else self.dates
        into += [When(one.on, one.precision, place) for one in found]

    def settle_period(self, has_end: bool) -> None:
        """A start only says when the work begins: the session is due at the end."""
        for start in self.starts if self.dates else ():
            if start.on > max(when.on for when in self.dates) and has_end:
                self.ledger.error(start.place, "La fecha de inicio es posterior a la de fin. Corrija una de las dos.")
            self.ledger.release(start.place).leave(
                start.place, "Inicio del periodo: la jornada se programa en la fecha de fin."
            )

    def _add_month(self, number: int, column: Column, cell: Cell, place: Place, role: Role | None) -> Decimal | None:
        month, year, months = column.month
        mark = isinstance(cell.value, str) and normalise(cell.value) in _MARKS | {""}
        units = Decimal(1) if mark or cell.value is True else number_of(cell)
        if units is None or units < 0 or units != units.to_integral_value() or cell.is_percentage:
            self.ledger.error(
                place,
                f"«{text_of(cell)}» no es un número de jornadas. Escriba un entero (0, 1, 2…) o deje la celda vacía.",
            )
            return None
        try:
            on = month_end(date(self.span.year(month) if year is None else year, month, 1))
            if not self.span.holds(on, "month"):
                raise BadDate(f"El mes de la columna «{column.header}» queda fuera del plan ({self.span}).")
        except BadDate as error:
            if units:
                self.has_bad_date = True
                self.ledger.error(place, str(error))
            else:
                self.ledger.release(place).leave(place, "Cero en un mes fuera del plan.")
            return units
        role = column.role or role or "P"
        cells = self.months.setdefault(on, {})
        if role in cells:
            before = f"{cells[role].place.column}{cells[role].place.row}"
            self.ledger.error(place, f"El mes «{column.header}» ya tiene un valor en la celda {before}. Deje uno solo.")
            return units
        if months > 1:
            self.ledger.warn(column.place, f"«{column.header}» reúne varios meses: se programa en el último.")
        cells[role] = Number(units, place)
        self.units[role].append((number, units))
        return units

    def _add_target(self, column: Column, cell: Cell, place: Place) -> Decimal | None:
        words = text_of(cell)
        goal = goal_of(cell)
        if goal is None or self.target is not None:
            if goal is not None and not goal.words:
                self.ledger.release(place).puzzle(
                    place, f"La actividad ya tiene otra meta: «{words}» no se suma a ella."
                )
                return None
            self.say(Meaning.PRODUCT, words, place)
            return None
        if goal.value < 0 or (goal.value == 0 and not goal.words):
            self.ledger.error(place, f"La meta «{words}» debe ser mayor que cero.")
            return None
        if goal.guessed:
            self.ledger.warn(place, f"La meta {words} se leyó como {_percent(goal.value)}.")
        if goal.kind == "count" and goal.value != goal.value.to_integral_value():
            self.ledger.error(place, f"La meta «{words}» no es un número entero. Si es un porcentaje, escríbala con %.")
            return None
        self.target = Target(goal.kind, goal.value, place)
        if goal.words:
            is_unit = goal.kind == "count" and "producto" not in normalise(column.header)
            unit = goal.words if is_unit and len(goal.words.split()) <= 4 else ""
            self.target_words = unit, words, place
        return goal.value if goal.kind == "count" else None

    def _settle_target_words(self) -> None:
        """«4 encuentros» names the unit when no column does; longer words are the product."""
        if self.target_words:
            unit, words, place = self.target_words
            if unit and Meaning.UNIT.value not in self.texts:
                self.say(Meaning.UNIT, unit, place)
            else:
                self.say(Meaning.PRODUCT, words, place)

    def _settled_target(self) -> Target | None:
        """A count whose unit says percentage, or 100 whose indicator does, is a percentage."""
        target, unit = self.target, self.texts.get(Meaning.UNIT.value)
        indicator = self.texts.get(Meaning.INDICATOR.value)
        if not target or target.kind != "count" or target.value == 1:
            return target
        if unit and says_percentage(unit.value):
            return Target("percentage", target.value, target.place)
        if target.value == 100 and indicator and says_percentage(indicator.value):
            self.ledger.warn(
                target.place, "La meta es 100 y el indicador habla de un porcentaje: se leyó como 100\u00a0%."
            )
            return Target("percentage", target.value, target.place)
        return target

    def _add_groups(self, cell: Cell, place: Place) -> None:
        counted = attendance_of(cell)
        if counted and Meaning.ATTENDANCE not in self.counts:
            self.counts[Meaning.ATTENDANCE] = Number(counted[0], place)
            self.attendance_note = counted[1]
            return
        self.groups += [Text(piece, place) for piece in map(one_line, _BULLETS.split(text_of(cell))) if piece]

    def _add_count(self, meaning: Meaning, cell: Cell, place: Place) -> Decimal | None:
        counted = attendance_of(cell)
        if counted is None or counted[0] != counted[0].to_integral_value() or counted[0] < 0:
            self.ledger.error(place, f"«{text_of(cell)}» no es una cantidad. Escriba un número entero.")
            return None
        self.counts[meaning] = Number(counted[0], place)
        if meaning is Meaning.ATTENDANCE:
            self.attendance_note = counted[1] or self.attendance_note
        return counted[0]

    def _add_metric(self, column: Column, cell: Cell, place: Place) -> Decimal | None:
        value = number_of(cell)
        if value is None:
            self.ledger.release(place).puzzle(place, f"«{text_of(cell)}» no es un número para «{column.header}».")
            return None
        self.metrics.append(MetricRow(None, Text(column.header, column.place), Number(value, place), None, None))
        return value

    def _add_budget(self, cell: Cell, place: Place) -> Decimal | None:
        """Whole pesos as digits; words such as «Recursos propios» are resources."""
        value = number_of(cell)
        if value is None:
            self.say(Meaning.RESOURCES, text_of(cell), place)
            return None
        self.texts[Meaning.BUDGET.value] = Text(f"{value:.0f}", place)
        return value


def _joined(before: Text | None, words: str, place: Place) -> Text:
    if before is None:
        return Text(words, place)
    return before if words in before.value.split("\n") else Text(f"{before.value}\n{words}", before.place)


def _percent(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",") + "\u00a0%"
