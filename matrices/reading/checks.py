"""Doubts and contradictions among the activities of a whole file."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from display.message import Message, message
from display.text import normalise
from matrices.reading.cells import says_percentage
from matrices.reading.ledger import Ledger
from matrices.reading.phases import phase_numbers, phase_prefix
from matrices.reading.rows import ActivityRow
from matrices.workbook.grid import Place


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
            key = ("number", activity.number)
            told = _(
                "El número %(what)s ya está en la celda %(cell)s. Cambie uno de los dos; si son más fechas de la misma "
                "actividad, deje vacíos su número y su nombre."
            )
        else:
            block = activity.block or activity.line
            phase = activity.phase.value if activity.phase else ""
            key = ("name", str(activity.outside_plan), normalise(block.value if block else ""), normalise(phase),
                   normalise(activity.name.value), *_days(activity))  # fmt: skip
            told = _(
                "La actividad «%(what)s» ya está en la celda %(cell)s. Cambie uno de los dos nombres; "
                "si son más fechas de la misma actividad, deje vacío el nombre."
            )
        if before := seen.get(key):
            what = activity.number or activity.name.value
            ledger.error(activity.place, told, what=what, cell=_where(before, activity.place))
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
            _("La actividad %(number)s está bajo «%(phase)s». Por su número queda en «%(own)s»."),
            number=activity.number,
            phase=activity.phase.value,
            own=names[prefix],
        )


def _check_target(activity: ActivityRow, ledger: Ledger) -> None:
    target, dates = activity.target, len(activity.dates)
    if target is None or target.kind != "count" or activity.outside_plan:
        return
    percentages = {
        "indicator": _(
            "La meta es %(target)s y el indicador habla de un porcentaje. Si lo es, escriba la meta con %%."
        ),
        "unit": _("La meta es %(target)s y la unidad habla de un porcentaje. Si lo es, escriba la meta con %%."),
    }
    for key, told in percentages.items():
        if key in activity.texts and says_percentage(activity.texts[key].value):
            ledger.warn(target.place, told, target=target.value)
            break
    if activity.months:  # they are programmed, whatever the dates say
        planned = [cells.planned.value for cells in activity.months if cells.planned]
        if planned and sum(planned) != target.value:
            ledger.warn(
                target.place,
                _("La meta es %(target)s y los meses suman %(planned)s: se programa lo que dicen los meses."),
                target=target.value,
                planned=sum(planned),
            )
    elif dates == 1 and target.value > 1:
        ledger.warn(
            target.place,
            _("La meta es %(target)s y hay una sola fecha: queda un espacio que cuenta %(target)s."),
            target=target.value,
        )
    elif dates > 1 and dates != target.value:
        ledger.warn(
            target.place,
            _("La meta es %(target)s y hay %(dates)s fechas: quedan %(dates)s espacios que cuentan 1."),
            target=target.value,
            dates=dates,
        )


def _where(before: Place, place: Place) -> str | Message:
    if before.sheet == place.sheet:
        return before.cell
    return message(_("%(cell)s de la hoja «%(sheet)s»"), cell=before.cell, sheet=before.sheet)
