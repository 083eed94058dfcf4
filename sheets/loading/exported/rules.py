"""What holds for a row of each kind besides its fields: what approval freezes, what a state needs, what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_noop as _

from activities.metrics import kind_of
from commitments.actions import UNSHOWN
from commitments.states import COMMITMENTS, OPEN, State
from display.dates import Precision, month_end
from display.written_dates import Span
from plans.models import Plan
from sheets.loading.commitments import deadline_held
from sheets.loading.exported.row import ExportedRow

PLANNED = frozenset({"planned_on", "planned_precision", "planned_units"})  # of a session, what approval freezes
DATED = (("planned_on", "planned_precision"), ("held_on", "held_precision"), ("made_on", "made_precision"))
STRUCTURE = ("plan", "phases", "lines", "chapters")


def is_promised(row: ExportedRow, instance: Model) -> bool:
    """Whether approval freezes the row, as it was or as it would be."""
    match row.kind:
        case "activities":
            return not instance.outside_plan or (row.stored is not None and not row.stored.outside_plan)
        case "sessions":
            if instance.activity.outside_plan:
                return False
            return bool(row.stored.planned_units if row.stored else instance.planned_units)
    return row.kind in STRUCTURE


def frozen_names(row: ExportedRow, instance: Model) -> frozenset[str] | None:
    """The columns that an approved plan no longer changes; None for all of them."""
    if row.kind != "sessions":
        return None if is_promised(row, instance) else frozenset()
    if is_promised(row, instance):
        return PLANNED
    return frozenset() if instance.activity.outside_plan else frozenset({"planned_units"})  # an extra one stays so


def complete(row: ExportedRow, instance: Model, changed: set[str]) -> Iterator[str]:
    """Sets what follows from what the sheet changes; gives the names of those fields."""
    for on, precision in DATED:
        if {on, precision} & changed and getattr(instance, precision) == Precision.MONTH and getattr(instance, on):
            setattr(instance, on, month_end(getattr(instance, on)))
            yield on
    if row.kind == "metrics" and "name" in changed:
        instance.kind = kind_of(instance.name)
        yield "kind"
    if row.kind == "commitments" and row.stored is not None and not instance.code:
        instance.code = row.stored.code  # citizens know it by it
        yield "code"


def problems(row: ExportedRow, instance: Model, changed: set[str], plan: Plan) -> Iterator[ValidationError]:
    """What the row may not be, each with the column in which to tell it (`code`)."""
    is_dated = row.kind == "sessions" and changed & {"planned_on", "planned_precision"}
    if is_dated and not instance.activity.outside_plan and not instance.withdrawn_on and is_outside(instance, plan):
        yield ValidationError(_("La fecha queda fuera del plan. Corríjala, o las fechas del plan."), code="planned_on")
    if row.kind == "commitments":
        if row.stored is not None and "due_on" in changed and row.stored.holds_deadline:
            yield deadline_held(row.stored)
        if "state" in changed:
            yield from _state(row, instance)
    if row.kind == "follow_ups" and row.stored is None and instance.progress == 100 and not instance.evidence:
        yield ValidationError(UNSHOWN, code="evidence" if row.has("evidence") else "progress")


def is_outside(session: Model, plan: Plan) -> bool:
    span = Span(plan.starts_on, plan.ends_on)
    return isinstance(session.planned_on, date) and not span.holds(session.planned_on, session.planned_precision)


def _state(row: ExportedRow, commitment: Model) -> Iterator[ValidationError]:
    """A stored commitment goes where its table leads; a new one may be in any state but verified."""
    to = commitment.state
    if row.stored is None:
        if to == State.VERIFIED:
            yield ValidationError(
                _("Un compromiso nuevo no llega verificado: escríbalo como cumplido y verifíquelo después en el plan."),
                code="state",
            )
        return
    if to not in State.values:
        return  # the field tells
    if (row.stored.state, to) not in COMMITMENTS.table:
        yield ValidationError(
            _("El compromiso está «%(state)s» y de ahí no pasa a «%(to)s». Cámbielo en la página del compromiso."),
            code="state",
            params={"state": row.stored.get_state_display(), "to": State(to).label},
        )
        return
    on = commitment.verified_on if to == State.VERIFIED else commitment.closed_on or commitment.closed_until
    facts: dict[str, Any] = {"reason": commitment.reason, "carried_to_year": commitment.carried_to_year, "on": on}
    if row.stored.state not in OPEN and to == State.IN_PROGRESS:
        facts["on"] = None  # reopened: the day of closing goes
    for blocker in COMMITMENTS.blockers(row.stored, to, **facts):
        code = {"on": "closed_on"}.get(blocker.field, blocker.field) or "state"
        yield ValidationError(blocker.text, code=code)
