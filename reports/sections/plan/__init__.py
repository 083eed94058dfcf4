"""The plan that the report is about: what it is for, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates
from display.tables import Column, Table
from display.text import paragraphs
from reports.remarks import Remark, at_text
from reports.scope import Scope
from reports.sections import Section, Text

if TYPE_CHECKING:
    from reports.envelope import Snapshot


@dataclass(frozen=True, slots=True)
class Facts:
    objective: str  # as the plan writes it; the report's own text goes before it
    notes: tuple[str, ...]  # of its sheet: those that are of no session


def collect(scope: Scope) -> Facts:
    return Facts(objective=scope.plan.objective.strip(), notes=tuple(paragraphs(scope.plan.notes)))


def view(facts: Facts, snapshot: Snapshot) -> dict:
    plan, edition, entity = snapshot.plan, snapshot.edition, snapshot.entity
    if plan.version is None:
        approval = _("En borrador: aún no está aprobado")
    elif plan.approved_on:
        approval = _("Versión %(number)s, aprobada el %(day)s") % {
            "number": plan.version,
            "day": dates.day(plan.approved_on),
        }
    else:
        approval = _("Versión %(number)s") % {"number": plan.version}
    days = _("Del %(first)s al %(last)s")
    term = {"first": dates.day(plan.starts_on), "last": dates.day(plan.ends_on)}
    period = {"first": dates.day(edition.starts_on), "last": dates.day(edition.ends_on)}
    rows = (
        (_("Plan"), plan.title),
        (_("Clase"), plan.kind),
        (_("Vigencia"), days % term),
        (_("Aprobación"), approval),
        (_("Entidad"), " · ".join(filter(None, (entity.name, entity.nit and f"NIT {entity.nit}")))),
        (_("Dirección"), entity.address),
        (_("Dependencia"), edition.dependency or ""),
        (
            _("Este informe"),
            _("%(days)s, con corte al %(cutoff)s") % {"days": days % period, "cutoff": dates.day(edition.cutoff)},
        ),
    )
    return {
        "entity": entity,
        "table": Table(
            _("Ficha del plan"),
            (Column(_("Dato")), Column(_("Valor"))),
            tuple(row for row in rows if row[1]),
        ),
    }


def suggestions(snapshot: Snapshot) -> Iterator[str]:
    text = _("Contar a la ciudadanía qué se hizo en %(period)s, qué faltó y qué sigue.")
    yield text % {"period": snapshot.edition.period}


def checks(facts: Facts, scope: Scope) -> Iterable[Remark]:
    if not (facts.objective or scope.texts.get("objective")):
        sentence = _("El plan no tiene un objetivo escrito y el informe tampoco lo dice: escríbalo en uno de los dos.")
        yield Remark(sentence, at_text("objective"))


SECTION = Section(
    slug="plan",
    title=gettext_lazy("El plan"),
    facts=Facts,
    collect=collect,
    view=view,
    checks=checks,
    suggest=suggestions,
    texts=(
        Text(
            "objective",
            gettext_lazy("Objetivo"),
            gettext_lazy("Para qué se hace el informe. Vacío: el informe lleva el objetivo del plan."),
            is_optional=True,
        ),
    ),
)
