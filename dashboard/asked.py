"""What waits for one person: requests, proposals, extensions and monthly returns to decide, citizens to reply to, plans
and reports to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Entity
from activities.models import ChangeRequest, MonthlyReturn
from commitments.filters import Waits
from commitments.models import CitizenAnswer, Extension
from commitments.models.answer import reply_by
from display.dates import away_in_working_days
from display.figures import whole
from plans import signing
from plans.models import Plan, Signatory
from records.models import SignOff
from reports.models import Report


@dataclass(frozen=True)
class Ask:
    """`url`: where it is decided or signed. `state`: a code of _components/state.html."""

    name: str
    url: str
    label: str
    since: str = ""
    state: str = "requested"


def of_planning(entity: Entity, on: date) -> list[Ask]:
    asked = (to_decide, extensions_to_decide, citizens_to_reply, to_accept)
    return [each for find in asked for each in find(entity, on)]


def to_decide(entity: Entity, on: date) -> list[Ask]:
    """Requests that wait for planning and proposals for a draft, a row for each plan; two statements."""
    rows = ChangeRequest.objects.to_decide().filter(plan__entity=entity).order_by().values("plan")
    counted = {row["plan"]: row for row in rows.annotate(n=Count("pk"), oldest=Min("requested_at"))}
    result = []
    for plan in entity.plans.filter(pk__in=counted):
        row = counted[plan.pk]
        name = "change_list" if plan.is_frozen else "proposal_list"
        label = ngettext("%(n)s solicitud por decidir", "%(n)s solicitudes por decidir", row["n"])
        since = away_in_working_days(timezone.localtime(row["oldest"]).date(), on)
        result.append(
            Ask(
                plan.title,
                reverse(f"activities:{name}", args=[entity.slug, plan.slug]),
                label % {"n": whole(row["n"])},
                _("la más antigua, %(when)s") % {"when": since},
            )
        )
    return result


def to_accept(entity: Entity, on: date) -> list[Ask]:
    """Monthly returns that wait for planning, a row for each plan; two statements."""
    rows = MonthlyReturn.objects.to_accept().filter(plan__entity=entity).order_by().values("plan")
    counted = {row["plan"]: row for row in rows.annotate(n=Count("pk"), oldest=Min("submitted_on"))}
    result = []
    for plan in entity.plans.filter(pk__in=counted):
        row = counted[plan.pk]
        label = ngettext("%(n)s formato por aceptar", "%(n)s formatos por aceptar", row["n"]) % {"n": whole(row["n"])}
        since = _("el más antiguo, %(when)s") % {"when": away_in_working_days(row["oldest"], on)}
        result.append(Ask(plan.title, reverse("activities:return_list", args=[entity.slug, plan.slug]), label, since))
    return result


def extensions_to_decide(entity: Entity, on: date) -> list[Ask]:
    """Promises of which somebody asked for more time, a row for each plan; two statements."""
    rows = Extension.objects.to_decide().filter(commitment__plan__entity=entity).order_by().values("commitment__plan")
    counted = {row["commitment__plan"]: row for row in rows.annotate(n=Count("pk"), oldest=Min("asked_on"))}
    result = []
    for plan in entity.plans.filter(pk__in=counted):
        row = counted[plan.pk]
        label = ngettext("%(n)s prórroga por decidir", "%(n)s prórrogas por decidir", row["n"]) % {"n": whole(row["n"])}
        since = _("la más antigua, %(when)s") % {"when": away_in_working_days(row["oldest"], on)}
        result.append(Ask(plan.title, f"{_promises_of(entity, plan)}?waits={Waits.EXTENSION}", label, since))
    return result


def citizens_to_reply(entity: Entity, on: date) -> list[Ask]:
    """Those who say that a promise was not kept, a row for each plan with its nearest term; two statements."""
    rows = CitizenAnswer.objects.open().filter(commitment__plan__entity=entity).order_by().values("commitment__plan")
    counted = {row["commitment__plan"]: row for row in rows.annotate(n=Count("pk"), oldest=Min("answered_on"))}
    result = []
    for plan in entity.plans.filter(pk__in=counted):
        row = counted[plan.pk]
        label = ngettext("%(n)s persona espera respuesta", "%(n)s personas esperan respuesta", row["n"])
        term = reply_by(row["oldest"])
        since = _("plazo de la primera: %(when)s") % {"when": away_in_working_days(term, on)}
        url = f"{_promises_of(entity, plan)}?waits={Waits.REPLY}"
        state = "overdue" if term < on else "requested"
        result.append(Ask(plan.title, url, label % {"n": whole(row["n"])}, since, state))
    return result


def _promises_of(entity: Entity, plan: Plan) -> str:
    return reverse("commitments:commitment_list", args=[entity.slug, plan.slug])


def plans_to_sign(entity: Entity, person: int) -> list[Ask]:
    """Those in review whose next signature is this person's; two statements."""
    rows = Signatory.objects.filter(person=person, plan__entity=entity, plan__state=Plan.State.IN_REVIEW)
    rows = list(rows.select_related("plan").order_by("plan__title", "pk"))
    signed = _signed(Plan, {row.plan_id for row in rows})
    return [
        Ask(row.plan.title, reverse("plans:plan_sign", args=[entity.slug, row.plan.slug]), _("Por firmar"))
        for row in rows
        if row.stage == next((stage for stage in signing.NAMED if (row.plan_id, stage) not in signed), None)
    ]


def reports_to_sign(entity: Entity, person: int) -> list[Ask]:
    """Those that somebody else began to sign; two statements."""
    kind = ContentType.objects.get_for_model(Report)
    begun = SignOff.objects.filter(entity=entity, target_type=kind, state=SignOff.State.SIGNED)
    by: dict[int, list[int | None]] = {}
    for report, signer in begun.values_list("target_id", "person"):
        by.setdefault(report, []).append(signer)
    open_ones = [pk for pk, people in by.items() if len(people) < len(SignOff.Stage) and person not in people]
    drafts = Report.objects.light().filter(pk__in=open_ones, state=Report.State.DRAFT)
    result = []
    for report in drafts.select_related("plan__entity", "dependency").order_by("pk"):
        url = reverse("reports:report_sign", args=[entity.slug, report.plan.slug, report.pk])
        result.append(Ask(report.name, url, _("Por firmar")))
    return result


def _signed(model, ids: set[int]) -> set[tuple[int, str]]:
    kind = ContentType.objects.get_for_model(model)
    rows = SignOff.objects.filter(target_type=kind, target_id__in=ids, state=SignOff.State.SIGNED)
    return set(rows.values_list("target_id", "stage"))
