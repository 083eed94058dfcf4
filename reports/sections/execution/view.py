"""What the execution section shows: its sentences, tables and charts, from its facts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.figures import Figure, Targets, TargetState
from display import charts, dates, figures, palette
from display.charts import Bar, Chart, Pair
from display.dates import month_end
from display.tables import Cell, Column, Kind, Table, written
from display.text import enumeration
from reports.headline import Tile

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.execution import Block, Facts, Missing, Percentage

MONTHS_A_CHART = 12
BARS_TOGETHER, BARS_A_PART = 8, 5  # of a chart of bars: a longer one may part between two pages
UNTOLD = ("unreported", "to_come")  # what is known of a miss of which nobody told anything
SHORT = 90  # characters of a name inside a sentence
SIGNS = {
    TargetState.MET: "fulfilled",
    TargetState.SHORT: "overdue",
    TargetState.NOT_REPORTED: "unknown",
    TargetState.NO_DEMAND: "closed",
    TargetState.NOT_YET_DUE: "open",
}


def view(facts: Facts, snapshot: Snapshot) -> dict:
    unit = snapshot.plan.unit
    colours = palette.derive(snapshot.entity.primary, snapshot.entity.secondary)
    return {
        "lead": lead(facts, snapshot),
        "failed": where_it_failed(facts, unit),
        "misses_heading": misses_heading(facts),
        "block_chart": block_chart(facts, snapshot, colours),
        "block_table": block_table(facts, snapshot) if facts.total.planned else None,
        "month_chart": month_chart(facts, snapshot, colours),
        "miss_table": miss_table(facts, snapshot),
        "percentage_table": percentage_table(facts),
        "phase_table": phase_table(facts, snapshot) if facts.total.planned or facts.targets.counted else None,
        "targets_met": targets_met(facts),
        # Once: a report with the section of changes tells it there.
        "tells_bridge": (facts.added or facts.withdrawn) and snapshot.facts("cambios-plan") is None,
        "in_force": facts.baseline + facts.added - facts.withdrawn,
        "unit": unit,
        "left": unit.of(facts.scheduled_after),
    }


def tokens(facts: Facts) -> dict[str, str]:
    named = {
        "ejecución total": done_share(facts.total, facts.missing),
        "espacios programados": figures.whole(facts.total.planned),
        "espacios ejecutados": done_count(facts.total, facts.missing),
        "espacios sin ejecutar": figures.whole(facts.total.shortfall),
        "espacios sin explicar": figures.whole(facts.missing.unknown),
    }
    if facts.period is not None:
        named |= {
            "ejecución del periodo": done_share(facts.period, facts.missing_in_period),
            "programados en el periodo": figures.whole(facts.period.planned),
            "ejecutados en el periodo": done_count(facts.period, facts.missing_in_period),
        }
    return named | {
        f"ejecución de {block.name}".lower(): done_share(block.figure, block.missing) for block in facts.blocks
    }


# --- Sentences --------------------------------------------------------------------------------------------------------


def lead(facts: Facts, snapshot: Snapshot) -> str:
    """How much was done: in a report of some days, theirs first and the plan to date after."""
    unit, edition = snapshot.plan.unit, snapshot.edition
    if facts.period is None or (facts.targets.total and not facts.total.planned):
        return to_date(facts, unit, of_part=bool(edition.dependency))
    if facts.period.planned:
        said = _("En %(period)s %(done)s")
        own = said % {
            "period": edition.period,
            "done": _lower(told(facts.period, facts.missing_in_period, unit)),
        }
    else:
        own = _("En %(period)s no había %(units)s por hacer.") % {"period": edition.period, "units": unit.many}
    if not facts.total.planned:
        return own
    if is_unreported(facts.total, facts.missing):
        if facts.period == facts.total:
            return own
        text = _("En lo corrido del plan (%(n)s %(unit)s) no hay ningún reporte de lo que pasó.")
        planned = facts.total.planned
        return f"{own} {text % {'n': figures.whole(planned), 'unit': unit.of(planned)}}"
    return f"{own} " + _("En lo corrido del plan: %(done)s de %(planned)s (%(percent)s).") % {
        "done": figures.whole(facts.total.executed),
        "planned": figures.whole(facts.total.planned),
        "percent": figures.percent(facts.total.ratio),
    }


def to_date(facts: Facts, unit, *, of_part: bool = False) -> str:
    """Of the whole plan at the cut-off, with all that is unexplained in it; without spaces, of its targets."""
    if facts.total.planned or not facts.targets.total:
        return told(facts.total, facts.missing, unit)
    if facts.baseline + facts.added > facts.withdrawn:
        return targets_met(facts)
    alone = _("El plan solo tiene metas en porcentaje, que no se cuentan como %(units)s.")
    if of_part:
        alone = _("Solo hay metas en porcentaje, que no se cuentan como %(units)s.")
    return f"{alone % {'units': unit.many}} {targets_met(facts)}"


def told(figure: Figure, missing: Missing, unit) -> str:
    """What was done and what was not; that nothing is known is not said as nothing done."""
    if is_unreported(figure, missing):
        values = {"n": figures.whole(figure.planned), "unit": unit.of(figure.planned)}
        if not missing.to_come:
            return _("Había %(n)s %(unit)s por hacer y no hay ningún reporte de lo que pasó.") % values
        if not missing.unreported:
            return _("Había %(n)s %(unit)s por hacer y su fecha no había llegado.") % values
        text = _(
            "Había %(n)s %(unit)s por hacer: de %(silent)s no hay reporte y de %(left)s no había llegado la fecha."
        )
        counts = {"silent": figures.whole(missing.unreported), "left": figures.whole(missing.to_come)}
        return text % {**values, **counts}
    return f"{done(figure, unit)} {shortfall(missing)}".strip()


def is_unreported(figure: Figure, missing: Missing) -> bool:
    """Whether nobody told anything of it: 0 would say that they did."""
    return figure.planned > 0 and missing.unreported + missing.to_come == figure.planned


def told_figures(figure: Figure, *, is_silent: bool) -> tuple[int | None, Fraction | str | None]:
    """Executed and ratio. Where nobody reported anything, a dash and words: in totals it counts as not executed."""
    return (None, _("sin reporte")) if is_silent else (figure.executed, figure.ratio)


def done_count(figure: Figure, missing: Missing) -> str:
    return figures.whole(told_figures(figure, is_silent=is_unreported(figure, missing))[0])


def done_share(figure: Figure, missing: Missing) -> str:
    """ "96,6 %" · "sin reporte" · "no aplica"."""
    return written(told_figures(figure, is_silent=is_unreported(figure, missing))[1], Kind.PERCENT)


def silent_months(facts: Facts) -> set[date]:
    """The months, by their last day, of which nobody told anything."""
    untold = Counter()
    for miss in facts.misses:
        if miss.known in UNTOLD:
            untold[month_end(miss.planned_on)] += miss.planned
    return {
        entry.month for entry in facts.months if entry.figure.planned and untold[entry.month] == entry.figure.planned
    }


def done(figure: Figure, unit) -> str:
    """ "Se ejecutaron 199 de 206 espacios (96,6 %)."; gender-free, since the unit's word changes with the plan."""
    if not figure.planned:
        return _("No había %(units)s por hacer hasta el corte.") % {"units": unit.many}
    values = {
        "n": figures.whole(figure.executed),
        "total": figures.whole(figure.planned),
        "unit": unit.of(figure.planned),
        "percent": figures.percent(figure.ratio),
    }
    text = ngettext(
        "Se ejecutó %(n)s de %(total)s %(unit)s (%(percent)s).",
        "Se ejecutaron %(n)s de %(total)s %(unit)s (%(percent)s).",
        figure.executed,
    )
    return text % values


