"""The period of a report: its key, its days, its default cut-off, and its title."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from display import dates
from display.dates import month_end
from plans.models import Plan
from reports.models import Report


def period_of(plan: Plan, kind: str, month: date | None = None) -> str:
    """The period's key: "2020-09" for the month of any of its days; "2020" or "2020-2021" for a final report.

    Raises ValueError, with a sentence to show: a monthly report needs a month of the plan, a final one has none.
    """
    if kind == Report.Kind.FINAL:
        if month:
            raise ValueError(_("El informe final es de todo el plan: no lleva mes."))
        years = sorted({plan.starts_on.year, plan.ends_on.year})
        return "-".join(str(year) for year in years)
    if not month:
        raise ValueError(_("El informe mensual necesita su mes, por ejemplo 2020-09."))
    first, last = month.replace(day=1), month_end(month)
    if last < plan.starts_on or first > plan.ends_on:
        raise ValueError(
            _("%(month)s no es un mes del plan, que va de %(start)s a %(end)s.")
            % {
                "month": capfirst(dates.month(month)),
                "start": dates.month(plan.starts_on),
                "end": dates.month(plan.ends_on),
            }
        )
    return f"{month:%Y-%m}"


def default_cutoff(plan: Plan, kind: str, period: str) -> date:
    return month_end(date.fromisoformat(f"{period}-01")) if kind == Report.Kind.MONTHLY else plan.ends_on


def days_of(plan: Plan, kind: str, period: str) -> tuple[date, date]:
    """First and last day of the period, clipped to the plan."""
    if kind != Report.Kind.MONTHLY:
        return plan.starts_on, plan.ends_on
    first = date.fromisoformat(f"{period}-01")
    return max(first, plan.starts_on), min(month_end(first), plan.ends_on)


def next_month(on: date) -> tuple[date, date]:
    first = month_end(on) + timedelta(days=1)
    return first, month_end(first)


def title_of(kind: str) -> str:
    return _("Informe mensual de monitoreo") if kind == Report.Kind.MONTHLY else _("Informe final de monitoreo")


def words_of(plan: Plan, kind: str, period: str) -> str:
    return dates.months(*days_of(plan, kind, period))
