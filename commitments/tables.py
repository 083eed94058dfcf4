"""The tables of a balance of commitments: the same on its page, in reports and in data files.

`door`: from what a figure counts, as filters of the list, to the address of its rows; without one it leads nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.balance import NONE, Balance, Counts, Figure
from commitments.standing import Age, Standing
from display import dates, figures
from display.figures import DASH
from display.tables import Cell, Column, Kind, Table, written

Door = Callable[..., str]


def nowhere(**_filters: str) -> str:
    return ""


def fulfilment(counts: Counts) -> str:
    """In percent; a dash when all that can be said is that nobody wrote the days down."""
    return written(_fulfilment(counts), Kind.PERCENT)


def _fulfilment(counts: Counts) -> Fraction | str | None:
    """As a number, for data."""
    return DASH if not counts.due and counts.undated_due else counts.fulfilment


def name_of(instance: str) -> str:
    return instance or _("Sin instancia")


def code_of(instance: str) -> str:
    """As the filter of the list has it."""
    return instance or NONE


# --- How each stands --------------------------------------------------------------------------------------------------


def _standing_columns(of: Counts) -> tuple[Column, ...]:
    return (
        Column(_("Adquiridos"), Kind.COUNT, strong=True),
        Column(_("Cumplidos"), Kind.COUNT),
        Column(_("Vencidos"), Kind.COUNT),
        Column(_("En plazo"), Kind.COUNT),
        *((Column(_("Cerrados, sin fecha"), Kind.COUNT),) if of.undated else ()),
        *((Column(_("Cerrados sin cumplir"), Kind.COUNT),) if of.closed else ()),
    )


def _standings(counts: Counts, of: Counts, door: Door, **where: str) -> tuple[Cell, ...]:
    """Of a row; columns of what nobody has are left out as in those of `of`."""

    def cell(standing: Standing, n: int) -> Cell:
        return _cell(n, door, attention=standing == Standing.OVERDUE, **where, standing=standing.value)

    return (
        _cell(counts.made, door, **where),
        cell(Standing.FULFILLED, counts.fulfilled),
        cell(Standing.OVERDUE, counts.overdue),
        cell(Standing.OPEN, counts.open),
        *((cell(Standing.UNDATED, counts.undated),) if of.undated else ()),
        *((cell(Standing.CLOSED, counts.closed),) if of.closed else ()),
    )


def _cell(n: int, door: Door, *, attention: bool = False, **where: str) -> Cell:
    """A count with the way to its rows; of nothing there are none, and nothing to attend."""
    return Cell(n, attention=bool(n) and attention, url=door(**where) if n else "")


def instance_table(found: Balance, cutoff: date, door: Door = nowhere) -> Table:
    """How each stands: the columns add up to those made."""

    def row(name: str, counts: Counts, **where: str) -> tuple:
        return name, *_standings(counts, found, door, **where)

    notes = []
    if found.due_today:
        text = ngettext(
            "De los que están en plazo, %(n)s vence el día del corte.",
            "De los que están en plazo, %(n)s vencen el día del corte.",
            found.due_today,
        )
        notes.append(text % {"n": figures.whole(found.due_today)})
    if found.undated:
        notes.append(
            _("Cerrados, sin fecha: nadie registró qué día se cerraron, y no se sabe si al corte ya lo estaban.")
        )
    return Table(
        _("Los compromisos por instancia, con corte al %(day)s") % {"day": dates.day(cutoff)},
        (Column(_("Instancia o espacio")), *_standing_columns(found)),
        tuple(row(name_of(one.instance), one, instance=code_of(one.instance)) for one in found.instances),
        total=row(_("Total"), found) if len(found.instances) > 1 else (),
        notes=tuple(notes),
        slug="instancias",
    )


def month_table(found: Balance, door: Door = nowhere) -> Table:
    """By instance and the month in which they were made: the rows add up to the total."""

    def row(name: str, month: str, counts: Counts, **where: str) -> tuple:
        return name, month, *_standings(counts, found, door, **where)

    return Table(
        _("Por instancia, mes en que se adquirieron y situación"),
        (Column(_("Instancia o espacio")), Column(_("Adquiridos en")), *_standing_columns(found)),
        tuple(
            row(
                name_of(one.instance),
                dates.month(one.month) if one.month else _("sin fecha"),
                one,
                instance=code_of(one.instance),
                made=f"{one.month:%Y-%m}" if one.month else "ninguno",
            )
            for one in found.months
        ),
        total=row(_("Total"), "", found) if len(found.months) > 1 else (),
        slug="meses",
    )


def part_table(
    parts: Iterable[tuple[str, Counts, dict[str, str]]], title: str, head: str, door: Door = nowhere, *, slug: str = ""
) -> Table:
    """`parts`: (name, counts, filters). One of several counts in each."""
    parts = list(parts)
    widest = _Widest([counts for _name, counts, _where in parts])
    return Table(
        title,
        (Column(head), *_standing_columns(widest), Column(_("Cumplimiento"), Kind.PERCENT, strong=True)),
        tuple((name, *_standings(counts, widest, door, **where), _fulfilment(counts)) for name, counts, where in parts),
        notes=(
            _("Un compromiso de varios cuenta en cada uno: las filas no suman. El cumplimiento es de lo que vencía."),
        )
        if len(parts) > 1
        else (),
        slug=slug,
    )


class _Widest:
    """Whether any of some rows has what few have."""

    def __init__(self, rows: Sequence[Counts]):
        self.undated = sum(row.undated for row in rows)
        self.closed = sum(row.closed for row in rows)


# --- What was due, when it was kept, how long it waits ----------------------------------------------------------------


def due_table(found: Balance, door: Door = nowhere) -> Table:
    """Of those whose deadline came; nothing for one instance alone, of which a sentence says it."""
    several = len(found.instances) > 1 and found.due

    def row(name: str, counts: Counts, **where: str) -> tuple:
        return (
            name,
            Cell(counts.due, url=door(**where, figure=Figure.DUE.value)),
            _cell(counts.fulfilled_due, door, **where, figure=Figure.FULFILLED_DUE.value),
            _cell(counts.overdue, door, attention=True, **where, standing=Standing.OVERDUE.value),
            *((counts.due_today,) if found.due_today else ()),
            *((counts.closed_due,) if found.closed_due else ()),
            _fulfilment(counts),
        )

    return Table(
        _("De los que vencían hasta el corte se cumplió %(percent)s") % {"percent": fulfilment(found)},
        (
            Column(_("Instancia o espacio")),
            Column(_("Vencían hasta el corte"), Kind.COUNT, strong=True),
            Column(_("Cumplidos"), Kind.COUNT),
            Column(_("Vencidos"), Kind.COUNT),
            *((Column(_("Vencen el día del corte"), Kind.COUNT),) if found.due_today else ()),
            *((Column(_("Cerrados sin cumplir"), Kind.COUNT),) if found.closed_due else ()),
            Column(_("Cumplimiento"), Kind.PERCENT, strong=True),
        ),
        tuple(row(name_of(one.instance), one, instance=code_of(one.instance)) for one in found.instances if one.due)
        if several
        else (),
        total=row(_("Total"), found),
        slug="vencian",
    )


def kept_table(found: Counts, door: Door = nowhere) -> Table:
    """The fulfilled ones, against the deadline in force and against the one that was told first."""

    def row(name: str, *cells: tuple[int, Figure]) -> tuple:
        return name, *(_cell(n, door, figure=figure.value) for n, figure in cells)

    rows = ()
    if found.fulfilled and found.kept_on_time is not None:
        unknown = (found.kept_unknown, Figure.KEPT_UNKNOWN)
        rows = (
            row(
                _("El plazo que regía al corte"),
                *((found.kept_on_time, Figure.KEPT_ON_TIME), (found.kept_late, Figure.KEPT_LATE), unknown),
            ),
            row(
                _("El primer plazo que se dijo"),
                (found.kept_as_promised, Figure.KEPT_AS_PROMISED),
                (found.kept_after_promise, Figure.KEPT_AFTER_PROMISE),
                unknown,
            ),
        )
    return Table(
        _("Los cumplidos, contra el plazo que regía y contra el primero"),
        (
            Column(_("Contra qué plazo")),
            Column(_("A tiempo"), Kind.COUNT, strong=True),
            Column(_("Después"), Kind.COUNT),
            Column(_("En un día que nadie registró"), Kind.COUNT),
        ),
        rows,
        slug="a-tiempo",
    )


def age_table(ages: Sequence[int], door: Door = nowhere) -> Table:
    """The overdue ones by how long they have been: the rows add up."""
    late = sum(ages)
    return Table(
        _("Los vencidos, por los días hábiles que llevan"),
        (
            Column(_("Atraso")),
            Column(_("Compromisos"), Kind.COUNT, strong=True),
            Column(_("Del total"), Kind.PERCENT),
        ),
        tuple(
            (age.label, Cell(n, url=door(age=age.value)), Fraction(n, late))
            for age, n in zip(Age, ages, strict=True)
            if n
        ),
        total=(_("Total"), Cell(late, url=door(standing=Standing.OVERDUE.value)), Fraction(1)) if late else (),
        slug="atraso",
    )


def flow_table(rows: Iterable[tuple[str, Balance, str]], head: str) -> Table:
    """(name, balance, its page): what was open, entered and left, in each year."""
    return Table(
        _("Lo que se adquirió, se cerró y se cumplió"),
        (
            Column(head),
            Column(_("Abiertos al comenzar"), Kind.COUNT),
            Column(_("Nuevos"), Kind.COUNT),
            Column(_("Cerrados"), Kind.COUNT),
            Column(_("Abiertos al terminar"), Kind.COUNT, strong=True),
            Column(_("Vencidos"), Kind.COUNT),
            Column(_("Vencían hasta entonces"), Kind.COUNT),
            Column(_("Cumplidos de ellos"), Kind.COUNT),
            Column(_("Cumplimiento"), Kind.PERCENT, strong=True),
        ),
        tuple(
            (
                Cell(capfirst(name), url=url),
                *(one.open_at_start, one.new, one.closed_in_period, one.open_at_end),
                Cell(one.overdue, attention=bool(one.overdue)),
                *(one.due, one.fulfilled_due, _fulfilment(one)),
            )
            for name, one, url in rows
        ),
        slug="anos",
    )
