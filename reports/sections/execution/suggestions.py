"""Sentences that a writer may start from, with the figures named and not typed: true in words whatever they become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from display import figures
from reports.sections.execution.view import short, where_it_failed

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.execution import Block, Facts


def of_reading(snapshot: Snapshot) -> Iterator[str]:
    facts = snapshot.facts("ejecucion")
    if facts is None:
        return
    values = {"units": snapshot.plan.unit.many, "period": snapshot.edition.period}
    if facts.period is not None and facts.period.planned:
        text = _(
            "En %(period)s se ejecutaron {ejecutados en el periodo} de {programados en el periodo} %(units)s: "
            "{ejecución del periodo}."
        )
        yield text % values
    if facts.total.planned:
        text = _(
            "Hasta el corte se ejecutaron {espacios ejecutados} de {espacios programados} %(units)s: {ejecución total}."
        )
        yield text % values
    yield from _lowest(facts)
    if facts.missing.unknown:
        text = _("%(units)s sin causa registrada o sin reporte: {espacios sin explicar}.")
        yield text % {"units": capfirst(snapshot.plan.unit.many)}


def of_observations(snapshot: Snapshot) -> Iterator[str]:
    facts = snapshot.facts("ejecucion")
    if facts is not None:
        if sentence := where_it_failed(facts, snapshot.plan.unit):
            yield sentence
        yield from _lowest(facts)


def of_recommendations(snapshot: Snapshot) -> Iterator[str]:
    facts = snapshot.facts("ejecucion")
    if facts is None:
        return
    if facts.missing.unknown:
        text = _("Registrar qué pasó con los %(units)s sin causa registrada o sin reporte: {espacios sin explicar}.")
        yield text % {"units": snapshot.plan.unit.many}
    if block := lowest(facts):
        text = _("Revisar con «%(block)s» qué le impidió ejecutar lo programado.")
        yield text % {"block": short(block.name)}


def lowest(facts: Facts) -> Block | None:
    """The block that did least of what it had; None when there is one alone, or all did everything."""
    counted = [block for block in facts.blocks if block.figure.planned]
    if len(counted) < 2:
        return None
    least = min(counted, key=lambda block: block.figure.ratio)
    return least if least.figure.shortfall else None


def _lowest(facts: Facts) -> Iterator[str]:
    if block := lowest(facts):
        text = _("La ejecución más baja es la de «%(block)s»: %(ratio)s.")
        yield text % {"block": short(block.name), "ratio": _token(block) or figures.percent(block.figure.ratio)}


def _token(block: Block) -> str:
    name = f"ejecución de {block.name}".lower()
    return f"{{{name}}}" if len(name) <= 80 and not {"{", "}", "\n"} & set(name) else ""
