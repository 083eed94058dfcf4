"""A file's rows made ready for the tables: values by the models' field names, each with the cell that said it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as _

from display.message import Day, Message, message
from display.text import normalise
from matrices.reading.ledger import Ledger
from matrices.reading.rows import ActivityRow, Number, Text
from matrices.reading.vocabulary import incidences_of, modality_of
from matrices.workbook.grid import Place, one_line
from sheets.loading.catalogue import Names
from sheets.loading.result import State

MOST = 2_147_483_647  # what a whole number of both databases holds
_SHORT = ("unit", "mechanism", "channels", "periodicity", "locality")  # fields of one line

Row = Any  # a row of the database; this module knows no model


@dataclass(slots=True, eq=False)
class RowValues:
    """A row of a sheet. A value that is not in `values` was not said, and leaves what is stored alone."""

    place: Place | None
    label: str | Message
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    stored: Row | None = None  # the stored row that this one is about, as it is stored
    instance: Row | None = None  # the row as it will be; None until it is compared, or when it is in error
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)  # field, before, after

    @property
    def state(self) -> State:
        return "created" if self.stored is None else "changed" if self.changes else "unchanged"

    def set(self, name: str, value: Any, place: Place) -> None:
        self.values[name] = value
        self.places[name] = place

    def where(self, name: str) -> Place:
        """The cell of a field, else of the row."""
        return self.places.get(name, self.place)


@dataclass(slots=True, eq=False)
class ActivityValues(RowValues):
    source: ActivityRow | None = None  # None: an indicator named it
    outside: bool = False
    order: int = 0  # of a new one, after those that the plan has
    responsible: list[Row] | None = None  # dependencies, the first leads; None: not said
    groups: list[Row] | None = None
    days: frozenset[date] = frozenset()  # of a space outside the plan, which they tell apart


@dataclass(slots=True, eq=False)
class SessionValues(RowValues):
    activity: ActivityValues | None = None
    default_units: int = 1  # planned, when it is new and the file does not say
    present: list[tuple[Row, int | None]] | None = None  # groups and how many people of each


@dataclass(slots=True, eq=False)
class MetricValues(RowValues):
    activity: ActivityValues | None = None


@dataclass(slots=True, eq=False)
class CommitmentValues(RowValues):
    responsible: list[Row] | None = None


def activity_values(row: ActivityRow, names: Names) -> ActivityValues:
    """An activity's fields, units and groups; its phase and line are set by who knows them."""
    ledger = names.ledger
    activity = ActivityValues(row.place, f"{row.number} {row.name.value}".strip(), source=row, outside=row.outside_plan)
    activity.set("name", row.name.value, row.name.place)
    activity.values["outside_plan"] = row.outside_plan
    if row.number:
        activity.set("number", row.number, row.number_at or row.place)
    for name, text in row.texts.items():
        _set_text(activity, name, text, ledger)
    if row.target:
        activity.set("target_kind", row.target.kind, row.target.place)
        activity.set("target_value", row.target.value, row.target.place)
    _set_responsible(activity, row, names)
    if not row.outside_plan and row.groups:
        groups = {}
        for text in row.groups:
            found, every = names.groups.look_up(text.value)
            groups |= {id(group): group for group in found}
            for words in every:
                told = _("«%(words)s» es un conjunto y no un grupo: no se guarda. Marque después sus grupos.")
                ledger.warn(text.place, told, words=words)
        activity.groups = list(groups.values())
        activity.places["groups"] = row.groups[0].place
    if row.outside_plan:
        activity.days = frozenset(when.on for when in row.dates)
    return activity


def _set_text(activity: ActivityValues, name: str, text: Text, ledger: Ledger) -> None:
    match name:
        case "budget":
            if text.value.lstrip("-").isdigit():
                activity.set(name, int(text.value), text.place)
        case "incidence_level":
            found = incidences_of(text.value)
            if not found:
                told = _("«%(words)s» no es un nivel de incidencia del catálogo.")
                ledger.release(text.place).leave(text.place, told, words=one_line(text.value))
                return
            if len(found) > 1:
                ledger.warn(
                    text.place,
                    _("«%(words)s» nombra varios niveles de incidencia: se toma el primero."),
                    words=one_line(text.value),
                )
            activity.set(name, found[0], text.place)
        case "modality":
            if modality := modality_of(text.value):
                activity.set(name, modality, text.place)
            else:
                told = _("«%(words)s» no dice si es presencial, virtual o mixta.")
                ledger.release(text.place).leave(text.place, told, words=one_line(text.value))
        case _:
            value = text.value.replace("\n", "; ") if name in _SHORT else text.value
            activity.set(name, value, text.place)


def _set_responsible(activity: ActivityValues, row: ActivityRow, names: Names) -> None:
    """The dependencies that answer: that of the block leads, then those of «Responsable»; a set is no unit."""
    units: dict[int, object] = {}
    everyone: list[str] = []
    texts = [row.block] if row.block and not names.is_line(row.block) else []
    texts += [row.responsible] if row.responsible else []
    for text in texts:
        found, words = names.dependencies.look_up(text.value)
        units |= {id(unit): unit for unit in found}
        everyone += words
    if texts:
        activity.responsible = list(units.values())
        activity.places["responsible"] = texts[-1].place
        activity.set("all_dependencies", bool(everyone), texts[-1].place)
    if everyone:
        activity.set("responsible_text", "; ".join(everyone), texts[-1].place)


