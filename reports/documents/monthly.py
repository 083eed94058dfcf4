"""The report of one month: the month and the plan to date, side by side."""

from __future__ import annotations

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates
from display.dates import month_end
from plans.models import Plan
from reports.documents import MONTH, Kind
from reports.periods import Days


def period_of(plan: Plan, month: date | None, days: Days | None) -> str:
    if not month:
        raise ValueError(_("El informe mensual necesita su mes, por ejemplo 2020-09."))
    if month_end(month) < plan.starts_on or month.replace(day=1) > plan.ends_on:
        raise ValueError(
            _("%(month)s no es un mes del plan, que va de %(start)s a %(end)s.")
            % {
                "month": capfirst(dates.month(month)),
                "start": dates.month(plan.starts_on),
                "end": dates.month(plan.ends_on),
            }
        )
    return f"{month:%Y-%m}"


def days_of(plan: Plan, period: str) -> Days:
    first = date.fromisoformat(f"{period}-01")
    return max(first, plan.starts_on), min(month_end(first), plan.ends_on)


def cutoff_of(plan: Plan, period: str) -> date:
    return month_end(date.fromisoformat(f"{period}-01"))


KIND = Kind(
    slug="monthly",
    word="mensual",
    name=gettext_lazy("Informe mensual"),
    title=gettext_lazy("Informe mensual de monitoreo"),
    about=gettext_lazy("Un mes, y al lado lo corrido del plan."),
    sections=(
        "resumen",
        "ejecucion",
        "cambio",
        "cambios-plan",
        "realizados",
        "participantes",
        "percepcion",
        "imagenes",
        "metricas",
        "compromisos",
        "espacios",
        "viene",
        "observaciones",
        "recomendaciones",
        "plan",
        "metodo",
        "firmas",
        "evidencias",
        "anexo",
        "registros",
    ),
    period_of=period_of,
    days_of=days_of,
    cutoff_of=cutoff_of,
    words_of=lambda plan, period: dates.period(period),
    needs=(MONTH,),
    order=1,
)
