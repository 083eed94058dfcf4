"""The context of a report's pages: its numbered sections with their sentences, big figures and charts.

Everything is read from the snapshot, nothing from the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from display import charts, dates, figures, palette
from display.charts import Bar, Pair
from reports import people, percentages, wording
from reports.facts import Block, Figure, Snapshot

BARS_A_CHART = 4  # a chart is never broken between two pages: several short ones leave no gap before them
MONTHS_A_CHART = 12
METRICS_A_TABLE = 5


@dataclass(frozen=True, slots=True)
class Section:
    slug: str
    number: str  # "01"; the annex has none
    title: str
    opens: bool  # on a new page


@dataclass(frozen=True, slots=True)
class Tile:
    """A big figure and what it counts."""

    value: str
    label: str
    attention: bool = False


def _execution_title(snapshot: Snapshot) -> str | Promise:
    return _("Cómo va el plan") if snapshot.edition.kind == "monthly" else _("Cómo cerró el plan")


# slug, title, opens a page, is in this report
PARTS: tuple[tuple[str, str | Promise | Callable, bool, Callable[[Snapshot], bool]], ...] = (
    ("objetivo", gettext_lazy("Objetivo"), True, lambda s: True),
    ("ejecucion", _execution_title, True, lambda s: True),
    ("participantes", gettext_lazy("Personas participantes"), True, lambda s: bool(s.participants)),
    ("metricas", gettext_lazy("Métricas virtuales"), False, lambda s: bool(s.metrics)),
    (
        "compromisos",
        gettext_lazy("Balance de compromisos"),
        True,
        lambda s: bool(s.commitments.made or s.commitments.items or s.narrative.commitments.strip()),
    ),
    ("espacios", gettext_lazy("Otros espacios de participación"), False, lambda s: bool(s.other_spaces)),
    ("viene", gettext_lazy("Lo que viene"), False, lambda s: bool(s.upcoming)),
    ("observaciones", gettext_lazy("Observaciones"), False, lambda s: bool(s.narrative.observations)),
    ("recomendaciones", gettext_lazy("Recomendaciones"), False, lambda s: bool(s.narrative.recommendations)),
    ("metodo", gettext_lazy("Nota metodológica"), True, lambda s: True),
    ("anexo", gettext_lazy("Anexo: matriz de actividades"), True, lambda s: bool(s.annex)),
)


def sections(snapshot: Snapshot) -> tuple[Section, ...]:
    result, number = [], 0
    for slug, title, opens, present in PARTS:
        if not present(snapshot):
            continue
        number += slug != "anexo"
        name = str(title(snapshot) if callable(title) else title)
        result.append(Section(slug, f"{number:02d}" if slug != "anexo" else "", name, opens))
    return tuple(result)


def context(snapshot: Snapshot, fingerprint: str) -> dict:
    """What the PDF's templates print. `fingerprint`: the snapshot's SHA-256 in hexadecimal."""
    colours = palette.derive(snapshot.entity.primary, snapshot.entity.secondary)
    months, in_blocks = people.months_shown(snapshot), percentages.blocks(snapshot.execution)
    return {
        "s": snapshot,
        "colours": colours,
        "fingerprint": fingerprint,
        "monthly": snapshot.edition.kind == "monthly",
        "sections": sections(snapshot),
        "cover_ring": cover_ring(snapshot, colours),
        "cover_units": cover_units(snapshot),
        "execution_lead": wording.execution(snapshot.execution, snapshot.edition),
        "execution_tiles": execution_tiles(snapshot),
        "bars": block_bars(tuple(block for block, met in in_blocks if percentages.has_bar(block, met)), colours),
        "without_bar": [(block, met) for block, met in in_blocks if not percentages.has_bar(block, met)],
        "blocks": in_blocks,
        "phases": percentages.phases(snapshot.execution),
        "targets": snapshot.execution.targets,
        "percentages": percentages.rows(snapshot.execution),
        "unexplained_targets": wording.unexplained_targets(snapshot.execution),
        "unexplained": wording.unexplained(snapshot.execution.total),
        "gaps": [wording.gap(block) for block in snapshot.execution.blocks if block.figure.unexplained],
        "excess": any(block.figure.excess for block in snapshot.execution.blocks),
        "silent": any(block.figure.unexplained for block in snapshot.execution.blocks),
        "month_charts": month_charts(snapshot, colours),
        "in_force": snapshot.execution.baseline + snapshot.execution.added - snapshot.execution.withdrawn,
        "people_charts": people.month_charts(snapshot, colours),
        "people_months": months,
        "people_rows": people.table_rows(snapshot.participants, months),
        "people_sources": sorted({entry.source for entry in snapshot.participants if entry.source}),
        "metric_groups": [
            (activity, list(facts)) for activity, facts in groupby(snapshot.metrics, key=lambda fact: fact.activity)
        ],
        "commitments_lead": wording.commitments(snapshot.commitments),
        "commitments_tiles": commitments_tiles(snapshot),
        "overdue": sorted(
            (item for item in snapshot.commitments.items if item.standing == "overdue"), key=lambda item: item.due_on
        ),
        "space_metrics": space_metrics(snapshot),
        "annex_columns": {
            **{
                name: any(getattr(row, name) for row in snapshot.annex)
                for name in ("number", "phase", "groups", "target", "scheduled")
            },
            "responsible": any(row.responsible not in ("", row.block) for row in snapshot.annex),
        },
    }


def cover_ring(snapshot: Snapshot, colours: palette.Palette) -> SafeString:
    total, targets = snapshot.execution.total, snapshot.execution.targets
    if targets.total and not total.planned:
        detail = _("metas en porcentaje cumplidas")
        return charts.ring(None, targets.brief, detail, title=targets.words, colours=colours, size=170, on_primary=True)
    detail = _n_of_total(total) if total.planned else _("sin espacios programados")
    title = _("Ejecución del plan al corte: %(value)s, es decir %(detail)s espacios programados")
    title = title % {"value": figures.percent(total.ratio), "detail": detail} if total.planned else capfirst(detail)
    return charts.ring(
        total.ratio, figures.percent(total.ratio), detail, title=title, colours=colours, size=170, on_primary=True
    )


def cover_units(snapshot: Snapshot) -> SafeString:
    total = snapshot.execution.total
    if not 0 < total.planned <= 600:  # more squares could not be told apart
        return SafeString("")
    title = _("Un cuadro por cada espacio programado: %(executed)s ejecutados y %(missing)s sin ejecutar") % {
        "executed": figures.quantity(total.executed),
        "missing": figures.quantity(total.shortfall),
    }
    return charts.units(total.planned, total.executed, title=title)


def execution_tiles(snapshot: Snapshot) -> list[Tile]:
    facts, month = snapshot.execution, snapshot.execution.period
    tiles = []
    if facts.targets.total and not facts.total.planned:
        return [Tile(facts.targets.brief, _("metas en porcentaje cumplidas"))]
    if snapshot.edition.kind == "monthly" and month is not None:
        tiles.append(Tile(_n_slash(month), _("espacios ejecutados y programados en el mes")))
        tiles.append(Tile(_n_slash(facts.total), _("acumulado del plan hasta el corte")))
        tiles.append(
            Tile(figures.percent(facts.total.ratio), _("de ejecución acumulada, sobre el plan vigente al corte"))
        )
        return tiles
    tiles.append(Tile(figures.percent(facts.total.ratio), _("de ejecución, sobre el plan vigente al corte")))
    tiles.append(Tile(_n_slash(facts.total), _("espacios ejecutados y programados")))
    if facts.carried_over:
        text = ngettext(
            "espacio pasa a la vigencia %(year)s", "espacios pasan a la vigencia %(year)s", facts.carried_over
        )
        tiles.append(Tile(figures.whole(facts.carried_over), text % {"year": facts.carried_to_year or _("siguiente")}))
    else:
        tiles.append(Tile(figures.quantity(facts.total.shortfall), _("espacios programados sin ejecutar")))
    return tiles


def state_of(figure: Figure) -> str:
    if not figure.planned:
        return charts.NOTHING
    if not figure.shortfall:
        return charts.COMPLETE
    return charts.UNEXPLAINED if figure.unexplained else charts.EXPLAINED


def legend_of(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    names = (
        (charts.COMPLETE, _("Completo")),
        (charts.EXPLAINED, _("Con faltantes explicados")),
        (charts.UNEXPLAINED, _("Con faltantes sin razón registrada")),
        (charts.NOTHING, _("Sin espacios programados al corte")),
    )
    used = {state_of(block.figure) for block in blocks}
    signs = [(state, name) for state, name in names if state in used]
    if used & {charts.EXPLAINED, charts.UNEXPLAINED}:
        signs.append((charts.MISSING, _("Sin ejecutar")))
    return signs


def block_bars(blocks: tuple[Block, ...], colours: palette.Palette) -> list[SafeString]:
    items = [
        Bar(
            label=block.name,
            share=block.figure.ratio,
            value=figures.percent(block.figure.ratio),
            detail=_n_of_total(block.figure),
            state=state_of(block.figure),
            marks=", ".join(block.marks),
        )
        for block in blocks
    ]
    # Charts as even as possible: together they read as one, and may part between two pages.
    drawn, needed = [], ceil(len(items) / BARS_A_CHART) or 1
    for part in _batched(items, ceil(len(items) / needed) or 1):
        values = "; ".join(f"{bar.label}, {bar.value}, {bar.detail} espacios" for bar in part)
        title = _("Ejecución por bloque: %(said)s") % {"said": values}
        legend = [] if drawn else legend_of(blocks)
        drawn.append(charts.bars(part, title=title, colours=colours, legend=legend, alike=items))
    return drawn


def month_charts(snapshot: Snapshot, colours: palette.Palette) -> list[SafeString]:
    drawn, months = [], snapshot.execution.months
    legend = [(charts.PLANNED, _("Programados")), (charts.EXECUTED, _("Ejecutados"))]
    if any(entry.figure.shortfall for entry in months):
        legend.append((charts.MISSING, _("Sin ejecutar")))
    labels = dict(zip((m.month for m in months), dates.short_months([m.month for m in months]), strict=True))
    for part in _batched(months, MONTHS_A_CHART):
        pairs = [
            Pair(
                label=labels[entry.month],
                planned=entry.figure.planned,
                executed=float(entry.figure.executed),
                planned_text=figures.whole(entry.figure.planned),
                executed_text=figures.quantity(entry.figure.executed),
            )
            for entry in part
        ]
        values = "; ".join(
            _("en %(month)s, %(planned)s programados y %(executed)s ejecutados")
            % {"month": dates.month(entry.month), "planned": pair.planned_text, "executed": pair.executed_text}
            for entry, pair in zip(part, pairs, strict=True)
        )
        title = _("Espacios por mes: %(said)s") % {"said": values}
        drawn.append(charts.month_columns(pairs, title=title, colours=colours, legend=[] if drawn else legend))
    return drawn


def commitments_tiles(snapshot: Snapshot) -> list[Tile]:
    facts = snapshot.commitments
    tiles = [Tile(figures.whole(facts.made), _("adquiridos hasta el corte"))]
    if facts.due:
        value = _("%(n)s de %(total)s") % {"n": figures.whole(facts.fulfilled_due), "total": figures.whole(facts.due)}
        label = _("cumplidos, de los que vencían hasta el corte: %(percent)s")
        tiles.append(Tile(value, label % {"percent": figures.percent(wording.fulfilment(facts))}))
    else:
        tiles.append(Tile(_("no aplica"), _("el cumplimiento: ninguno vencía hasta el corte")))
    if oldest := wording.oldest_overdue(facts):
        label = _("vencidos; el más antiguo, desde el %(day)s") % {"day": dates.day(oldest)}
        tiles.append(Tile(figures.whole(facts.overdue), label, attention=True))
    else:
        tiles.append(Tile(figures.whole(facts.overdue), _("vencidos")))
    return tiles


def space_metrics(snapshot: Snapshot) -> list[tuple[list[str], list[tuple[str, list[str]]]]]:
    """Tables as (names, [(space, its value per name)]), with at most METRICS_A_TABLE names: the width of a page."""
    names = list(dict.fromkeys(fact.name for space in snapshot.other_spaces for fact in space.metrics))
    values = {(space, fact.name): fact.value for space in snapshot.other_spaces for fact in space.metrics}
    return [
        (
            part,
            [
                (space.name, [figures.measure(values.get((space, name))) for name in part])
                for space in snapshot.other_spaces
            ],
        )
        for part in _batched(names, METRICS_A_TABLE)
    ]


def _n_of_total(figure: Figure) -> str:
    return _("%(n)s de %(total)s") % {"n": figures.quantity(figure.executed), "total": figures.whole(figure.planned)}


def _n_slash(figure: Figure) -> str:
    return f"{figures.quantity(figure.executed)} / {figures.whole(figure.planned)}".replace(" ", figures.NO_BREAK)


def _batched(items: Sequence, size: int) -> list[Sequence]:
    return [items[start : start + size] for start in range(0, len(items), size)]
