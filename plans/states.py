"""The transitions of a plan: permissions, conditions and effects."""

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
    """The planned side of an approved plan cannot change."""

    def __init__(self):
        super().__init__(
            _(
                "El plan está aprobado y lo que promete ya no se edita. Para corregirlo, vuelva el plan a borrador "
                "con un motivo: se puede mientras no tenga informes publicados."
            )
        )


def hold_draft(plan: Plan) -> None:
    """Locks a draft until the transaction ends, so that edits and approval never interleave. Raises Frozen."""
    # A no-op UPDATE locks the row on PostgreSQL and the file on SQLite.
    draft = Plan.objects.drafts().filter(pk=plan.pk)
    if not draft.update(state=State.DRAFT):
        raise Frozen


def _no_blockers(plan: Plan, **_facts) -> list[Blocker]:
    return approval_blockers(plan)


def _reason_after_first_version(plan: Plan, *, reason: str, **_facts) -> Iterator[Blocker]:
    if not reason and plan.versions.exists():
        yield Blocker(_("Diga qué cambió desde la versión anterior."), field="reason")


def _reason_given(plan: Plan, *, reason: str, **_facts) -> Iterator[Blocker]:
    if not reason:
        yield Blocker(_("Diga por qué vuelve a borrador."), field="reason")


def can_reopen(plan: Plan) -> bool:
    """Whether what an approved plan promises can still change."""
    return not plan.reports.public().exists()


def published_reports(plan: Plan, **_facts) -> Iterator[Blocker]:
    # Readers hold its reports, which can only be superseded.
    if published := plan.reports.public().count():
        yield Blocker(
            ngettext(
                "El plan ya tiene %(n)d informe publicado, así que no puede volver a borrador.",
                "El plan ya tiene %(n)d informes publicados, así que no puede volver a borrador.",
                published,
            )
            % {"n": published}
        )


def _set_approved_on(plan: Plan | None, *, on: date, **_facts) -> dict:
    return {"approved_on": on}


def _clear_approved_on(plan: Plan | None, **_facts) -> dict:
    return {"approved_on": None}


def _freeze_version(plan: Plan, *, reason: str, by: User | None, **_facts) -> dict:
    version = versions.freeze(plan, reason=reason or _("Línea base"), by=by)
    return {"version": [None, version.number]}


def _log_reason(plan: Plan, *, reason: str, **_facts) -> dict:
    return {"reason": ["", reason]}


PLANS = Machine(
    Transition(
        State.DRAFT,
        State.APPROVED,
        Permission.APPROVE_PLAN,
        needs=(_no_blockers, _reason_after_first_version),
        sets=_set_approved_on,
        then=_freeze_version,
        verb="plan.approve",
    ),
    Transition(
        State.APPROVED,
        State.DRAFT,
        Permission.APPROVE_PLAN,
        needs=(_reason_given, published_reports),
        sets=_clear_approved_on,
        then=_log_reason,
        verb="plan.reopen",
    ),
    may=may,
)
