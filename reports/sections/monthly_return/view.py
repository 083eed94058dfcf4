"""What a monthly return prints, of facts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.returns import shown
from display import dates, figures
from display.figures import DASH
from display.tables import Column, Table
from reports.headline import Tile

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.monthly_return import Facts


def view(facts: Facts, snapshot: Snapshot) -> dict:
    """Of one part."""
    if facts.part == "sent":
        return {"lead": "", "tables": [signed_table(facts)], "added": ""}
    by_name = {part.name: part for part in shown.parts(facts.contents, facts.month, snapshot.plan.unit)}
    part = by_name.get(facts.part) or by_name["done"]
    return {"lead": part.lead, "tables": list(part.tables), "added": facts.texts.get(part.name, "")}


def signed_table(facts: Facts) -> Table:
    steps = ((_("Envío"), facts.submitted), (_("Aceptación"), facts.accepted))
    rows = tuple((what, each.name, each.position or DASH, dates.day(each.on)) for what, each in steps if each)
    columns = (Column(_("Paso")), Column(_("Nombre"), strong=True), Column(_("Cargo")), Column(_("Fecha")))
    return Table(_("Quiénes responden por este formato"), columns, rows)


# --- On the page that sums up, the cover and the pages that lead to it ------------------------------------------------


def lead(snapshot: Snapshot) -> str:
    """ "" of others."""
    facts = snapshot.facts("formato")
    return shown.lead(facts.contents, facts.month, snapshot.plan.unit) if facts else ""


def findings(snapshot: Snapshot) -> list[tuple[str, str]]:
    facts = snapshot.facts("formato")
    told = {part.name: part.lead for part in shown.parts(facts.contents, facts.month, snapshot.plan.unit)}
    said = (
        (_("Cuánto se hizo"), told["done"]),
        (_("Quiénes participaron"), told["groups"]),
        (_("Qué dijeron"), told["contributions"]),
        (_("Qué resultó"), told["results"]),
    )
    return list(said[:1] if facts.contents.is_empty else said)


def tiles(snapshot: Snapshot) -> list[Tile]:
    facts, unit = snapshot.facts("formato"), snapshot.plan.unit
    if facts is None:
        return []
    found, held, groups = facts.contents, len(facts.contents.held), len(facts.contents.groups)
    made = []
    if found.planned:
        value = figures.done_of_total(found.executed, found.planned)
        made.append(Tile(value, _("%(units)s del mes, a su término") % {"units": unit.many}))
    made.append(Tile(figures.whole(held), ngettext("fecha realizada", "fechas realizadas", held)))
    made.append(Tile(figures.whole(groups), ngettext("grupo participó", "grupos participaron", groups)))
    return made
