"""What period a balance is of, as it stands in the address."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display.widgets import date_input
from plans.models import Plan
from plans.periods import Period, choices_of, periods_of

A_DAY = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class BalanceForm(forms.Form):
    """A period of the plan, or any days: what is not valid asks for nothing, and its field says so."""

    periodo = forms.ChoiceField(label=gettext_lazy("Periodo"), required=False)
    desde = forms.DateField(label=gettext_lazy("o desde"), widget=date_input(), validators=A_DAY, required=False)
    hasta = forms.DateField(label=gettext_lazy("hasta"), widget=date_input(), validators=A_DAY, required=False)

    def __init__(self, data, *, plan: Plan, today: date):
        super().__init__(data)
        self.plan, self.today, self.periods = plan, today, periods_of(plan)
        whole = ("", _("Desde que empezó el plan hasta hoy"))
        self.fields["periodo"].choices = [whole, *choices_of(self.periods)]

    def clean(self):
        data = super().clean()
        first, last = data.get("desde"), data.get("hasta")
        if first and last and first > last:
            self.add_error("hasta", _("El último día del periodo no puede ser anterior al primero."))
        return data

    @property
    def chosen(self) -> Period:
        """The first and the last day. Days that are written are more than a period; of a plan that has not begun, or
        has ended, its own."""
        self.full_clean()
        data = self.cleaned_data
        first, last = data.get("desde"), data.get("hasta")
        if first or last:
            last = last or max(first, self.today)
            return Period(first or min(self.plan.starts_on, last), last)
        if period := self.periods.get(data.get("periodo", "")):
            return period
        last = min(max(self.today, self.plan.starts_on), self.plan.ends_on)
        return Period(self.plan.starts_on, last)