def shortfall(missing: Missing) -> str:
    """ "Faltaron 7: de 6 se registró la causa y de 1 no."; empty when nothing is missing."""
    total = missing.explained + missing.silent + missing.unreported + missing.to_come
    if not total:
        return ""
    head = ngettext("Faltó %(n)s", "Faltaron %(n)s", total) % {"n": figures.whole(total)}
    if missing.explained == total:
        return _("%(head)s, con su causa registrada.") % {"head": head}
    if missing.silent == total:
        return _("%(head)s, sin causa registrada.") % {"head": head}
    silent = _("de %(n)s no") if missing.explained else _("de %(n)s no se registró la causa")
    said = (
        (missing.explained, _("de %(n)s se registró la causa")),
        (missing.silent, silent),
        (missing.unreported, _("de %(n)s no hay reporte")),
        (missing.to_come, _("de %(n)s no había llegado la fecha")),
    )
    parts = [text % {"n": figures.whole(units)} for units, text in said if units]
    return f"{head}: {enumeration(parts)}."


def where_it_failed(facts: Facts, unit) -> str:
    """ "De 7 espacios que faltaron, 6 son de diciembre de 2020 y 4 de «Alta Consejería Distrital TIC»."

    The month and the block with most of it, when each has half or more; "" when nothing is so concentrated, or when
    all that is known is that nobody reported.
    """
    if is_unreported(facts.total, facts.missing):
        return ""
    known = [miss for miss in facts.misses if miss.known != "to_come"]
    total = sum(miss.planned - miss.executed for miss in known)
    by_month, by_block = Counter(), Counter()
    for miss in known:
        by_month[dates.month(miss.planned_on)] += miss.planned - miss.executed
        by_block[_("«%(block)s»") % {"block": short(miss.block)}] += miss.planned - miss.executed
    told_apart = ((by_month, len(facts.months) > 1), (by_block, len(facts.blocks) > 1))
    most = [by.most_common(1)[0] for by, tells in told_apart if by and tells]
    most = [(name, units) for name, units in most if 2 * units >= total]
    if not most:
        return ""
    values = {"total": f"{figures.whole(total)} {unit.of(total)}", "of": enumeration(name for name, _units in most)}
    to_come = facts.missing.to_come  # is missing too, and was said before
    if all(units == total for _name, units in most):
        text = _("Lo que faltó y cuya fecha ya pasó (%(total)s) es de %(of)s.")
        return (text if to_come else _("Lo que faltó (%(total)s) es de %(of)s.")) % values
    parts = [
        (ngettext("%(n)s es de %(of)s", "%(n)s son de %(of)s", units) if at == 0 else _("%(n)s de %(of)s"))
        % {"n": figures.whole(units), "of": name}
        for at, (name, units) in enumerate(most)
    ]
    text = _("De %(total)s que faltaron y cuya fecha ya pasó, %(parts)s.")
    return (text if to_come else _("De %(total)s que faltaron, %(parts)s.")) % {**values, "parts": enumeration(parts)}


