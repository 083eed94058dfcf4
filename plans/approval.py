"""What an approval checks: blockers, and warnings that do not block."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Responsibility, Session
from display.dates import Precision, day, month_end
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


def approval_warnings(plan: Plan) -> list[str]:
    activities = plan.activities.in_plan().aggregate(
        undated=models.Count("pk", filter=~models.Exists(Session.objects.filter(activity=models.OuterRef("pk")))),
        unowned=models.Count(
            "pk",
            filter=Q(all_dependencies=False)
            & ~models.Exists(Responsibility.objects.filter(activity=models.OuterRef("pk"))),
        ),
    )
    return [
        text % {"n": number}
        for number, text in (
            (
                activities["undated"],
                ngettext(
                    "%(n)d actividad no tiene espacios: no entra en el porcentaje de ejecución.",
                    "%(n)d actividades no tienen espacios: no entran en el porcentaje de ejecución.",
                    activities["undated"],
                ),
            ),
            (
                activities["unowned"],
                ngettext(
                    "%(n)d actividad no dice quién responde por ella.",
                    "%(n)d actividades no dicen quién responde por ellas.",
                    activities["unowned"],
                ),
            ),
        )
        if number
    ]
