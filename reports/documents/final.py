"""The report of a whole plan."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.models import Plan
from reports.documents import Kind


def period_of(plan: Plan, month: date | None) -> str:
    if month:
        raise ValueError(_("El informe final es de todo el plan: no lleva mes."))
    return "-".join(str(year) for year in sorted({plan.starts_on.year, plan.ends_on.year}))


KIND = Kind(
    slug="final",
    word="final",
    name=gettext_lazy("Informe final"),
    title=gettext_lazy("Informe final de monitoreo"),
    sections=(
        "resumen",
        "ejecucion",
        "participantes",
        "metricas",
        "compromisos",
        "espacios",
        "observaciones",
        "recomendaciones",
        "plan",
        "metodo",
        "firmas",
        "realizados",
        "anexo",
    ),
    period_of=period_of,
    days_of=lambda plan, period: (plan.starts_on, plan.ends_on),
    cutoff_of=lambda plan, period: plan.ends_on,
    takes_month=False,
    order=2,
)