def unexplained(facts: Facts, unit) -> str:
    """What has no cause yet, spaces and targets apart, by name when it is one; "" when everything is explained."""
    parts = []
    for known, what in (("silent", _("sin causa registrada")), ("unreported", _("sin reporte"))):
        misses = [miss for miss in facts.misses if miss.known == known]
        units = sum(miss.planned - miss.executed for miss in misses)
        if units and facts.missing.unreported != facts.total.planned:  # which was said before
            of = f" («{short(misses[0].activity)}», {misses[0].when})" if len(misses) == 1 else ""
            parts.append(f"{figures.whole(units)} {unit.of(units)} {what}{of}")
    unreported = targets_unreported(facts)
    if silent := sum(row.state == TargetState.SHORT and not row.reason for row in facts.percentages):
        text = ngettext(
            "%(n)s meta en porcentaje sin cumplir y sin causa",
            "%(n)s metas en porcentaje sin cumplir y sin causa",
            silent,
        )
        parts.append(text % {"n": figures.whole(silent)})
    if unreported and unreported < facts.targets.counted:  # else said before
        text = ngettext("%(n)s meta en porcentaje sin reporte", "%(n)s metas en porcentaje sin reporte", unreported)
        parts.append(text % {"n": figures.whole(unreported)})
    return _("Hay %(parts)s.") % {"parts": enumeration(parts)} if parts else ""


