"""Who prepared, reviewed and approved the plan: what was signed of its newest version, or copied from its paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates
from display.figures import DASH
from display.tables import Column, Table
from records import sign_offs
from records.models import SignOff
from reports.scope import Scope
from reports.sections import Section

if TYPE_CHECKING:
    from reports.envelope import Snapshot


@dataclass(frozen=True, slots=True)
class Step:
    stage: str  # «Elaboró»
    name: str
    position: str
    signed_on: date | None  # None: named, and has not signed yet
    precision: str


@dataclass(frozen=True, slots=True)
class Facts:
    steps: tuple[Step, ...]


def collect(scope: Scope) -> Facts:
    plan = scope.plan
    version = plan.versions.order_by("-number").first() if plan.is_approved else None
    signed = sign_offs.standing(version) if version else []
    signed = {each.stage: each for each in signed or sign_offs.standing(plan)}
    named = {each.stage: each.person for each in plan.signatories.select_related("person")}
    steps = []
    for stage in SignOff.Stage:
        if each := signed.get(stage):
            steps.append(Step(str(stage.label), each.name, each.position, each.signed_on, each.signed_precision))
        elif (person := named.get(stage)) and not plan.is_approved:
            steps.append(Step(str(stage.label), person.full_name, person.position, None, ""))
    return Facts(tuple(steps))


def view(facts: Facts, snapshot: Snapshot) -> dict:
    # A paper may not say the position of anybody: then nobody misses the column.
    with_position = any(each.position for each in facts.steps)
    columns = [Column(_("Paso")), Column(_("Nombre"), strong=True), Column(_("Cargo")), Column(_("Fecha"))]
    rows = [(each.stage, each.name, each.position or DASH, when(each)) for each in facts.steps]
    if not with_position:
        del columns[2]
        rows = [(stage, name, day) for stage, name, _position, day in rows]
    return {"table": Table(_("Quiénes responden por este plan"), tuple(columns), tuple(rows))}


def when(step: Step) -> str:
    return dates.when(step.signed_on, step.precision) if step.signed_on else _("Sin firmar")


SECTION = Section(
    slug="aprobacion",
    title=gettext_lazy("Quién lo elaboró y quién lo aprobó"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: bool(facts.steps),
)
