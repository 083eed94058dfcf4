"""What a dependency told planning of a month, once planning accepted it: its internal form, for everybody to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.returns import published
from plans.models import Plan
from records.refusals import Blocker
from reports.documents import DEPENDENCY, MONTH, Kind
from reports.documents.monthly import KIND as MONTHLY
from reports.periods import Days


def period_of(plan: Plan, month: date | None, days: Days | None) -> str:
    if not month:
        raise ValueError(_("El formato interno necesita su mes, por ejemplo 2020-09."))
    return MONTHLY.period_of(plan, month, days)


def blockers(report: Any) -> Iterator[Blocker]:
    """`report`: of this kind. It is published as it was accepted."""
    monthly = published.of_period(report.plan, report.dependency, report.period)
    if monthly is None:
        slugs = report.plan.entity.slug, report.plan.slug
        url = reverse("activities:return_list", args=slugs)
        yield Blocker(_("La dependencia no tiene formato interno de ese mes."), url)
    elif monthly.state != monthly.State.ACCEPTED:
        text = _("El formato interno está «%(state)s»: se publica cuando planeación lo acepta.")
        yield Blocker(text % {"state": monthly.get_state_display()}, monthly.get_absolute_url())


KIND = Kind(
    slug="return",
    word="formato",
    name=gettext_lazy("Formato interno de reporte"),
    title=gettext_lazy("Formato interno de reporte"),
    about=gettext_lazy("Lo que una dependencia hizo en un mes, como planeación lo aceptó."),
    sections=("resumen", "formato"),
    period_of=period_of,
    days_of=MONTHLY.days_of,
    cutoff_of=MONTHLY.cutoff_of,
    words_of=MONTHLY.words_of,
    needs=(MONTH, DEPENDENCY),
    order=8,
    has_cutoff=False,  # always that of its month
    is_signed=False,
    blockers=blockers,
)
