"""The report of a whole plan."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from display import dates
from reports import periods
from reports.documents import Kind

KIND = Kind(
    slug="final",
    word="final",
    name=gettext_lazy("Informe final"),
    title=gettext_lazy("Informe final de monitoreo"),
    about=gettext_lazy("Todo el plan, de su primer día al último."),
    sections=(
        "resumen",
        "ejecucion",
        "cambios-plan",
        "participantes",
        "percepcion",
        "imagenes",
        "metricas",
        "compromisos",
        "espacios",
        "observaciones",
        "recomendaciones",
        "plan",
        "metodo",
        "firmas",
        "realizados",
        "evidencias",
        "anexo",
        "registros",
    ),
    period_of=lambda plan, month, days: periods.whole(plan),
    days_of=lambda plan, period: (plan.starts_on, plan.ends_on),
    cutoff_of=lambda plan, period: plan.ends_on,
    words_of=lambda plan, period: dates.months(plan.starts_on, plan.ends_on),
    order=2,
)
