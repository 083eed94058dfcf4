"""Who prepared, reviewed and approved the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates
from display.tables import Column, Table
from reports.scope import Scope
from reports.sections import Section

if TYPE_CHECKING:
    from reports.envelope import Snapshot


@dataclass(frozen=True, slots=True)
class Signature:
    stage: str  # «Elaboró»
    name: str
    position: str
    signed_on: date
    precision: str


@dataclass(frozen=True, slots=True)
class Facts:
    signatures: tuple[Signature, ...]


def collect(scope: Scope) -> Facts:
    return Facts(
        tuple(
            Signature(str(each.get_stage_display()), each.name, each.position, each.signed_on, each.signed_precision)
            for each in scope.signatures
        )
    )


def view(facts: Facts, snapshot: Snapshot) -> dict:
    rows = tuple(
        (each.stage, each.name, each.position, dates.when(each.signed_on, each.precision)) for each in facts.signatures
    )
    columns = (Column(_("Paso")), Column(_("Nombre"), strong=True), Column(_("Cargo")), Column(_("Fecha")))
    return {"table": Table(_("Quiénes responden por este informe"), columns, rows)}


SECTION = Section(
    slug="firmas",
    title=gettext_lazy("Firmas"),
    facts=Facts,
    collect=collect,
    view=view,
    is_present=lambda facts, texts: bool(facts.signatures),
    required=gettext_lazy("sale cuando alguien firma, y solo entonces."),
)
