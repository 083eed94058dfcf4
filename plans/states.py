"""The transitions of a plan: permissions, conditions and effects."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Permission, may
from display.dates import Precision, month_end
from plans import signing, versions
from plans.approval import approval_blockers
from plans.models import Plan
from records import audit, sign_offs
from records.models import SignOff
from records.refusals import Blocker, Refused
from records.transitions import Machine, Transition

State, Stage = Plan.State, SignOff.Stage


class Frozen(Refused):
    """The planned side of a plan that is no draft cannot be written."""

    def __init__(self, plan: Plan):
        state = Plan.objects.filter(pk=plan.pk).values_list("state", flat=True).first()
        if state == State.IN_REVIEW:
            sentence = _(
                "El plan está en revisión y lo que promete no se edita mientras lo firman. Para corregirlo, pida que "
                "lo devuelvan o retírelo de la revisión."
            )
        elif state in (State.CLOSED, State.ARCHIVED):
            sentence = _("El plan está cerrado: ya no cambia.")
        else:
            sentence = _(
                "El plan está aprobado y lo que promete ya no se edita. Pida el cambio con una solicitud; o, mientras "
                "no tenga informes publicados, vuelva el plan a borrador con un motivo."
            )
        super().__init__(sentence)


class Closed(Refused):
    """Nothing more is reported of a plan that is closed."""

    def __init__(self):
        super().__init__(
            _("El plan está cerrado y ya no recibe reportes. Si falta algo, planeación puede reabrirlo con un motivo.")
        )


def hold_draft(plan: Plan) -> None:
    """Locks a draft until the transaction ends, so that edits and approval never interleave. Raises Frozen."""
    # A no-op UPDATE locks the row on PostgreSQL and the file on SQLite.
    draft = Plan.objects.drafts().filter(pk=plan.pk)
    if not draft.update(state=State.DRAFT):
        raise Frozen(plan)


def refuse_closed(plan: Plan) -> None:
    """Raises Closed. It locks nothing: what is reported by many at once does not wait for the plan's row."""
    if plan.state in (State.CLOSED, State.ARCHIVED):
        raise Closed


def _no_blockers(plan: Plan, **_facts) -> list[Blocker]:
    return approval_blockers(plan)


def _reason_after_first_version(plan: Plan, *, reason: str, **_facts) -> Iterator[Blocker]:
    if not reason and plan.versions.exists():
        yield Blocker(_("Diga qué cambió desde la versión anterior."), field="reason")


def _reason_given(plan: Plan, *, reason: str, **_facts) -> Iterator[Blocker]:
    if not reason:
        yield Blocker(_("Diga por qué."), field="reason")


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


def _forget_approval(plan: Plan | None, **_facts) -> dict:
    return {"approved_on": None, "approved_precision": Precision.DAY, "approval_act": "", "approval_document": None}


def _set_approval(
    plan: Plan | None, *, on: date, precision: str = Precision.DAY, act: str = "", document=None, **_facts
) -> dict:
    return {"approved_on": on, "approved_precision": precision, "approval_act": act, "approval_document": document}


def _not_to_come(plan: Plan, *, on: date, today: date | None = None, **_facts) -> Iterator[Blocker]:
    if today and on > max(today, month_end(today)):
        yield Blocker(_("La aprobación no puede ser de un día que no ha llegado."), field="approved_on")


def _freeze_version(plan: Plan, *, reason: str, by: User | None, **_facts) -> dict:
    """The next version, which what was signed is of."""
    version = versions.freeze(plan, reason=reason or _("Línea base"), by=by)
    with audit.acting_as(by):
        for signed in sign_offs.standing(plan):
            signed.target = version
            signed.save(update_fields=["target_type", "target_id"])
    return {"version": [None, version.number]}


def _log_reason(plan: Plan, *, reason: str, **_facts) -> dict:
    return {"reason": ["", reason]}


def _log_note(plan: Plan, *, note: str, **_facts) -> dict:
    return {"note": ["", note]}