def targets_met(facts: Facts) -> str:
    """ "Se cumplieron 2 de 4 metas en porcentaje."; "" without any."""
    targets, to_come = facts.targets, sum(row.is_to_come for row in facts.percentages)
    if not targets.total:
        return ""
    if not targets.counted:
        return _("Ninguna meta en porcentaje ha vencido con demanda.")
    if targets.counted == to_come:
        return _("No ha llegado la última fecha en que se miden las metas en porcentaje.")
    if targets_unreported(facts) == targets.counted:
        text = ngettext(
            "De %(n)s meta en porcentaje no hay reporte.",
            "De %(n)s metas en porcentaje no hay reporte.",
            targets.counted,
        )
        return text % {"n": figures.whole(targets.counted)}
    if targets.counted == 1:
        return _("Se cumplió la meta en porcentaje.") if targets.met else _("No se cumplió la meta en porcentaje.")
    text = ngettext(
        "Se cumplió %(met)s de %(n)s metas en porcentaje.",
        "Se cumplieron %(met)s de %(n)s metas en porcentaje.",
        targets.met,
    )
    said = text % {"met": figures.whole(targets.met), "n": figures.whole(targets.counted)}
    if not to_come:
        return said
    return _("%(said)s; de %(n)s no ha llegado la fecha.") % {"said": said.rstrip("."), "n": figures.whole(to_come)}


def targets_unreported(facts: Facts) -> int:
    return sum(row.state == TargetState.NOT_REPORTED and not row.is_to_come for row in facts.percentages)


def short(name: str) -> str:
    """A name inside a sentence: whole words of it, up to some 90 characters."""
    return Truncator(name).chars(SHORT) if len(name) > SHORT else name


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


# --- Big figures ------------------------------------------------------------------------------------------------------


def targets_tile(facts: Facts) -> Tile:
    counted = facts.targets.counted
    if counted and targets_unreported(facts) == counted:
        label = ngettext("meta en porcentaje sin reporte", "metas en porcentaje sin reporte", counted)
        return Tile(figures.whole(counted), label, attention=True, key="metas")
    label = ngettext("meta en porcentaje cumplida", "metas en porcentaje cumplidas", counted)
    if to_come := sum(row.is_to_come for row in facts.percentages):
        label = _("%(said)s; de %(n)s no ha llegado la fecha") % {"said": label, "n": figures.whole(to_come)}
    return Tile(facts.targets.brief, label, key="metas")


def unknown_tile(facts: Facts, unit) -> Tile | None:
    """What has no cause or no report."""
    unknown = facts.missing.unknown
    if not unknown:
        return None
    label = _("%(units)s sin causa registrada") if facts.missing.silent else _("%(units)s sin reporte")
    if facts.missing.silent and facts.missing.unreported:
        label = _("%(units)s sin causa registrada o sin reporte")
    return Tile(figures.whole(unknown), label % {"units": unit.of(unknown)}, attention=True, key="sin-causa")


# --- Tables -----------------------------------------------------------------------------------------------------------


