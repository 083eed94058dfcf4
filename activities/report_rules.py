"""What no report of a space may say, whoever writes it: its form, and the sheets of execution that are imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext_noop as _

from activities.models import Session
from activities.models.disaggregation import VARIABLES
from activities.models.reasons import Reason
from display.dates import Precision
from display.message import Message, message
from plans.models import Plan

MANY_PEOPLE = 10_000  # in one space: from here on it is asked whether that is what they meant
MANY_EXTRA = 5  # spaces that nobody programmed, on one day
REST = "no_data"


def of_day(on: date, precision: str, plan: Plan, today: date) -> Message | None:
    """Of the day on which it was held. A space may be held before its plan starts, but a year before is a slip."""
    if on.year < plan.starts_on.year - 1:
        return message(_("Revise el año: es anterior al del plan."))
    is_month = precision == Precision.MONTH
    if (on.year, on.month) > (today.year, today.month) or (not is_month and on > today):
        return message(_("Esa fecha todavía no llega: se reporta lo que ya se hizo."))
    return None


def of_ratio(received: int | None, attended: int | None) -> tuple[str, Message] | None:
    """The field that is wrong of a measured percentage, and why."""
    if (received is None) != (attended is None):
        missing = "denominator" if received is None else "numerator"
        return missing, message(_("Un porcentaje necesita los dos números: recibidos y atendidos."))
    if received is not None and attended > received:
        return "numerator", message(_("Los atendidos no pueden ser más que los recibidos."))
    return None


def of_groups(counted: int, total: int | None) -> Message | None:
    if total is None or counted <= total:
        return None
    return message(
        _(
            "Los grupos suman %(counted)s y los asistentes son %(total)s. A quien es de dos grupos, cuéntelo en uno "
            "solo; si el total está mal, corríjalo."
        ),
        counted=counted,
        total=total,
    )


def of_differential(cells: Mapping[tuple[str, str], int], total: int | None) -> Iterator[tuple[str, str, Message]]:
    """(variable, value, why) of each that tells of more people than came, or leaves some out; "": of the total.

    Each variable tells of everybody once: never of more than came, and of all when «sin dato» is said too.
    """
    for name, variable in VARIABLES.items():
        told = {value: people for value in variable.values if (people := cells.get((name, value))) is not None}
        counted = sum(told.values())
        about = {"variable": variable.label, "counted": counted, "total": total}
        if not told:
            continue
        if total is None:
            text = _("Para contar por «%(variable)s» diga primero cuántas personas fueron.")
            yield name, "", message(text, variable=variable.label)
        elif counted > total:
            text = _("«%(variable)s» suma %(counted)s y los asistentes son %(total)s: corrija lo uno o lo otro.")
            yield name, next(iter(told)), message(text, **about)
        elif counted < total and REST in told:
            text = _(
                "«%(variable)s» suma %(counted)s y los asistentes son %(total)s. Deje vacío «sin dato» y será lo que "
                "falta, o corrija los números."
            )
            yield name, REST, message(text, **about)


def is_short(session: Session, today: date) -> bool:
    """Whether what was reported is less than what was programmed, or than the goal."""
    achieved = session.achieved(today)
    return achieved is not None and achieved[0] < achieved[1]


def of_shortfall() -> Message:
    return message(_("Se hizo menos de lo programado: diga por qué."))


def is_unwritten(reason: str) -> bool:
    """Whether nobody added words of their own to a reason of the list."""
    return reason.strip() in ("", *(one.own_words for one in Reason))


def doubt_of_people(total: int | None) -> Message | None:
    """A count that can hardly be meant."""
    if total == 0:
        return message(_("¿Se hizo y no fue nadie?"))
    if total is not None and total >= MANY_PEOPLE:
        return message(_("¿Fueron %(n)s personas?"), n=total)
    return None


def doubt_of_units(units: int | None, planned: int) -> Message | None:
    if not units or units <= planned:
        return None
    return message(_("¿%(n)s de %(planned)s? ¿Quiso decir asistentes?"), n=units, planned=planned)
