"""From a figure of a report to its rule, its numbers and the rows that make it, and from a row to where it came from.

Of what was counted again from the report's own data (recalculation): for a published one nothing else is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec
from django.forms import ChoiceField, Form
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates, figures
from display.lists import paginate
from display.tables import Cell, Column, Kind, Table
from recalculation import Figure, Given, Number, Of, Recalculation, recalculate
from recalculation.execution import Due, is_in_force
from recalculation.given import Commitment, Session
from recalculation.promises import standing
from reports.envelope import canonical
from reports.models import Report
from reports.snapshot import take

SECTIONS = ("ejecucion", "participantes", "compromisos", "anexo", "registros")
FEW = 10  # rows that nobody needs to look through
MOST = 200  # figures of a kind on one page, those that do not agree apart


def counted_again(report: Report) -> Recalculation:
    """Of a published report from its frozen data alone; of a draft as it would be now."""
    if report.state == Report.State.DRAFT:
        return recalculate(msgspec.json.decode(canonical(take(report, only=SECTIONS))))
    return recalculate(report.snapshot)


def figure_or_404(result: Recalculation, key: str) -> Figure:
    if figure := result.figure(key):
        return figure
    raise Http404


# --- Figures ----------------------------------------------------------------------------------------------------------


def tables(result: Recalculation) -> list[tuple[str, int, Table]]:
    """(title, numbers that do not agree, the table) of each kind of figure, in the order of the report."""
    found: dict[str, list[Figure]] = {}
    for figure in result.figures:
        found.setdefault(_group(figure), []).append(figure)
    return [
        (title, sum(len(figure.disagreeing) for figure in some), number_table(title, some))
        for title, some in found.items()
    ]


def _group(figure: Figure) -> str:
    names = {
        "estrategia": _("Por estrategia o dependencia"),
        "fase": _("Por fase"),
        "mes": _("Por mes"),
        "meta": _("Metas en porcentaje"),
        "metas": _("Metas en porcentaje"),
        "compromisos": _("Compromisos"),
        "personas": _("Personas"),
    }
    return names.get(figure.key.partition("-")[0], _("El plan y el periodo"))


def number_columns() -> tuple[Column, ...]:
    return (
        Column(_("Cifra")),
        Column(_("Cómo se cuenta")),
        Column(_("En el informe")),
        Column(_("Contada de nuevo")),
        Column(_("¿Coincide?")),
    )


def number_row(number: Number, of: str = "") -> tuple:
    """`of`: the title of its figure, where it stands apart from it."""
    agrees = {
        True: Cell(_("Sí"), state="fulfilled"),
        False: Cell(_("No"), state="overdue"),
        None: Cell(_("No se sabe"), state="unknown"),
    }
    return Cell(number.what, aside=of), number.formula, number.printed, number.again, agrees[number.agrees]


def number_table(title: str, some: Iterable[Figure]) -> Table:
    """Under each figure its numbers."""
    columns, rows, some = number_columns(), [], list(some)
    shown = [figure for at, figure in enumerate(some) if at < MOST or figure.disagreeing]
    for figure in shown:
        rows.append((Cell(figure.title, span=len(columns), key=figure.key),))
        rows += map(number_row, figure.numbers)
    more = len(some) - len(shown)
    notes = (_("Otras %(n)s no caben aquí: también coinciden.") % {"n": figures.whole(more)},) if more else ()
    return Table(title, columns, tuple(rows), notes=notes)


# --- The rows of a figure ---------------------------------------------------------------------------------------------


class RowsForm(Form):
    """By block and by month, of those that the rows have; and only what fell short."""

    estrategia = ChoiceField(label=gettext_lazy("Estrategia o dependencia"), required=False)
    mes = ChoiceField(label=gettext_lazy("Mes programado"), required=False)
    falto = ChoiceField(
        label=gettext_lazy("Qué pasó"),
        choices=[("", gettext_lazy("Todo")), ("si", gettext_lazy("Solo lo que faltó"))],
        required=False,
    )

    def __init__(self, data, rows: list[Session], given: Given):
        super().__init__(data)
        blocks = dict.fromkeys(given.activity(row).block for row in rows)
        months = sorted({row.planned_on.replace(day=1) for row in rows})
        self.fields["estrategia"].choices = [("", _("Todas")), *((name, name) for name in blocks)]
        self.fields["mes"].choices = [
            ("", _("Todos")),
            *((f"{month:%Y-%m}", capfirst(dates.month(month))) for month in months),
        ]


@dataclass(frozen=True, slots=True)
class Filters:
    """As records.filters.ListFilter, for rows that are no QuerySet."""

    form: RowsForm

    @property
    def searching(self) -> bool:
        return not self.form.is_valid() or any(self.form.cleaned_data.values())


def shown(request, result: Recalculation, figure: Figure) -> dict:
    """Context of the page of a figure: its numbers, each with its rule, and its rows."""
    numbers = Table(figure.title, number_columns(), tuple(map(number_row, figure.numbers)))
    return {"numbers": numbers, "result": result, **rows_page(request, result, figure)}


def rows_page(request, result: Recalculation, figure: Figure) -> dict:
    """Context: a page of the rows of a figure as a table, and what they are looked through by where they are many."""
    given = result.given
    if figure.of == Of.COMMITMENTS:
        page = paginate(request, _chosen(given.rows.commitments, figure))
        return {"page": page, "rows": _commitments(page, given), "filters": None}
    rows = _chosen(given.rows.sessions, figure)
    filters = Filters(RowsForm(request.GET, rows, given)) if len(rows) > FEW else None
    if filters and filters.form.is_valid():
        rows = [row for row in rows if _is_asked_for(row, filters.form.cleaned_data, given)]
    page = paginate(request, rows)
    return {"page": page, "rows": _sessions(page, given), "filters": filters}


def _chosen(rows: Iterable, figure: Figure) -> list:
    among = set(figure.rows)
    return [row for row in rows if row.id in among]


def _is_asked_for(row: Session, asked: dict, given: Given) -> bool:
    return (
        asked["estrategia"] in ("", given.activity(row).block)
        and asked["mes"] in ("", f"{row.planned_on:%Y-%m}")
        and (not asked["falto"] or counted(row, given) < row.planned)
    )


def counted(row: Session, given: Given) -> int:
    """Units that count as executed: of what is not in force or was not due, none."""
    cutoff = given.edition.cutoff
    is_held = row.held_on is not None and row.held_on <= cutoff
    is_due = row.planned_on <= cutoff and is_in_force(row, given)
    return Due.of(row, (row.executed or 0) if is_held and is_due else 0).counted


def _sessions(rows: Iterable[Session], given: Given) -> Table:
    columns = (
        Column(_("Actividad")),
        Column(_("Programado para")),
        Column(_("Programado"), Kind.COUNT),
        Column(_("Realizado el"), Kind.DATE),
        Column(_("Ejecutado"), Kind.COUNT),
        Column(_("Cuenta como ejecutado"), Kind.COUNT),
        Column(_("Causa de lo que faltó")),
        Column(_("Reportado el"), Kind.DATE),
        Column(_("Archivo, hoja y celdas")),
    )
    found = []
    for row in rows:
        activity = given.activity(row)
        done, counts = row.executed, counted(row, given)
        if activity.is_percentage:
            done, counts = _measured(row), Cell(_("no aplica"))
        found.append(
            (
                Cell(activity.label, aside=activity.block, key=str(row.id)),
                dates.when(row.planned_on, row.precision),
                row.planned,
                row.held_on,
                done,
                counts,
                row.reason,
                row.reported_on,
                row.source or typed(row),
            )
        )
    return Table(_("Las filas que forman la cifra"), columns, tuple(found))


def _measured(row: Session) -> str | None:
    if row.received is None:
        return None
    return _("%(attended)s de %(received)s") % {
        "attended": figures.whole(row.attended or 0),
        "received": figures.whole(row.received),
    }


def typed(row: Session | Commitment) -> str:
    """Where a row without a file came from."""
    return _("escrito en el sistema") if row.reported_on else ""


def _commitments(rows: Iterable[Commitment], given: Given) -> Table:
    columns = (
        Column(_("Compromiso")),
        Column(_("Adquirido")),
        Column(_("Plazo"), Kind.DATE),
        Column(_("Cerrado el"), Kind.DATE),
        Column(_("Al corte")),
        Column(_("Reportado el"), Kind.DATE),
        Column(_("Archivo, hoja y celdas")),
    )
    return Table(
        _("Las filas que forman la cifra"),
        columns,
        tuple(
            (
                Cell(f"{row.code} {row.text}".strip(), key=str(row.id)),
                dates.when(row.made_on, row.made_precision) if row.made_on else figures.DASH,
                row.due_on,
                row.closed_on,
                stands(row, given.edition.cutoff),
                row.reported_on,
                row.source or typed(row),
            )
            for row in rows
        ),
    )


def stands(row: Commitment, cutoff: date) -> Cell:
    name = standing(row, cutoff)
    words = {
        "fulfilled": _("Cumplido"),
        "overdue": _("Vencido"),
        "open": _("En plazo"),
        "undated": _("Cerrado, sin fecha"),
        "closed": _("Cerrado sin cumplir"),
    }
    return Cell(words[name], state="unknown" if name == "undated" else name)


# --- One row ----------------------------------------------------------------------------------------------------------


def row_or_404(result: Recalculation, figure: Figure, pk: int) -> Session | Commitment:
    rows = result.given.rows.sessions if figure.of == Of.SESSIONS else result.given.rows.commitments
    if pk in figure.rows:
        return next(row for row in rows if row.id == pk)
    raise Http404


def told(row: Session | Commitment, given: Given) -> dict:
    """Context: what the report's data say of a row, as (label, text), and who answers for it; no person."""
    facts = _of_session(row, given) if isinstance(row, Session) else _of_commitment(row, given)
    origin = [
        (_("Reportado el"), dates.day(row.reported_on) if row.reported_on else _("nadie lo ha reportado")),
        (_("Archivo, hoja y celdas"), row.source or typed(row) or figures.DASH),
    ]
    return {"facts": facts, "origin": [*_answering(row, given), *origin], "row": row}