def block_table(facts: Facts, snapshot: Snapshot) -> Table:
    """The report's own days beside the plan to date; of a whole plan, with what has no cause, extras and targets."""
    both, day = facts.period is not None, dates.day(snapshot.edition.cutoff)
    silent, excess = facts.missing.unknown and not both, [block for block in facts.blocks if block.figure.excess]
    targets = not both and any(block.targets.total for block in facts.blocks)
    untold = Counter()
    for miss in facts.misses:
        if miss.known in UNTOLD and snapshot.edition.starts_on <= miss.planned_on <= snapshot.edition.ends_on:
            untold[miss.block] += miss.planned
    own, so_far = (capfirst(snapshot.edition.period), _("A la fecha")) if both else ("", "")
    columns = (
        Column(_("Estrategia o dependencia")),
        *_columns(both, own, with_shortfall=False),
        *_columns(True, so_far, with_shortfall=not both),
        *((Column(_nothing_known(facts), Kind.COUNT),) if silent else ()),
        *((Column(_("Adicionales"), Kind.COUNT),) if excess and not both else ()),
        *((Column(_("Metas en porcentaje cumplidas"), Kind.COUNT),) if targets else ()),
    )

    def row(name, part: Block | Facts, in_month: int, of_targets: str, key: str) -> tuple:
        figure, month = (part.total, part.period) if part is facts else (part.figure, part.period)
        executed, ratio = told_figures(figure, is_silent=is_unreported(figure, part.missing))
        own = ()
        if both:
            done, share = told_figures(month, is_silent=0 < month.planned == in_month)
            of_period = "periodo" if part is facts else f"{key}-periodo"
            own = (month.planned, done, Cell(share, key=of_period))
        return (
            name,
            *own,
            figure.planned,
            executed,
            *(() if both else (figure.shortfall,)),
            Cell(ratio, key=key),
            *((Cell(part.missing.unknown, attention=bool(part.missing.unknown)),) if silent else ()),
            *((figure.excess,) if excess and not both else ()),
            *((of_targets,) if targets else ()),
        )

    rows = tuple(
        row(
            Cell(block.name, marks=block.marks),
            block,
            untold[block.name],
            met(block.targets, [one for one in facts.percentages if one.block == block.name]),
            f"estrategia-{at}",
        )
        for at, block in enumerate(facts.blocks, 1)
    )
    notes = [_("«A la fecha» es desde el comienzo del plan hasta el %(day)s.") % {"day": day}] if both else []
    if excess:
        notes.append(_("Lo adicional se hizo por encima de lo programado y no cuenta en ningún porcentaje."))
    if excess and both:
        counted = (f"{short(block.name)}, {figures.whole(block.figure.excess)}" for block in excess)
        notes.append(_("Adicional a la fecha: %(counted)s.") % {"counted": "; ".join(counted)})
    columns_of_done = [at for at, column in enumerate(columns) if column.title == _("Ejecutado")]
    if any(one[at] is None for one in rows for at in columns_of_done):
        notes.append(silent_note())
    return Table(
        _("Ejecución por estrategia o dependencia, con corte al %(day)s") % {"day": day},
        columns,
        rows,
        total=row(_("Total"), facts, sum(untold.values()), met(facts.targets, facts.percentages), "total")
        if len(facts.blocks) > 1
        else (),
        notes=tuple(notes),
    )


def _columns(shown: bool, group: str, *, with_shortfall: bool = True) -> tuple[Column, ...]:
    if not shown:
        return ()
    return (
        Column(_("Programado"), Kind.COUNT, group=group),
        Column(_("Ejecutado"), Kind.COUNT, group=group),
        *((Column(_("Faltó"), Kind.COUNT, group=group),) if with_shortfall else ()),
        Column(_("Ejecución"), Kind.PERCENT, strong=True, group=group),
    )


def _nothing_known(facts: Facts) -> str:
    if not facts.missing.unreported:
        return _("Sin causa registrada")
    return _("Sin causa o sin reporte") if facts.missing.silent else _("Sin reporte")


def silent_note() -> str:
    return _("Un guion en «Ejecutado»: sin reporte. Cuenta como no ejecutado.")


def met(targets: Targets, rows: Sequence[Percentage]) -> str:
    """ "1 de 2"; "sin reporte" when nobody told anything of those that count; "" without targets."""
    if are_unreported(rows):
        return _("sin reporte")
    return targets.brief if targets.total else ""


def are_unreported(rows: Iterable[Percentage]) -> bool:
    """Whether nobody told anything of those that count and whose date has come."""
    states = {row.state for row in rows if row.state == TargetState.MET or row.is_late}
    return states == {TargetState.NOT_REPORTED}


