"""What the section on who answers for the commitments shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.standing import Age, Standing, age_of
from commitments.tables import age_table, part_table
from display import dates, figures
from display.tables import Column, Kind, Table
from reports.sections.execution.view import short

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.answering import Facts, Part
    from reports.sections.commitments import Facts as Made
    from reports.sections.commitments import Item


def view(facts: Facts, snapshot: Snapshot) -> dict:
    made, edition = snapshot.facts("compromisos"), snapshot.edition
    items = made.items if made else ()
    day = dates.day(edition.cutoff)
    return {
        "lead": lead(facts.dependencies),
        "flow_table": flow_table(items, snapshot) if made else None,
        "dependency_table": part_table(
            _rows(facts.dependencies),
            _("Los compromisos por dependencia, con corte al %(day)s") % {"day": day},
            _("Dependencia"),
        ),
        "group_table": part_table(
            _rows(facts.groups),
            _("Los compromisos por grupo de valor o de interés, con corte al %(day)s") % {"day": day},
            _("Grupo de valor o de interés"),
        ),
        "age_table": age_table(ages_of(made, edition.cutoff)) if made else None,
    }


def _rows(parts: Sequence[Part]) -> list[tuple[str, Part, dict]]:
    return [(part.name, part, {}) for part in parts]


def ages_of(made: Made, cutoff: date) -> Sequence[int]:
    """As they were frozen; of a report published before they were counted, from its rows."""
    if made.ages is not None:
        return made.ages
    found = Counter(age_of(item.due_on, cutoff) for item in made.items if item.standing == Standing.OVERDUE)
    return [found[age] for age in Age]


def lead(parts: Sequence[Part]) -> str:
    """Who has most of what is overdue; "" when nobody or nobody alone does."""
    late = sorted((part for part in parts if part.overdue), key=lambda part: -part.overdue)
    if not late:
        return _("Ninguna dependencia tiene compromisos vencidos al corte.")
    if len(late) > 1 and late[0].overdue == late[1].overdue:
        return ngettext(
            "Al corte tiene compromisos vencidos %(n)s dependencia.",
            "Al corte tienen compromisos vencidos %(n)s dependencias.",
            len(late),
        ) % {"n": figures.whole(len(late))}
    text = _("La que tiene más compromisos vencidos es «%(name)s»: %(n)s de %(made)s de que responde.")
    values = {"n": figures.whole(late[0].overdue), "made": figures.whole(late[0].made)}
    return text % {"name": short(late[0].name), **values}


# --- Tables -----------------------------------------------------------------------------------------------------------


def flow_table(items: Sequence[Item], snapshot: Snapshot) -> Table:
    """What was made, came due and ended: in the report's days, and to date."""
    edition = snapshot.edition
    first, until = edition.starts_on, min(edition.ends_on, edition.cutoff)

    def closed(item: Item) -> bool:
        return item.standing in (Standing.FULFILLED, Standing.CLOSED)

    def kept(item: Item) -> bool:
        return item.standing == Standing.FULFILLED

    def inside(on: date | None) -> bool:
        return on is not None and first <= on <= until

    rows: tuple[tuple[str, Callable[[Item], bool], Callable[[Item], bool]], ...] = (
        (_("Adquiridos"), lambda item: True, lambda item: item.made_in_period),
        (_("Con plazo hasta el corte"), lambda item: item.due_on <= edition.cutoff, lambda item: inside(item.due_on)),
        (
            _("Cumplidos a tiempo"),
            lambda item: kept(item) and item.closed_on is not None and item.closed_on <= item.due_on,
            lambda item: inside(item.closed_on),
        ),
        (
            _("Cumplidos después del plazo"),
            lambda item: kept(item) and item.closed_on is not None and item.closed_on > item.due_on,
            lambda item: inside(item.closed_on),
        ),
        (_("Cumplidos, sin fecha"), lambda item: kept(item) and item.closed_on is None, lambda item: False),
        (
            _("Cerrados sin cumplir"),
            lambda item: closed(item) and not kept(item),
            lambda item: inside(item.closed_on),
        ),
        (
            _("Vencidos al corte"),
            lambda item: item.standing == Standing.OVERDUE,
            lambda item: inside(item.due_on),
        ),
    )
    counted = [(name, [item for item in items if holds(item)], in_period) for name, holds, in_period in rows]
    period = capfirst(edition.period)
    return Table(
        _("Lo que se adquirió, venció y se cerró"),
        (
            Column(_("Compromisos")),
            *(() if edition.whole else (Column(period, Kind.COUNT),)),
            Column(_("Hasta el corte"), Kind.COUNT, strong=True),
        ),
        tuple(
            (
                name,
                *(() if edition.whole else (sum(map(in_period, found)),)),
                len(found),
            )
            for name, found, in_period in counted
            if found
        ),
        notes=(_("En los días del informe: los que se adquirieron, vencían o se cerraron en ellos."),)
        if not edition.whole and items
        else (),
    )
