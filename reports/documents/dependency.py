"""The report of what a dependency has in a plan, all of it or some days. Such reports do not add up to the plan."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from display import dates
from plans.models import Plan
from reports import periods
from reports.documents import DAYS, DEPENDENCY, Kind
from reports.documents.monthly import KIND as MONTHLY


def words_of(plan: Plan, period: str) -> str:
    days = periods.days_of(plan, period)
    return dates.months(*days) if days == (plan.starts_on, plan.ends_on) else periods.words(period)


KIND = Kind(
    slug="dependency",
    word="dependencia",
    name=gettext_lazy("Informe de una dependencia"),
    title=gettext_lazy("Informe de monitoreo de una dependencia"),
    about=gettext_lazy("Solo lo que el plan le encarga: en todo el plan o en los días que usted diga."),
    # Perception apart: what few answered of one dependency would be what the plan's report says less the others'.
    sections=tuple(slug for slug in MONTHLY.sections if slug != "percepcion"),
    period_of=lambda plan, month, days: periods.of_days_or_whole(plan, days),
    days_of=periods.days_of,
    cutoff_of=lambda plan, period: periods.days_of(plan, period)[1],
    words_of=words_of,
    needs=(DEPENDENCY,),
    takes=(DAYS,),
    order=4,
)