def phase_table(facts: Facts, snapshot: Snapshot) -> Table:
    annex = snapshot.facts("anexo")
    told_of = {row.phase for row in annex.rows if row.figure.planned and row.is_reported} if annex else None
    targets = any(phase.targets.total for phase in facts.phases)
    columns = (
        Column(_("Fase")),
        *_columns(True, ""),
        *((Column(_("Metas en porcentaje cumplidas"), Kind.COUNT),) if targets else ()),
    )
    rows = tuple(
        (
            phase.name,
            phase.figure.planned,
            executed,
            phase.figure.shortfall,
            ratio,
            *((met(phase.targets, [one for one in facts.percentages if one.phase == phase.name]),) if targets else ()),
        )
        for phase in facts.phases
        for is_silent in (told_of is not None and phase.figure.planned > 0 and phase.name not in told_of,)
        for executed, ratio in (told_figures(phase.figure, is_silent=is_silent),)
    )
    notes = (silent_note(),) if any(row[2] is None for row in rows) else ()
    return Table(_("Ejecución por fase del plan"), columns, rows, notes=notes)


def misses_heading(facts: Facts) -> str:
    """That nothing is known is no shortfall."""
    untold = all(miss.known in UNTOLD for miss in facts.misses)
    return _("Lo que no tiene reporte") if untold else _("Lo que faltó y por qué")


def miss_table(facts: Facts, snapshot: Snapshot) -> Table:
    words = {
        "silent": (_("Sin causa registrada"), "overdue"),
        "unreported": (_("Sin reporte"), "unknown"),
        "to_come": (_("Por venir"), "open"),
    }

    def cause(miss) -> Cell:
        carried = _("Pasa a la vigencia %(year)s") % {"year": miss.carried_to_year} if miss.carried_to_year else ""
        if carried.casefold() in miss.reason.casefold() or f"vigencia {miss.carried_to_year}" in miss.reason:
            carried = ""  # said once
        if miss.reason:
            return Cell(miss.reason, aside=carried)
        text, state = words[miss.known]
        return Cell(text, state=state, aside=carried)

    reported = any(miss.known not in ("unreported", "to_come") for miss in facts.misses)
    by_block: dict[str, list[tuple]] = {}
    for miss in facts.misses:
        by_block.setdefault(miss.block, []).append(
            (
                miss.activity,
                _when(miss),
                miss.planned,
                Cell(None) if miss.known in ("unreported", "to_come") else miss.executed,
                miss.planned - miss.executed,
                cause(miss),
            )
        )
    rows: list[tuple] = []
    for block, own in by_block.items():
        rows += [(Cell(block, span=6),), *own] if len(facts.blocks) > 1 else own
    return Table(
        _("Causas de lo que faltó") if reported else _("Fechas de las que nadie reportó"),
        (
            Column(_("Actividad")),
            Column(_("Cuándo")),
            Column(_("Programado"), Kind.COUNT),
            Column(_("Ejecutado"), Kind.COUNT),
            Column(_("Faltó"), Kind.COUNT),
            Column(_("Causa")),
        ),
        tuple(rows),
        total=(
            _("Total"),
            "",
            sum(miss.planned for miss in facts.misses),
            sum(miss.executed for miss in facts.misses) if reported else Cell(None),
            sum(miss.planned - miss.executed for miss in facts.misses),
            "",
        )
        if len(facts.misses) > 1
        else (),
    )


def _when(miss) -> str:
    """ "12 oct 2020"; "oct 2020" when only the month is known."""
    day = dates.short_day(miss.planned_on)
    return day if miss.when[0].isdigit() else day.partition(figures.NO_BREAK)[2]


