"""The halves, quarters and months of a plan, which pages of figures offer."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from display import dates
from plans.models import Plan


class Period(NamedTuple):
    """From the first day of a month to the last of the same or of a later one."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return dates.span(self.first, self.last)


def periods_of(plan: Plan) -> dict[str, Period]:
    """By code, halves of a year ("2026-S1"), quarters ("2026-T3") and months ("2026-03") that a plan touches."""
    months = dates.months_between(plan.starts_on, plan.ends_on)
    found: dict[str, Period] = {}
    for sign, length in (("S", 6), ("T", 3), ("", 1)):
        for month in months:
            number = (month.month - 1) // length
            code = f"{month.year}-{sign}{number + 1}" if sign else f"{month:%Y-%m}"
            first = date(month.year, number * length + 1, 1)
            found[code] = Period(first, dates.month_end(date(month.year, (number + 1) * length, 1)))
    return found


def choices_of(periods: dict[str, Period]) -> list[tuple[str, list[tuple[str, str]]]]:
    """For a list to choose from, under their headings."""
    headed = [
        (heading, [(code, capfirst(period.name)) for code, period in periods.items() if code[5:6] in signs])
        for heading, signs in ((_("Semestre"), "S"), (_("Trimestre"), "T"), (_("Mes"), "01"))
    ]
    return [(heading, choices) for heading, choices in headed if choices]
