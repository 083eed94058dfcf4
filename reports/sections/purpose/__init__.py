"""What the plan is for, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates
from display.tables import Column, Table
from display.text import paragraphs
from reports.remarks import Remark
from reports.scope import Scope
from reports.sections import Section

if TYPE_CHECKING:
    from reports.envelope import Snapshot


@dataclass(frozen=True, slots=True)
class Facts:
    objective: str
    instrument: str  # of which the plan is a part
    approved: str  # the day, or the month that a paper says
    act: str  # that approved it elsewhere
    continues: str  # title of the plan before
    notes: tuple[str, ...]


def collect(scope: Scope) -> Facts:
    plan = scope.plan
    return Facts(
        objective=plan.objective.strip(),
        instrument=plan.parent_instrument,
        approved=dates.when(plan.approved_on, plan.approved_precision) if plan.approved_on else "",
        act=plan.approval_act,
        continues=plan.continues.title if plan.continues else "",
        notes=tuple(paragraphs(plan.notes)),
    )


def view(facts: Facts, snapshot: Snapshot) -> dict:
    plan, entity = snapshot.plan, snapshot.entity
    approval = _("En borrador: aún no está aprobado")
    if plan.version is not None:
        approval = _("Versión %(number)s, aprobada: %(day)s") % {"number": plan.version, "day": facts.approved}
    term = {"first": dates.day(plan.starts_on), "last": dates.day(plan.ends_on)}
    rows = (
        (_("Plan"), plan.title),
        (_("Clase"), plan.kind.partition(":")[0]),
        (_("Hace parte de"), facts.instrument),
        (_("Continúa"), facts.continues),
        (_("Vigencia"), _("Del %(first)s al %(last)s") % term),
        (_("Aprobación"), " · ".join(filter(None, (approval, facts.act)))),
        (_("Entidad"), " · ".join(filter(None, (entity.name, entity.nit and f"NIT {entity.nit}")))),
        (_("Dirección"), entity.address),
        (_("Correo"), entity.email),
        (_("Sitio web"), entity.website),
    )
    columns = (Column(_("Dato")), Column(_("Valor")))
    return {"table": Table(_("Ficha del plan"), columns, tuple(row for row in rows if row[1]))}


def checks(facts: Facts, scope: Scope) -> Iterable[Remark]:
    if not facts.objective:
        yield Remark(_("El plan no tiene un objetivo escrito: dígalo entre sus datos."))


SECTION = Section(
    slug="objetivo",
    title=gettext_lazy("Para qué es el plan"),
    facts=Facts,
    collect=collect,
    view=view,
    checks=checks,
)
