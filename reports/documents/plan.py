"""The document of a plan: what it promises, to whom, by whom and when. It tells nothing of what was done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from display import dates
from reports import periods
from reports.documents import Kind

KIND = Kind(
    slug="plan",
    word="plan",
    name=gettext_lazy("Documento del plan"),
    title=gettext_lazy("Documento del plan"),
    about=gettext_lazy(
        "El plan como se aprobó: sus capítulos, sus actividades por fase, a quiénes llega y quién lo firma."
    ),
    sections=(
        *("resumen", "presentacion", "marco", "objetivo", "participar", "acciones"),
        *("matriz", "cobertura", "cierre", "aprobacion"),
    ),
    period_of=lambda plan, month, days: periods.whole(plan),
    days_of=lambda plan, period: (plan.starts_on, plan.ends_on),
    cutoff_of=lambda plan, period: plan.starts_on,  # stored and not said
    words_of=lambda plan, period: dates.months(plan.starts_on, plan.ends_on),
    order=7,
    has_cutoff=False,
    is_signed=False,
)