def session_values(row: ActivityRow, activity: ActivityValues, names: Names) -> list[SessionValues]:
    """The sessions that a row plans or reports: of its months, else of its dates."""
    if row.months:
        if row.dates:
            names.ledger.warn(
                row.dates[0].place, _("La actividad trae meses y fecha: se programa lo que dicen los meses.")
            )
        sessions = [one for cells in row.months if (one := _month(cells, activity, names.ledger))]
    else:
        sessions = _dated(row, activity, names.ledger)
    _set_people(row, sessions, activity, names)
    return sessions


def _month(cells, activity: ActivityValues, ledger: Ledger) -> SessionValues | None:
    planned, executed = whole(cells.planned, ledger), whole(cells.executed, ledger)
    cell = cells.planned or cells.executed
    session = _session(activity, cells.month, "month", cell.place)
    if _is_percentage(activity):
        return _measure(session, cells, planned, executed, ledger)
    session.default_units = 0
    if planned is not None:
        session.set("planned_units", planned, cells.planned.place)
    if executed is not None:
        session.set("executed_units", executed, cells.executed.place)
        if executed:
            session.set("held_on", cells.month, cells.executed.place)
            session.set("held_precision", "month", cells.executed.place)
    return session


def _is_percentage(activity: ActivityValues) -> bool:
    stored = activity.stored.target_kind if activity.stored else ""
    return activity.values.get("target_kind", stored) == "percentage"


def _measure(
    session: SessionValues, cells, received: int | None, attended: int | None, ledger: Ledger
) -> SessionValues | None:
    """A month of a percentage target is a measuring date: E attended of P received; an empty E is not reported."""
    if attended is None:
        return session if received else None
    if received is not None and attended > received:
        ledger.error(cells.executed.place, _("Los atendidos no pueden ser más que los recibidos."))
    session.set("numerator", attended, cells.executed.place)
    if received is not None:
        session.set("denominator", received, cells.planned.place)
    if received:
        session.set("held_on", cells.month, cells.executed.place)
        session.set("held_precision", "month", cells.executed.place)
    return session


def _dated(row: ActivityRow, activity: ActivityValues, ledger: Ledger) -> list[SessionValues]:
    sessions = []
    for when in row.dates:
        session = _session(activity, when.on, when.precision, when.place)
        if row.target and row.target.kind == "count" and not row.outside_plan:
            units = whole(Number(row.target.value, row.target.place), ledger) if len(row.dates) == 1 else 1
            session.set("planned_units", units or 1, row.target.place)
        elif row.target:
            session.set("planned_units", 1, row.target.place)
        sessions.append(session)
    return sessions


def _session(activity: ActivityValues, on: date, precision: str, place: Place) -> SessionValues:
    label = message("%(activity)s · %(date)s", activity=activity.label, date=Day(on, precision))
    session = SessionValues(place, label, activity=activity)
    session.set("planned_on", on, place)
    session.set("planned_precision", precision, place)
    return session


def _set_people(row: ActivityRow, sessions: list[SessionValues], activity: ActivityValues, names: Names) -> None:
    """Attendance, questions and comments belong to the row's only session, which a space outside the plan then held."""
    counted = [("attendance_total", row.attendance), ("questions", row.questions), ("comments", row.comments)]
    counted = [(name, number) for name, number in counted if number is not None]
    words = row.attendance_note
    if row.outside_plan and not words:
        words = "; ".join(text.value for text in row.groups)
    if not counted and not words and not (row.outside_plan and row.metrics):
        return
    if len(sessions) != 1:
        why = _("La actividad tiene %(count)s espacios: no se sabe de cuál es este dato.")
        if not sessions:
            why = _("La actividad no tiene espacios: no se sabe de cuál es este dato.")
        places = {number.place for _name, number in counted}
        for place in places | {text.place for text in row.groups if row.outside_plan}:
            names.ledger.release(place).leave(place, message(why, count=len(sessions)))
        return
    (session,) = sessions
    for name, number in counted:
        session.set(name, whole(number, names.ledger), number.place)
    if words:
        place = row.attendance.place if row.attendance else row.groups[0].place if row.groups else row.place
        session.set("attendance_note", words, place)
        groups, _everyone = names.groups.look_up(words, only_known=True)
        people = session.values.get("attendance_total")
        alone = len(groups) == 1 and normalise(words) == normalise(groups[0].name)
        session.present = [(group, people if alone else None) for group in groups]
        session.places["present"] = place
    if row.outside_plan and (row.metrics or any(number.value for _name, number in counted)):
        session.set("executed_units", 1, session.place)
        session.set("held_on", session.values["planned_on"], session.place)
        session.set("held_precision", session.values["planned_precision"], session.place)


def whole(number: Number | None, ledger: Ledger) -> int | None:
    """A number as an integer that both databases hold; an error and None when it is larger."""
    if number is None:
        return None
    if abs(number.value) > MOST:
        ledger.error(number.place, _("%(number)s es demasiado grande. Revise la cifra."), number=number.value)
        return None
    return int(number.value)


def measured(value: Decimal) -> Decimal:
    """A metric's value with the four decimals that are kept."""
    return value.quantize(Decimal("0.0001"))
