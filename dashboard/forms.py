"""What a live figure is of: its set, month, rows and cut-off, as they stand in the address."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboard.breakdown import By
from dashboard.retrace import Group, What
from display import dates
from display.widgets import date_input
from plans.models import Plan
from plans.periods import Period, choices_of, periods_of


class FigureForm(forms.Form):
    conjunto = forms.ChoiceField(label=gettext_lazy("De qué"), required=False)
    mes = forms.ChoiceField(label=gettext_lazy("Mes programado"), required=False)
    hasta = forms.ChoiceField(label=gettext_lazy("Hasta el mes"), required=False)
    que = forms.ChoiceField(label=gettext_lazy("Qué filas"), choices=What.choices, required=False)
    corte = forms.DateField(
        label=gettext_lazy("Con corte al"),
        widget=date_input(),
        validators=[MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
        required=False,
    )

    def __init__(self, data, *, plan: Plan, groups: list[Group], today: date):
        data = data.copy()
        data.setdefault("corte", today.isoformat())
        super().__init__(data)
        self.groups, self.today = {group.code: group for group in groups}, today
        headed = groupby(groups, key=lambda group: group.heading)
        options = [(heading, [(group.code, group.name) for group in some]) for heading, some in headed]
        self.fields["conjunto"].choices = [*options[0][1], *options[1:]]
        months = {f"{first:%Y-%m}": first for first in dates.months_between(plan.starts_on, plan.ends_on)}
        if asked := _month(data.get("mes", "")):  # a draft may have rows outside its dates
            months.setdefault(f"{asked:%Y-%m}", asked)
        named = [(code, capfirst(dates.month(first))) for code, first in months.items()]
        self.fields["mes"].choices = [("", _("Todos")), *named]
        self.fields["hasta"].choices = [("", _("El mismo")), *named]

    def clean(self):
        data = super().clean()
        if data.get("hasta") and not data.get("mes"):
            self.add_error("mes", _("Diga también desde qué mes."))
        elif data.get("hasta") and data["hasta"] < data["mes"]:
            self.add_error("hasta", _("El último mes no puede ser anterior al primero."))
        return data

    def clean_corte(self) -> date:
        return self.cleaned_data["corte"] or self.today

    @property
    def chosen(self) -> tuple[Group, date, date | None, str, date | None]:
        """(set, cut-off, first day of the month, rows, last day of the last month when there are several); what is not
        valid asks for nothing, and its field says so."""
        self.full_clean()
        data = self.cleaned_data
        group = self.groups.get(data.get("conjunto", "")) or next(iter(self.groups.values()))
        first, last = _month(data.get("mes", "")), _month(data.get("hasta", ""))
        until = dates.month_end(last) if first and last and last > first else None
        return group, data.get("corte", self.today), first, data.get("que", ""), until


class BreakdownForm(forms.Form):
    """By what, of which period, beside which: what is not valid asks for nothing, and its field says so."""

    por = forms.ChoiceField(label=gettext_lazy("Por"), choices=By.choices, required=False)
    periodo = forms.ChoiceField(label=gettext_lazy("Lo programado"), required=False)
    con = forms.ChoiceField(
        label=gettext_lazy("Comparado con"),
        required=False,
        help_text=gettext_lazy("Por mes no se compara: cada periodo tiene los suyos."),
    )
    corte = forms.DateField(
        label=gettext_lazy("Con corte al"),
        widget=date_input(),
        validators=[MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
        required=False,
    )

    def __init__(self, data, *, plan: Plan, today: date):
        data = data.copy()
        data.setdefault("corte", today.isoformat())
        super().__init__(data)
        self.today, self.periods = today, periods_of(plan)
        options = choices_of(self.periods)
        self.fields["periodo"].choices = [("", _("Hasta el corte")), *options]
        self.fields["con"].choices = [("", _("Nada")), *options]

    @property
    def chosen(self) -> tuple[By, date, Period | None, Period | None]:
        self.full_clean()
        data = self.cleaned_data
        period, beside = (self.periods.get(data.get(name, "")) for name in ("periodo", "con"))
        by = By(data.get("por") or By.BLOCK)
        return by, data.get("corte") or self.today, period, None if by == By.MONTH else beside


def _month(code: str) -> date | None:
    try:
        return date.fromisoformat(f"{code}-01")
    except ValueError:
        return None