def percentage_table(facts: Facts) -> Table:
    return Table(
        _("Metas en porcentaje: no entran en ninguna suma"),
        (
            Column(_("Actividad")),
            Column(_("Recibido"), Kind.COUNT),
            Column(_("Atendido"), Kind.COUNT),
            Column(_("Resultado"), Kind.PERCENT, strong=True),
            Column(_("Meta"), Kind.PERCENT),
            Column(_("Estado")),
            Column(_("Causa")),
        ),
        tuple(
            (
                Cell(row.activity, aside=row.block, key=f"meta-{at}"),
                row.received if row.reported else None,
                row.attended if row.reported else None,
                figures.short_of(row.result, Fraction(row.goal) / 100) if row.received else "–",
                f"{figures.measure(row.goal)}{figures.NO_BREAK}%",
                Cell(_("Su fecha no ha llegado"), state="open")
                if row.is_to_come
                else Cell(str(row.state.label), state=SIGNS[row.state], aside=_reported(row)),
                row.reason or (_("Sin causa registrada") if row.state == TargetState.SHORT else ""),
            )
            for at, row in enumerate(facts.percentages, 1)
        ),
    )


def _reported(row: Percentage) -> str:
    """How many of its dates are told, when not all are."""
    if row.due < 2 or row.reported == row.due:
        return ""
    text = ngettext("%(n)s de %(due)s fecha reportada", "%(n)s de %(due)s fechas reportadas", row.due)
    return text % {"n": figures.whole(row.reported), "due": figures.whole(row.due)}


# --- Charts -----------------------------------------------------------------------------------------------------------


def state_of(block: Block) -> str:
    if is_unreported(block.figure, block.missing):
        return charts.NOTHING
    if not block.figure.shortfall:
        return charts.COMPLETE
    return charts.UNEXPLAINED if block.missing.silent or block.missing.unreported else charts.EXPLAINED


