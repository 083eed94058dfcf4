"""Doubts and contradictions among the activities of a whole file."""

from __future__ import annotations

from collections.abc import Sequence

from display.text import normalise
from sheets.reading.cells import says_percentage
from sheets.reading.ledger import Ledger
from sheets.reading.phases import phase_numbers, phase_prefix
from sheets.reading.rows import ActivityRow
from sheets.workbook.grid import Place


def check_activities(activities: Sequence[ActivityRow], ledger: Ledger) -> None:
    """Errors for numbers and names used twice; warnings for doubtful phases, targets and dates."""
    _check_twice(activities, ledger)
    numbers = phase_numbers(activities)
    names = {number: name for name, number in numbers.items()}
    for activity in activities:
        _check_phase(activity, numbers, names, ledger)
        _check_target(activity, ledger)


def _check_twice(activities: Sequence[ActivityRow], ledger: Ledger) -> None:
    seen: dict[tuple[str, ...], Place] = {}
    for activity in activities:
        if activity.number:
            key, what = ("number", activity.number), f"El número {activity.number}"
            how = "Cambie uno de los dos; si son más fechas de la misma actividad, deje vacíos su número y su nombre."
        else:
            block = activity.block or activity.line
            phase = activity.phase.value if activity.phase else ""
            key = ("name", str(activity.outside_plan), normalise(block.value if block else ""), normalise(phase),
                   normalise(activity.name.value), *_days(activity))  # fmt: skip
            what = f"La actividad «{activity.name.value}»"
            how = "Cambie uno de los dos nombres; si son más fechas de la misma actividad, deje vacío el nombre."
        if before := seen.get(key):
            ledger.error(activity.place, f"{what} ya está en la celda {_where(before, activity.place)}. {how}")
        else:
            seen[key] = activity.place


def _days(activity: ActivityRow) -> list[str]:
    """Outside the plan, the same name on another day is another event."""
    return [f"{when.on:%Y%m%d}" for when in activity.dates] if activity.outside_plan else []


def _check_phase(activity: ActivityRow, numbers: dict[str, int], names: dict[int, str], ledger: Ledger) -> None:
    prefix = phase_prefix(activity)
    if not activity.phase or not activity.phase_is_merged or prefix is None or prefix not in names:
        return
    if numbers[activity.phase.value] != prefix:
        ledger.warn(
            activity.place,
            f"La actividad {activity.number} está bajo «{activity.phase.value}». "
            f"Por su número queda en «{names[prefix]}».",
        )


def _check_target(activity: ActivityRow, ledger: Ledger) -> None:
    target, dates = activity.target, len(activity.dates)
    if target is None or target.kind != "count" or activity.outside_plan:
        return
    for key, what in (("indicator", "el indicador"), ("unit", "la unidad")):
        if key in activity.texts and says_percentage(activity.texts[key].value):
            ledger.warn(
                target.place,
                f"La meta es {target.value} y {what} habla de un porcentaje. Si lo es, escriba la meta con %.",
            )
            break
    if dates == 1 and target.value > 1:
        ledger.warn(
            target.place,
            f"La meta es {target.value} y hay una sola fecha: queda una jornada de {target.value} unidades.",
        )
    elif dates > 1 and dates != target.value:
        ledger.warn(
            target.place, f"La meta es {target.value} y hay {dates} fechas: quedan {dates} jornadas de 1 unidad."
        )
    planned = [cells.planned.value for cells in activity.months if cells.planned]
    if planned and not dates and sum(planned) != target.value:
        ledger.warn(
            target.place,
            f"La meta es {target.value} y los meses suman {sum(planned)}: se programa lo que dicen los meses.",
        )


def _where(before: Place, place: Place) -> str:
    where = f"{before.column}{before.row}"
    return where if before.sheet == place.sheet else f"{where} de la hoja «{before.sheet}»"
