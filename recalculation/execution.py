"""Execution counted again from the rows, by the rules as the method of the reports writes them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from display import dates, figures
from display.dates import month_end
from recalculation.figure import Figure, Number, Of, figure, number, share
from recalculation.given import Given, Missing, Session, Targets, Units

UNMET = ("not_reported", "short")


class Due(NamedTuple):
    """A row of units that was due at the cut-off."""

    row: Session
    counted: int  # executed by the cut-off, no more than planned
    lacks: int
    over: int

    @classmethod
    def of(cls, row: Session, done: int) -> Due:
        counted = min(done, row.planned)
        return cls(row, counted, row.planned - counted, done - counted)


@dataclass(frozen=True, slots=True)
class Target:
    """A percentage target counted again."""

    dates: tuple[Session, ...]  # due
    reported: int
    attended: int
    received: int
    state: str
    is_to_come: bool = False  # unmet for a date that had not come when the facts were taken

    @property
    def reason(self) -> str:
        return self.dates[-1].reason if self.dates else ""


def is_in_force(row: Session, given: Given) -> bool:
    cutoff = given.edition.cutoff
    entered = row.in_force_from is None or row.in_force_from <= cutoff
    return entered and (row.withdrawn_on is None or row.withdrawn_on > cutoff)


def due(given: Given) -> list[Due]:
    """What was programmed until the cut-off and is in force, but percentage targets."""
    cutoff, found = given.edition.cutoff, []
    for row in given.rows.sessions:
        if row.planned_on <= cutoff and is_in_force(row, given) and not given.activity(row).is_percentage:
            is_held = row.held_on is not None and row.held_on <= cutoff
            found.append(Due.of(row, (row.executed or 0) if is_held else 0))
    return found


def known(one: Due, given: Given) -> str:
    """What is known of what one lacks: the name of a count of Missing."""
    if one.row.reason:
        return "explained"
    if one.row.executed is not None:
        return "silent"
    return "to_come" if one.row.planned_on > given.edition.today else "unreported"


def is_untold(rows: list[Due], given: Given) -> bool:
    """Whether something was planned and nobody reported anything of it."""
    planned = sum(one.row.planned for one in rows)
    return 0 < planned == sum(one.row.planned for one in rows if known(one, given) in ("unreported", "to_come"))


def figures_of(given: Given) -> Iterator[Figure]:
    facts, edition, every = given.execution, given.edition, due(given)
    last = min(edition.ends_on, edition.cutoff)
    own = [one for one in every if edition.starts_on <= one.row.planned_on <= last]
    of_block, of_phase, of_month = defaultdict(list), defaultdict(list), defaultdict(list)
    for one in every:
        activity = given.activity(one.row)
        of_block[activity.block].append(one)
        of_phase[activity.phase].append(one)
        of_month[month_end(one.row.planned_on)].append(one)
    targets, block_targets, phase_targets = [], defaultdict(list), defaultdict(list)
    for place, target in targets_of(given):
        activity = given.rows.activities[place]
        for found in (targets, block_targets[activity.block], phase_targets[activity.phase]):
            found.append(target)
    day = dates.day(edition.cutoff)
    yield _units("total", _("Todo, hasta el corte (%(day)s)") % {"day": day}, every, facts.total, given, facts.missing)
    if facts.period is not None:
        yield _units("periodo", capfirst(edition.period), own, facts.period, given, facts.missing_in_period)
    if facts.total.planned or every:
        unknown = _without_cause(every, facts.missing, given)
        yield figure("sin-causa", unknown.what, Of.SESSIONS, [unknown])
    for at, block in enumerate(facts.blocks, 1):
        rows = of_block[block.name]
        yield _units(
            f"estrategia-{at}",
            _("«%(name)s», hasta el corte") % {"name": block.name},
            *(rows, block.figure, given, block.missing),
            targets=(block.targets, block_targets[block.name]),
        )
        if block.period is not None:
            inside = [one for one in rows if edition.starts_on <= one.row.planned_on <= last]
            title = _("«%(name)s», %(period)s") % {"name": block.name, "period": edition.period}
            yield _units(f"estrategia-{at}-periodo", title, inside, block.period, given)
    nameless = {phase.name for phase in facts.phases} - {activity.phase for activity in given.rows.activities}
    for at, phase in enumerate(facts.phases, 1):
        # What has no phase stands last, under words that no activity has.
        is_rest = at == len(facts.phases) and phase.name in nameless and "" in of_phase.keys() | phase_targets.keys()
        name = "" if is_rest else phase.name
        yield _units(
            f"fase-{at}",
            _("Fase «%(name)s»") % {"name": phase.name},
            *(of_phase[name], phase.figure, given),
            targets=(phase.targets, phase_targets[name]),
        )
    for month in facts.months:
        title = capfirst(dates.month(month.month))
        yield _units(f"mes-{month.month:%Y-%m}", title, of_month[month.month], month.figure, given)
    if facts.targets.total or targets:
        yield _of_targets("metas", _("Metas en porcentaje"), facts.targets, targets)
    yield from _percentages(given)
    yield _plan(every, given)


# --- Units ------------------------------------------------------------------------------------------------------------


def _units(
    key: str,
    title: str,
    rows: list[Due],
    printed: Units,
    given: Given,
    missing: Missing | None = None,
    targets: tuple[Targets, list[Target]] | None = None,
) -> Figure:
    ids = [one.row.id for one in rows]
    planned, counted = sum(one.row.planned for one in rows), sum(one.counted for one in rows)
    extra = [one for one in rows if one.over]
    done, told = (printed.executed, counted), (share(printed.executed, printed.planned), share(counted, planned))
    how = _("%(done)s ejecutado ÷ %(planned)s programado, con un decimal.") % {
        "done": figures.whole(counted),
        "planned": figures.whole(planned),
    }
    if not printed.executed and is_untold(rows, given):  # 0 would say that somebody told of it
        done, told = (figures.DASH, figures.DASH), (_("sin reporte"), _("sin reporte"))
        how = _("Nadie ha reportado nada: en los totales cuenta como no ejecutado.")
    numbers = [
        number(
            "planned",
            _("Programado"),
            _("Suma de lo programado en cada registro vigente cuya fecha es a más tardar la del corte."),
            *(printed.planned, planned, ids),
        ),
        number(
            "executed",
            _("Ejecutado"),
            _("Suma de lo ejecutado en cada registro hasta el corte, sin pasar de lo que ese registro programó."),
            *(*done, ids),
        ),
        number("percent", _("Porcentaje de ejecución"), how, *told, ids),
        _without_cause(rows, missing, given) if missing else _without_reason(rows, printed, given),
        number(
            "excess",
            _("Adicional"),
            _("Suma de lo ejecutado por encima de lo programado en cada registro. No entra en ningún porcentaje."),
            *(printed.excess, sum(one.over for one in extra), [one.row.id for one in extra]),
        ),
    ]
    if missing:
        numbers += _missing(rows, missing, given)
    if targets and (targets[0].total or targets[1]):
        numbers += _of_targets("", "", *targets).numbers
        ids += [date.id for target in targets[1] for date in target.dates]
    return figure(key, title, Of.SESSIONS, numbers, ids)


def _missing(rows: Iterable[Due], printed: Missing, given: Given) -> list[Number]:
    """What is missing, by what is known of it."""
    found = defaultdict(list)
    for one in rows:
        if one.lacks:
            found[known(one, given)].append(one)
    rules = {
        "explained": (_("Faltó, con causa registrada"), _("Lo que faltó en los registros que dicen la causa.")),
        "silent": (_("Faltó, sin causa"), _("Lo que faltó en los registros reportados que no dicen la causa.")),
        "unreported": (_("Sin reporte"), _("Lo programado en los registros que nadie ha reportado.")),
        "to_come": (
            _("Su fecha no había llegado"),
            _("Lo programado para después del día en que se tomaron los datos, sin reporte."),
        ),
    }
    return [
        number(
            name,
            *rules[name],
            *(getattr(printed, name), sum(one.lacks for one in found[name]), [one.row.id for one in found[name]]),
        )
        for name in rules
        if name != "to_come" or printed.to_come or found[name]
    ]


def _without_cause(every: list[Due], missing: Missing, given: Given) -> Number:
    """What should be known by now, and is not."""
    rows = [one for one in every if one.lacks and known(one, given) in ("silent", "unreported")]
    rule = _("Suma de lo que faltó en los registros cuya fecha ya pasó y que no dicen la causa o no tienen reporte.")
    counted, ids = sum(one.lacks for one in rows), [one.row.id for one in rows]
    what = _("Sin causa registrada o sin reporte")
    return number("unknown", what, rule, missing.silent + missing.unreported, counted, ids)


def _without_reason(rows: list[Due], printed: Units, given: Given) -> Number:
    """Of a phase or a month, whose data do not tell apart what is still to come: then its words say so."""
    found = [one for one in rows if one.lacks and not one.row.reason]
    what = _("Sin causa registrada o sin reporte")
    rule = _("Suma de lo que faltó en los registros cuya fecha ya pasó y que no dicen la causa o no tienen reporte.")
    if any(known(one, given) == "to_come" for one in found):
        what = _("Sin causa registrada, sin reporte o por venir")
        rule = _(
            "Suma de lo que faltó en los registros que no dicen la causa, también aquellos cuya fecha no ha llegado."
        )
    return number(
        "unexplained", what, rule, printed.unexplained, sum(one.lacks for one in found), [one.row.id for one in found]
    )


def _plan(every: list[Due], given: Given) -> Figure:
    """What the plan programmes for the whole of it."""
    facts, cutoff = given.execution, given.edition.cutoff
    rows = [row for row in given.rows.sessions if not given.activity(row).is_percentage]
    added = [row for row in rows if row.in_force_from is not None and row.in_force_from <= cutoff]
    entered = [row for row in rows if row.in_force_from is None or row.in_force_from <= cutoff]
    rules = (
        (
            "baseline",
            _("Línea base"),
            _("Lo programado en el plan aprobado, sin lo que se agregó después."),
            [row for row in rows if row.in_force_from is None],
        ),
        ("added", _("Agregado"), _("Lo que se agregó al plan aprobado hasta el corte."), added),
        (
            "withdrawn",
            _("Retirado"),
            _("Lo que se retiró del plan hasta el corte."),
            [row for row in entered if row.withdrawn_on is not None and row.withdrawn_on <= cutoff],
        ),
        (
            "scheduled_after",
            _("Por hacer después del corte"),
            _("Lo programado y vigente con fecha posterior al corte."),
            [row for row in rows if row.planned_on > cutoff and is_in_force(row, given)],
        ),
    )
    numbers = [
        number(name, what, rule, getattr(facts, name), sum(row.planned for row in found), [row.id for row in found])
        for name, what, rule, found in rules
    ]
    carried = [one for one in every if one.lacks and one.row.carried_to_year]
    rule = _("Lo que faltó en los registros que pasan a una vigencia siguiente.")
    counted = sum(one.lacks for one in carried)
    ids = [one.row.id for one in carried]
    numbers.append(number("carried_over", _("Pasa a otra vigencia"), rule, facts.carried_over, counted, ids))
    return figure("plan", _("Lo que programa el plan entero"), Of.SESSIONS, numbers)


# --- Percentage targets -----------------------------------------------------------------------------------------------


def targets_of(given: Given) -> list[tuple[int, Target]]:
    """(place of its activity in the list, from 0; target), in their order."""
    by_activity, cutoff, today = defaultdict(list), given.edition.cutoff, given.edition.today
    for row in given.rows.sessions:
        if row.planned and row.planned_on <= cutoff and is_in_force(row, given):
            by_activity[row.activity - 1].append(row)
    found = []
    for place, activity in enumerate(given.rows.activities):
        if activity.is_percentage:
            rows = sorted(by_activity[place], key=lambda row: (row.planned_on, row.id))
            target = _target(rows, activity.goal, cutoff)
            now = _target([row for row in rows if row.planned_on <= today], activity.goal, min(today, cutoff))
            is_to_come = target.state in UNMET and now.state not in UNMET
            found.append((place, replace(target, is_to_come=is_to_come)))
    return found


def _target(rows: list[Session], goal: Decimal | None, cutoff) -> Target:
    def is_measured(row: Session) -> bool:
        return row.received is not None and (row.held_on is None or row.held_on <= cutoff)

    measured = [row for row in rows if is_measured(row)]
    told = [row for row in rows if is_measured(row) or row.executed == 0 or row.carried_to_year]
    attended, received = sum(row.attended or 0 for row in measured), sum(row.received for row in measured)
    if not rows:
        state = "not_yet_due"
    elif len(told) < len(rows):
        state = "not_reported"
    elif received:
        state = "met" if Fraction(100 * attended, received) >= Fraction(goal or 0) else "short"
    else:
        state = "no_demand" if len(measured) == len(rows) else "short"
    return Target(tuple(rows), len(told), attended, received, state)


def _of_targets(key: str, title: str, printed: Targets, found: list[Target]) -> Figure:
    met = [target for target in found if target.state == "met"]
    unmet = [target for target in found if target.state in UNMET]
    silent = [target for target in unmet if not target.reason]
    unexplained = (
        _("Metas en porcentaje sin cumplir y sin causa"),
        _("Las no cumplidas o sin reporte cuyo último corte no dice la causa."),
    )
    if any(target.is_to_come for target in silent):
        unexplained = (
            _("Metas en porcentaje sin cumplir y sin causa, o por venir"),
            _("Las no cumplidas o sin reporte cuyo último corte no dice la causa, también si su fecha no ha llegado."),
        )
    rules = (
        (
            "targets_met",
            _("Metas en porcentaje cumplidas"),
            _("Metas cuyo resultado (atendido ÷ recibido en los cortes reportados) llega a la meta."),
            *(printed.met, met),
        ),
        (
            "targets_counted",
            _("Metas en porcentaje que cuentan"),
            _(
                "Las cumplidas, las no cumplidas y las que no tienen todos sus reportes; no las que no vencían ni "
                "las que no tuvieron casos."
            ),
            *(printed.counted, met + unmet),
        ),
        (
            "targets_unexplained",
            *unexplained,
            *(printed.unexplained, silent),
        ),
        ("targets_total", _("Metas en porcentaje"), _("Todas las del plan."), printed.total, found),
    )
    numbers = [
        number(name, what, rule, told, len(some), [date.id for target in some for date in target.dates])
        for name, what, rule, told, some in rules
    ]
    return figure(key, title, Of.SESSIONS, numbers)


def _percentages(given: Given) -> Iterator[Figure]:
    """Each target: its printed line is known by its place among those of its kind."""
    found, printed = targets_of(given), given.execution.percentages
    for at, ((place, target), told) in enumerate(zip(found, printed, strict=False), 1):
        activity, ids = given.rows.activities[place], [row.id for row in target.dates]
        goal = figures.goal_percent(told.goal)
        rules = (
            ("due", _("Cortes que vencían"), _("Registros vigentes con fecha hasta el corte."), told.due, len(ids)),
            (
                "reported",
                _("Cortes reportados"),
                _("Los que dicen lo atendido y lo recibido, o que no se hizo, o que pasa a otra vigencia."),
                *(told.reported, target.reported),
            ),
            ("attended", _("Atendido"), _("Suma de lo atendido."), told.attended, target.attended),
            ("received", _("Recibido"), _("Suma de lo recibido."), told.received, target.received),
            (
                "percent",
                _("Resultado"),
                _("%(attended)s atendido ÷ %(received)s recibido; la meta es %(goal)s.")
                % {
                    "attended": figures.whole(target.attended),
                    "received": figures.whole(target.received),
                    "goal": goal,
                },
                *(_result(told.attended, told.received), _result(target.attended, target.received)),
            ),
            (
                "state",
                _("Estado"),
                _(
                    "Cumplida si el resultado llega a la meta; sin reporte si falta el de un corte; sin demanda si no "
                    "hubo casos."
                ),
                *(_state(told.state), _state(target.state)),
            ),
        )
        numbers = [number(name, what, rule, was, now, ids) for name, what, rule, was, now in rules]
        yield figure(f"meta-{at}", activity.label, Of.SESSIONS, numbers, ids)
    if len(found) != len(printed):
        ids = [row.id for _place, target in found for row in target.dates]
        rule = _("Actividades cuya meta es un porcentaje.")
        lines = [number("targets", _("Metas que imprime"), rule, len(printed), len(found), ids)]
        yield figure("metas-impresas", _("Metas que imprime"), Of.SESSIONS, lines)


def _result(attended: int, received: int) -> str:
    return share(attended, received) if received else figures.DASH


def _state(state: str) -> str:
    words = {
        "not_yet_due": _("Todavía no vence"),
        "not_reported": _("Sin reporte"),
        "no_demand": _("Sin demanda"),
        "met": _("Cumplida"),
        "short": _("No cumplida"),
    }
    return words.get(state, state)