def legend_of(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return charts.legend({state_of(block) for block in blocks})


def block_chart(facts: Facts, snapshot: Snapshot, colours: palette.Palette) -> Chart | None:
    unit = snapshot.plan.unit
    if not facts.total.planned or is_unreported(facts.total, facts.missing):
        return None  # bars of nothing would say that nothing was done
    planned = [block for block in facts.blocks if block.figure.planned]
    bars = [
        Bar(
            label=block.name,
            share=None if is_unreported(block.figure, block.missing) else block.figure.ratio,
            value=done_share(block.figure, block.missing),
            detail=_("%(n)s de %(total)s")
            % {"n": done_count(block.figure, block.missing), "total": figures.whole(block.figure.planned)},
            state=state_of(block),
            marks=", ".join(block.marks),
        )
        for block in planned
    ]
    drawn = []
    for part in _even(bars, BARS_A_PART if len(bars) > BARS_TOGETHER else BARS_TOGETHER):
        said = "; ".join(f"{bar.label}, {bar.value}, {bar.detail} {unit.many}" for bar in part)
        title = _("Ejecución: %(said)s") % {"said": said}
        drawn.append(charts.bars(part, title=title, colours=colours, legend=legend_of(planned), alike=bars))
    return Chart(_finding_of_blocks(facts), drawn[0], more=tuple(drawn[1:]), source=source(snapshot))


def source(snapshot: Snapshot) -> str:
    return _("Fuente: reportes de las dependencias, con corte al %(day)s.") % {
        "day": dates.day(snapshot.edition.cutoff)
    }


def _finding_of_blocks(facts: Facts) -> str:
    """The title says what the bars show."""
    planned = [block for block in facts.blocks if block.figure.planned]
    complete = [block for block in planned if not block.figure.shortfall]
    if len(complete) == len(planned):
        return _("Todo lo programado se ejecutó")
    told = [block for block in planned if not is_unreported(block.figure, block.missing)]
    low = min(block.figure.ratio for block in told)
    lowest = [block for block in told if block.figure.ratio == low]
    if len(planned) == 1:
        return _("Ejecución de «%(block)s»") % {"block": lowest[0].name}
    of_all = figures.done_of_total(len(complete), len(planned)).replace(" ", figures.NO_BREAK)
    values = {"of_all": of_all, "block": short(lowest[0].name)}
    if len(lowest) == len(told) and not low:
        return _("No hay ejecución registrada")
    if not complete:
        values["n"] = figures.whole(len(planned))
        if len(lowest) > 1:
            return _("De %(n)s, ninguna completó lo programado") % values
        return _("«%(block)s» tiene la ejecución más baja; de %(n)s, ninguna completó lo programado") % values
    if len(lowest) > 1 or low == 1:
        return _("Completaron lo programado %(of_all)s") % values
    return _("«%(block)s» tiene la ejecución más baja; completaron lo programado %(of_all)s") % values


def month_chart(facts: Facts, snapshot: Snapshot, colours: palette.Palette) -> Chart | None:
    months, drawn = facts.months, []
    peak = max((max(month.figure.planned, month.figure.executed) for month in months), default=0)
    if not any(month.figure.planned for month in months) or is_unreported(facts.total, facts.missing):
        return None
    legend = [(charts.PLANNED, _("Programado")), (charts.EXECUTED, _("Ejecutado"))]
    if any(entry.figure.shortfall and entry.month not in silent_months(facts) for entry in months):
        legend.append((charts.MISSING, _("Sin ejecutar")))
    silent = silent_months(facts)
    labels = dict(zip((m.month for m in months), dates.short_months([m.month for m in months]), strict=True))
    for part in _even(months, MONTHS_A_CHART):
        pairs = [
            Pair(
                label=labels[entry.month],
                planned=entry.figure.planned,
                executed=None if entry.month in silent else entry.figure.executed,
                planned_text=figures.whole(entry.figure.planned),
                executed_text=figures.whole(None if entry.month in silent else entry.figure.executed),
            )
            for entry in part
        ]
        said = "; ".join(
            _("%(month)s, %(planned)s programado y %(executed)s ejecutado")
            % {"month": dates.month(entry.month), "planned": pair.planned_text, "executed": pair.executed_text}
            for entry, pair in zip(part, pairs, strict=True)
        )
        title = _("Por mes: %(said)s") % {"said": said}
        drawn.append(charts.month_columns(pairs, title=title, colours=colours, legend=legend, peak=peak))
    notes = (_("Un guion: sin reporte."),) if silent else ()
    return Chart(_finding_of_months(facts), drawn[0], notes=notes, more=tuple(drawn[1:]))


def _finding_of_months(facts: Facts) -> str:
    silent = silent_months(facts)
    short = [entry for entry in facts.months if entry.figure.shortfall and entry.month not in silent]
    if is_unreported(facts.total, facts.missing):
        return _("No hay ejecución registrada")
    if silent:
        values = {"n": len(silent), "short": len(short), "months": len(facts.months)}
        values = {name: figures.whole(count) for name, count in values.items()}
        if not short:
            return _("Sin reporte en %(n)s de %(months)s meses") % values
        return _("Faltó algo en %(short)s de %(months)s meses; sin reporte en %(n)s") % values
    if not short:
        return _("Todos los meses se cumplió lo programado")
    most = max(entry.figure.shortfall for entry in short)
    worst = [entry for entry in short if entry.figure.shortfall == most]
    values = {
        "month": dates.month(worst[0].month),
        "n": figures.whole(most),
        "total": figures.whole(facts.total.shortfall),
        "short": figures.whole(len(short)),
        "months": figures.whole(len(facts.months)),
    }
    if len(short) == 1:
        return _("Todo lo que faltó es de %(month)s") % values
    if len(worst) > 1:
        return _("Faltó algo en %(short)s de %(months)s meses") % values
    return _("El mes en que más faltó es %(month)s: %(n)s de %(total)s") % values


def _even(items: Sequence, most: int) -> list[Sequence]:
    """The items in as few parts as hold `most` each, as even as possible."""
    size = ceil(len(items) / (ceil(len(items) / most) or 1)) or 1
    return [items[start : start + size] for start in range(0, len(items), size)]