def _sign_prepared(plan: Plan, *, by: User, on: date, position: str, reason: str, **_facts) -> dict:
    signing.put(plan, Stage.PREPARED, by=by, on=on, position=position)
    return {"reason": ["", reason]} if reason else {}


def _sign_approved(plan: Plan, *, by: User, on: date, position: str, reason: str, **facts) -> dict:
    signing.put(plan, Stage.APPROVED, by=by, on=on, position=position)
    return _freeze_version(plan, reason=reason, by=by)


def _signatories_named(plan: Plan, **_facts) -> Iterator[Blocker]:
    if plan.signatories.count() < len(signing.NAMED):
        yield Blocker(_("Diga quién revisa el plan y quién lo aprueba."))


def _reviewed(plan: Plan, **_facts) -> Iterator[Blocker]:
    if Stage.REVIEWED not in {signed.stage for signed in sign_offs.standing(plan)}:
        yield Blocker(_("Falta la firma de quien revisa."))


def _says_why(plan: Plan, *, note: str, **_facts) -> Iterator[Blocker]:
    if not note:
        yield Blocker(_("Diga por qué lo devuelve."), field="note")


def final_report(plan: Plan, **_facts) -> Iterator[Blocker]:
    """Closing follows the final report."""
    if not plan.reports.public().filter(kind="final").exists():
        url = reverse("reports:report_list", args=[plan.entity.slug, plan.slug])
        yield Blocker(_("Publique antes el informe final del plan."), url)


# Beside the rights of a role: those of whom the plan names.
SIGNS, APPROVES = "signs", "approves"


def _may(user: User, permission: str, plan: Plan) -> bool:
    if permission == SIGNS:
        return signing.is_named(plan, user) or may(user, Permission.APPROVE_PLAN, plan)
    if permission == APPROVES:
        return signing.is_named(plan, user, Stage.APPROVED)
    return may(user, permission, plan)


PLANS = Machine(
    Transition(
        State.DRAFT,
        State.IN_REVIEW,
        Permission.APPROVE_PLAN,
        needs=(_no_blockers, _reason_after_first_version, _signatories_named),
        then=_sign_prepared,
        verb="plan.submit",
    ),
    Transition(State.IN_REVIEW, State.DRAFT, SIGNS, needs=(_says_why,), then=_log_note, verb="plan.return"),
    Transition(
        State.IN_REVIEW,
        State.APPROVED,
        APPROVES,
        needs=(_no_blockers, _reviewed),
        sets=_set_approval,
        then=_sign_approved,
        verb="plan.approve",
    ),
    # Approved outside this system: a committee's minutes, a decree.
    Transition(
        State.DRAFT,
        State.APPROVED,
        Permission.APPROVE_PLAN,
        needs=(_no_blockers, _reason_after_first_version, _not_to_come),
        sets=_set_approval,
        then=_freeze_version,
        verb="plan.approve",
    ),
    Transition(
        State.APPROVED,
        State.DRAFT,
        Permission.APPROVE_PLAN,
        needs=(_reason_given, published_reports),
        sets=_forget_approval,
        then=_log_reason,
        verb="plan.reopen",
    ),
    Transition(
        State.APPROVED,
        State.CLOSED,
        Permission.APPROVE_PLAN,
        needs=(final_report,),
        sets=lambda plan, *, on, **facts: {"closed_on": on},
        verb="plan.close",
    ),
    Transition(
        State.CLOSED,
        State.APPROVED,
        Permission.APPROVE_PLAN,
        needs=(_reason_given,),
        sets=lambda plan, **facts: {"closed_on": None},
        then=_log_reason,
        verb="plan.resume",
    ),
    Transition(State.CLOSED, State.ARCHIVED, Permission.APPROVE_PLAN, verb="plan.archive"),
    Transition(State.ARCHIVED, State.CLOSED, Permission.APPROVE_PLAN, verb="plan.unarchive"),
    may=_may,
)
