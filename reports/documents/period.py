"""The report of some days, the plan to date beside them: a quarter, those between two cut-offs of the entity, any."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.models import Plan
from reports import periods
from reports.documents import DAYS, Kind
from reports.documents.monthly import KIND as MONTHLY
from reports.periods import Days


def period_of(plan: Plan, month: date | None, days: Days | None) -> str:
    if not days:
        raise ValueError(_("El informe de un periodo necesita su primer día y el último."))
    return periods.of_days(plan, days)


KIND = Kind(
    slug="period",
    word="periodo",
    name=gettext_lazy("Informe de un periodo"),
    title=gettext_lazy("Informe de monitoreo"),
    about=gettext_lazy("Un trimestre, un corte de la entidad u otros días, y al lado lo corrido del plan."),
    sections=MONTHLY.sections,
    period_of=period_of,
    days_of=periods.days_of,
    cutoff_of=lambda plan, period: periods.days_of(plan, period)[1],
    words_of=lambda plan, period: periods.words(period),
    needs=(DAYS,),
    order=3,
)
