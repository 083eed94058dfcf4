"""What the section on who answers for the commitments shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.standing import Standing
from display import dates, figures
from display.tables import Cell, Column, Kind, Table
from reports.sections.commitments.view import fulfilment
from reports.sections.execution.view import short

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.answering import Facts, Part
    from reports.sections.commitments import Item

AGES = (30, 60, 90, 180, 365)  # days: the last of each bracket of the overdue ones


def view(facts: Facts, snapshot: Snapshot) -> dict:
    made, edition = snapshot.facts("compromisos"), snapshot.edition
    items = made.items if made else ()
    day = dates.day(edition.cutoff)
    return {
        "lead": lead(facts.dependencies),
        "flow_table": flow_table(items, snapshot) if made else None,
        "dependency_table": part_table(
            facts.dependencies,
            _("Los compromisos por dependencia, con corte al %(day)s") % {"day": day},
            _("Dependencia"),
        ),
        "group_table": part_table(
            facts.groups,
            _("Los compromisos por grupo de valor o de interés, con corte al %(day)s") % {"day": day},
            _("Grupo de valor o de interés"),
        ),
        "age_table": age_table([item for item in items if item.standing == Standing.OVERDUE]),
    }


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


def part_table(parts: Sequence[Part], title: str, head: str) -> Table:
    undated, closed = any(part.undated for part in parts), any(part.closed for part in parts)
    return Table(
        title,
        (
            Column(head),
            Column(_("Adquiridos"), Kind.COUNT, strong=True),
            Column(_("Cumplidos"), Kind.COUNT),
            Column(_("Vencidos"), Kind.COUNT),
            Column(_("En plazo"), Kind.COUNT),
            *((Column(_("Cerrados, sin fecha"), Kind.COUNT),) if undated else ()),
            *((Column(_("Cerrados sin cumplir"), Kind.COUNT),) if closed else ()),
            Column(_("Cumplimiento"), Kind.PERCENT, strong=True),
        ),
        tuple(
            (
                part.name,
                part.made,
                part.fulfilled,
                Cell(part.overdue, attention=bool(part.overdue)),
                part.open,
                *((part.undated,) if undated else ()),
                *((part.closed,) if closed else ()),
                fulfilment(part),
            )
            for part in parts
        ),
        notes=(
            _("Un compromiso de varios cuenta en cada uno: las filas no suman. El cumplimiento es de lo que vencía."),
        )
        if len(parts) > 1
        else (),
    )


def age_table(late: Sequence[Item]) -> Table:
    """The overdue ones by how many days they have been: the rows add up."""
    bounds = [(first + 1, last) for first, last in zip((0, *AGES), AGES, strict=False)]
    rows = [(_("De %(first)s a %(last)s días") % {"first": first, "last": last}, first, last) for first, last in bounds]
    rows.append((_("Más de %(last)s días") % {"last": AGES[-1]}, AGES[-1] + 1, None))
    found = [
        (name, [item for item in late if item.days_overdue >= first and (last is None or item.days_overdue <= last)])
        for name, first, last in rows
    ]
    return Table(
        _("Los vencidos, por los días que llevan"),
        (
            Column(_("Atraso")),
            Column(_("Compromisos"), Kind.COUNT, strong=True),
            Column(_("Del total"), Kind.PERCENT),
        ),
        tuple((name, len(items), Fraction(len(items), len(late))) for name, items in found if items),
        total=(_("Total"), len(late), Fraction(1)) if late else (),
    )