def _of_session(row: Session, given: Given) -> list[tuple[str, str]]:
    activity = given.activity(row)
    result = [
        (_("Actividad"), activity.label),
        (_("Programado para"), dates.when(row.planned_on, row.precision)),
        (_("Programado"), figures.whole(row.planned)),
        (_("Realizado el"), dates.day(row.held_on) if row.held_on else figures.DASH),
    ]
    if activity.is_percentage:
        result.append((_("Atendido de lo recibido"), _measured(row) or figures.DASH))
    else:
        result += [
            (_("Ejecutado"), figures.whole(row.executed)),
            (_("Cuenta como ejecutado"), figures.whole(counted(row, given))),
        ]
    if row.people is not None:
        result.append((_("Asistentes"), figures.whole(row.people)))
    if row.reason:
        result.append((_("Causa de lo que faltó"), row.reason))
    return result


def _of_commitment(row: Commitment, given: Given) -> list[tuple[str, str]]:
    return [
        (_("Compromiso"), f"{row.code} {row.text}".strip()),
        (_("Adquirido"), dates.when(row.made_on, row.made_precision) if row.made_on else figures.DASH),
        (_("Plazo"), dates.day(row.due_on)),
        (_("Cerrado el"), dates.day(row.closed_on) if row.closed_on else figures.DASH),
        (_("Al corte"), str(stands(row, given.edition.cutoff).value)),
    ]


def _answering(row: Session | Commitment, given: Given) -> list[tuple[str, str]]:
    """The strategy or dependency that it counts for, and who answers for it where the annex says so."""
    if isinstance(row, Commitment):
        places = {row.id: at for at, row in enumerate(given.rows.commitments)}
        items = given.balance.items if given.balance else ()
        name = items[places[row.id]].responsible if len(items) == len(places) else ""
        return [(_("Responsable"), name)] if name else []
    activity = given.activity(row)
    result = [(_("Estrategia o dependencia"), activity.block)]
    if name := (given.annex.responsible(activity) if given.annex else ""):
        result.append((_("Responsable"), name))
    return result
