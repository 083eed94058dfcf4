"""A plan's states: from where to where, who may, what must hold, what happens."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission, may
from plans import versions
from plans.approval import approval_blockers
from plans.models import Plan
from records.refusals import Blocker, Refused
from records.transitions import Machine, Transition

State = Plan.State


class Frozen(Refused):
    """The plan is approved, and what was to change is what it promises."""

    def __init__(self):
        super().__init__(
            _(
                "El plan está aprobado y lo que promete ya no se edita. Para corregirlo, vuelva el plan a borrador "
                "con un motivo: se puede mientras no tenga informes publicados."
            )
        )


def hold_draft(plan: Plan) -> None:
    """Keeps the plan a draft until the transaction ends, so that edits and approval never cross. Raises Frozen."""
    draft = Plan.objects.drafts().filter(pk=plan.pk)
    if not draft.update(state=State.DRAFT):
        raise Frozen


def _ready(plan: Plan, **_facts) -> list[Blocker]:
    return approval_blockers(plan)


def _says_what_changed(plan: Plan, *, reason: str, **_facts) -> Iterator[Blocker]:
    if not reason and plan.versions.exists():
        yield Blocker(_("Diga qué cambió desde la versión anterior."), field="reason")


def _says_why(plan: Plan, *, reason: str, **_facts) -> Iterator[Blocker]:
    if not reason:
        yield Blocker(_("Diga por qué vuelve a borrador."), field="reason")


def _unpublished(plan: Plan, **_facts) -> Iterator[Blocker]:
    """What a reader was told of a plan can only be superseded."""
    if published := plan.reports.public().count():
        yield Blocker(
            ngettext(
                "El plan ya tiene %(n)d informe publicado, así que no puede volver a borrador.",
                "El plan ya tiene %(n)d informes publicados, así que no puede volver a borrador.",
                published,
            )
            % {"n": published}
        )


def _approved_on(plan: Plan | None, *, on: date, **_facts) -> dict:
    return {"approved_on": on}


def _not_approved(plan: Plan | None, **_facts) -> dict:
    return {"approved_on": None}


def _freeze(plan: Plan, *, reason: str, by: User | None, **_facts) -> dict:
    version = versions.freeze(plan, reason=reason or _("Línea base"), by=by)
    return {"version": [None, version.number]}


def _keep_reason(plan: Plan, *, reason: str, **_facts) -> dict:
    return {"reason": ["", reason]}


PLANS = Machine(
    Transition(
        State.DRAFT,
        State.APPROVED,
        Permission.APPROVE_PLAN,
        needs=(_ready, _says_what_changed),
        sets=_approved_on,
        then=_freeze,
        verb="plan.approve",
    ),
    Transition(
        State.APPROVED,
        State.DRAFT,
        Permission.APPROVE_PLAN,
        needs=(_says_why, _unpublished),
        sets=_not_approved,
        then=_keep_reason,
        verb="plan.reopen",
    ),
    may=may,
)
