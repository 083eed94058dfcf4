"""What an approval checks: blockers, and warnings that do not block."""

from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Activity, Session
from display.dates import Precision, day, month_end
from display.text import enumeration
from plans.models import Plan
from records.refusals import Blocker


def outside_dates(plan: Plan) -> list[Session]:
    """Sessions outside the unsaved dates of `plan`; one planned for a month is inside when part of the month is."""
    end_of_month = month_end(plan.ends_on)
    late = Q(planned_on__gt=plan.ends_on, planned_precision=Precision.DAY) | Q(planned_on__gt=end_of_month)
    sessions = Session.objects.filter(activity__plan=plan, withdrawn_on=None).in_plan()
    return list(sessions.filter(Q(planned_on__lt=plan.starts_on) | late).select_related("activity"))


def named(sessions: list[Session], most: int = 5) -> str:
    # «1.2 Encuesta» del 3 de enero de 2027, … y 4 más
    names = [
        _("«%(activity)s» del %(day)s") % {"activity": session.activity, "day": day(session.planned_on)}
        for session in sessions[:most]
    ]
    if rest := len(sessions) - len(names):
        names.append(ngettext("y %(n)d más", "y %(n)d más", rest) % {"n": rest})
    return ", ".join(names)


def approval_blockers(plan: Plan) -> list[Blocker]:
    """Empty when the plan can be approved. Two queries."""
    at = [plan.entity.slug, plan.slug]
    blockers = []
    if not plan.activities.in_plan().exists():
        text = _("El plan no tiene actividades. Importe su matriz o escríbalas.")
        blockers.append(Blocker(text, reverse("activities:activity_list", args=at)))
    blockers += [
        Blocker(_("El espacio %(which)s queda por fuera de las fechas del plan.") % {"which": named([session])}, url)
        for session in outside_dates(plan)
        for url in [reverse("activities:activity_detail", args=[*at, session.activity_id])]
    ]
    return blockers


class Warned(NamedTuple):
    text: str
    names: str  # of the first activities that it is about
    url: str  # their list


def approval_warnings(plan: Plan) -> list[Warned]:
    """Two queries."""
    rows, list_url = plan.activities.in_plan(), reverse("activities:activity_list", args=[plan.entity.slug, plan.slug])
    undated, unowned = (list(found.order_by("order", "pk")) for found in (rows.undated(), rows.unowned()))
    warnings = []
    if number := len(undated):
        text = ngettext(
            "%(n)d actividad no tiene espacios: no entra en el porcentaje de ejecución.",
            "%(n)d actividades no tienen espacios: no entran en el porcentaje de ejecución.",
            number,
        ) % {"n": number}
        warnings.append(Warned(text, first_names(undated), f"{list_url}?month=ninguno&scope=plan"))
    if number := len(unowned):
        text = ngettext(
            "%(n)d actividad no dice quién responde por ella.",
            "%(n)d actividades no dicen quién responde por ellas.",
            number,
        ) % {"n": number}
        warnings.append(Warned(text, first_names(unowned), f"{list_url}?dependency=ninguna&scope=plan"))
    return warnings


def first_names(activities: list[Activity], most: int = 3) -> str:
    """ "«1.2 Encuesta», «1.4 Foro», «2.1 Feria» y 4 más"."""
    names = [f"«{Truncator(activity).chars(80)}»" for activity in activities[:most]]
    if rest := len(activities) - len(names):
        names.append(ngettext("%(n)d más", "%(n)d más", rest) % {"n": rest})
    return enumeration(names)
