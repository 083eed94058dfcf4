"""The five parts of a monthly return, in words and tables: the same on its page and in its public document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Activity, ExecutionState
from activities.returns.contents import Contents, Done, Space
from display import dates, figures
from display.tables import Cell, Column, Kind, Table
from display.text import Unit, enumeration, labels, normalise
from plans.models import CyclePhase

TITLES: dict[str, str | Promise] = {  # as the texts of the model are named
    "done": gettext_lazy("Actividades realizadas"),
    "groups": gettext_lazy("Grupos de valor que participaron"),
    "contributions": gettext_lazy("Aportes de la ciudadanía"),
    "indicators": gettext_lazy("Indicadores"),
    "results": gettext_lazy("Resultados"),
}


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    title: str
    lead: str
    tables: tuple[Table, ...] = ()


def parts(contents: Contents, month: date, unit: Unit) -> list[Part]:
    made = {"done": _done, "groups": _groups, "contributions": _contributions, "indicators": _indicators}
    made["results"] = _results
    return [Part(name, str(title), *made[name](contents, month, unit)) for name, title in TITLES.items()]


# --- What was done ----------------------------------------------------------------------------------------------------


def lead(contents: Contents, month: date, unit: Unit) -> str:
    values = {
        "month": dates.month(month),
        "n": figures.whole(contents.planned),
        "units": unit.of(contents.planned),
        "done": figures.whole(contents.executed),
    }
    if contents.is_empty:
        return _("En %(month)s no hubo actividades programadas ni realizadas.") % values
    said = []
    if contents.planned:
        percent = figures.percent(Fraction(contents.executed, contents.planned))
        text = ngettext(
            "Para %(month)s había %(n)s %(units)s, y al terminar el mes se había hecho %(done)s: %(percent)s.",
            "Para %(month)s había %(n)s %(units)s, y al terminar el mes se habían hecho %(done)s: %(percent)s.",
            contents.executed,
        )
        said.append(text % {**values, "percent": percent})
    else:
        said.append(_("Para %(month)s no había %(units)s en el plan.") % {**values, "units": unit.many})
    late = sum(1 for space in contents.held if space.held_on > month)
    if late:
        text = ngettext(
            "%(n)s se hizo después, y no cuenta en esa cifra.",
            "%(n)s se hicieron después, y no cuentan en esa cifra.",
            late,
        )
        said.append(text % {"n": figures.whole(late)})
    others = sum(1 for space in contents.held if _is_other(contents, space, month))
    if others:
        text = ngettext(
            "Además se hizo %(n)s que no era de este mes del plan.",
            "Además se hicieron %(n)s que no eran de este mes del plan.",
            others,
        )
        said.append(text % {"n": figures.whole(others)})
    return " ".join(said)


def _is_other(contents: Contents, space: Space, month: date) -> bool:
    """Held in the month and not programmed for it: extra, of another month or outside the plan."""
    of_month = month.replace(day=1) <= space.planned_on <= month
    return not space.planned or not of_month or contents.activity_of(space).outside


def _done(contents: Contents, month: date, unit: Unit) -> tuple:
    tables = (activity_table(contents, unit), space_table(contents))
    return lead(contents, month, unit), tuple(filter(None, tables))


def activity_table(contents: Contents, unit: Unit) -> Table:
    stages, incidences = labels(CyclePhase.Stage), labels(Activity.Incidence)
    rows = []
    for row in contents.activities:
        is_counted = not row.goal and not row.outside
        beside = _("Por fuera del plan") if row.outside else row.instance
        rows.append(
            (
                Cell(row.name, aside=beside),
                _phase(row, stages[row.stage]),
                incidences[row.incidence] or _("Sin indicar"),
                row.planned if is_counted else None,
                row.executed if is_counted else None,
            )
        )
    columns = (
        Column(_("Actividad")),
        Column(_("Fase del ciclo")),
        Column(_("Nivel de incidencia")),
        Column(_("Programado"), Kind.COUNT),
        Column(_("Hecho"), Kind.COUNT, strong=True),
    )
    notes = []
    if any(row.goal for row in contents.activities):
        notes.append(_("Un guion: la meta es un porcentaje, y está entre los indicadores."))
    total = (_("Total"), "", "", contents.planned, contents.executed) if len(rows) > 1 else ()
    title = _("Las actividades del mes, con su fase y su nivel de incidencia, en %(units)s") % {"units": unit.many}
    return Table(title, columns, tuple(rows), total=total, notes=tuple(notes))


def _phase(row: Done, stage: str) -> str:
    """With its stage, when its name does not say it."""
    if not row.phase:
        return _("Sin fase")
    return row.phase if not stage or normalise(stage) in normalise(row.phase) else f"{row.phase} ({stage})"


def space_table(contents: Contents) -> Table:
    states = dict(ExecutionState.choices)
    rows = []
    for space in contents.spaces:
        when = dates.when(space.planned_on, space.precision)
        if space.held_on:
            on = dates.when(space.held_on, space.held_precision)
            when = Cell(on, aside="" if on == when or not space.planned else _("Era para el %(day)s") % {"day": when})
        what = Cell(str(states[space.state]), aside=space.reason)
        name = Cell(contents.activity_of(space).name, aside=in_line(space.topics))
        rows.append((name, when, space.people if space.held_on else None, what))
    columns = (
        Column(_("Actividad")),
        Column(_("Cuándo")),
        Column(_("Personas"), Kind.COUNT),
        Column(_("Qué pasó")),
    )
    notes = (_("Las personas no se suman: una misma pudo ir a varios espacios. Un guion: nadie las contó."),)
    return Table(_("Qué pasó en cada fecha"), columns, tuple(rows), notes=notes)


# --- Who came ---------------------------------------------------------------------------------------------------------


def _groups(contents: Contents, month: date, unit: Unit) -> tuple:
    found = contents.groups
    table = Table(
        _("Los grupos que participaron"),
        (
            Column(_("Grupo")),
            Column(_("Veces que participó"), Kind.COUNT),
            Column(_("Lo más alto en una"), Kind.COUNT),
        ),
        tuple(found),
        notes=(_("Un guion: vinieron, y nadie los contó aparte."),),
    )
    if found:
        text = ngettext("Participó %(n)s grupo: %(names)s.", "Participaron %(n)s grupos: %(names)s.", len(found))
        said = text % {"n": figures.whole(len(found)), "names": enumeration([name for name, *_rest in found])}
    else:
        said = _("No hay grupos registrados en lo que se hizo.") if contents.held else _("No hubo a qué convocarlos.")
    named = Table(
        _("Quiénes asistieron, con las palabras de quien reportó"),
        (Column(_("Actividad")), Column(_("Cuándo")), Column(_("Quiénes"))),
        tuple((*place(contents, space), space.note) for space in contents.held if space.note),
    )
    return said, tuple(filter(None, (table, named)))


# --- What they said, what came of it ----------------------------------------------------------------------------------


def _contributions(contents: Contents, month: date, unit: Unit) -> tuple:
    rows = [(*place(contents, space), in_line(space.contributions)) for space in contents.held if space.contributions]
    text = ngettext("Quedaron aportes de %(n)s espacio.", "Quedaron aportes de %(n)s espacios.", len(rows))
    lead = text % {"n": figures.whole(len(rows))} if rows else _("No hay aportes registrados.")
    columns = (Column(_("Actividad")), Column(_("Cuándo")), Column(_("Aportes")))
    return lead, tuple(filter(None, (Table(_("Lo que dijo la ciudadanía"), columns, tuple(rows)),)))


def _results(contents: Contents, month: date, unit: Unit) -> tuple:
    incidences = labels(Activity.Incidence)
    rows = [
        (*place(contents, space), in_line(space.results), incidences[space.incidence])
        for space in contents.held
        if space.results or space.incidence
    ]
    text = ngettext("Quedaron resultados de %(n)s espacio.", "Quedaron resultados de %(n)s espacios.", len(rows))
    lead = text % {"n": figures.whole(len(rows))} if rows else _("No hay resultados registrados.")
    columns = (
        Column(_("Actividad")),
        Column(_("Cuándo")),
        Column(_("Resultados")),
        Column(_("Incidencia lograda")),
    )
    return lead, tuple(filter(None, (Table(_("Lo que resultó"), columns, tuple(rows)),)))


def _indicators(contents: Contents, month: date, unit: Unit) -> tuple:
    rows = [*_of_activities(contents, month, unit), *_of_targets(contents), *_of_measures(contents)]
    columns = (Column(_("Indicador")), Column(_("Actividad")), Column(_("Valor"), strong=True), Column(_("Cuándo")))
    table = Table(_("Los indicadores del mes"), columns, tuple(rows))
    said = "" if rows else _("No hay indicadores ni métricas registrados.")
    return said, tuple(filter(None, (table,)))


def _of_activities(contents: Contents, month: date, unit: Unit) -> Iterable[tuple]:
    for row in contents.activities:
        if row.indicator and row.planned:
            value = _("%(done)s de %(n)s %(units)s") % {
                "done": figures.whole(row.executed),
                "n": figures.whole(row.planned),
                "units": unit.of(row.planned),
            }
            yield row.indicator, row.name, value, dates.month(month)


def _of_targets(contents: Contents) -> Iterable[tuple]:
    for space in contents.spaces:
        row: Done = contents.activity_of(space)
        if not row.goal or space.received is None:
            continue
        if space.received:
            value = figures.of_goal(space.attended, space.received, Decimal(row.goal))
        else:
            value = _("Sin demanda")
        when = dates.when(space.held_on or space.planned_on, space.held_precision)
        yield row.indicator or _("Atendidos de recibidos"), row.name, value, when


def _of_measures(contents: Contents) -> Iterable[tuple]:
    for each in contents.measures:
        name = Cell(each.name, aside=each.source)
        value = f"{figures.measure(Decimal(each.value))} {each.unit}".strip()
        yield name, contents.activity_of(each).name, value, capfirst(dates.days(each.starts_on, each.ends_on))


# --- In words ---------------------------------------------------------------------------------------------------------


def place(contents: Contents, space: Space) -> tuple[str, str]:
    return contents.activity_of(space).name, dates.when(space.held_on, space.held_precision)


def in_line(text: str) -> str:
    """Its paragraphs one after another, as a cell holds them."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return " ".join(line if line.endswith((".", ":", ";", "?", "!", ",")) else f"{line}." for line in lines if line)
