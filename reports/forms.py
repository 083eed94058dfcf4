"""The forms of a report: which one to start, its cut-off and its texts."""

from dataclasses import fields
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from display import dates
from display.widgets import date_input
from plans.models import Plan
from records.texts import TypedTextField
from reports import periods
from reports.facts import Narrative
from reports.models import Report
from reports.texts import SECTION

LISTS = {field.name for field in fields(Narrative) if "tuple" in field.type}


def months_of(plan: Plan) -> list[date]:
    """The first day of every month that the plan touches, whole or in part."""
    first, last = plan.starts_on, plan.ends_on
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [divmod(first.year * 12 + first.month - 1 + step, 12) for step in range(count)]
    return [date(year, month + 1, 1) for year, month in months]


def check_cutoff(plan: Plan, kind: str, period: str, cutoff: date) -> None:
    """Raises ValidationError for a cut-off before the period or later than the year after it."""
    first, last = periods.days_of(plan, kind, period)
    if cutoff < first:
        raise ValidationError(_("El corte no puede ser anterior al comienzo del periodo."))
    if cutoff.year > last.year + 1:
        raise ValidationError(_("Revise el año: el corte va a lo sumo hasta el año siguiente al del periodo."))


class NewReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Clase de informe"), choices=Report.Kind.choices, widget=forms.RadioSelect, initial=Report.Kind.MONTHLY
    )
    month = forms.ChoiceField(
        label=_("Mes"), required=False, help_text=_("Solo para el informe mensual: los meses que cubre el plan.")
    )
    cutoff = forms.DateField(
        label=_("Fecha de corte"),
        required=False,
        widget=date_input(),
        help_text=_("Vacía: el último día del mes, o el último del plan en el informe final."),
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        named = [(f"{month:%Y-%m}", dates.month(month)) for month in months_of(plan)]
        self.fields["month"].choices = [("", _("Elija un mes")), *named]

    def clean(self):
        data = super().clean()
        kind, month = data.get("kind"), data.get("month")
        if not kind or (kind == Report.Kind.MONTHLY and "month" in self.errors):
            return data
        if kind == Report.Kind.MONTHLY and not month:
            self.add_error("month", _("Elija el mes del informe mensual."))
            return data
        on = date.fromisoformat(f"{month}-01") if kind == Report.Kind.MONTHLY else None
        data["period"] = periods.period_of(self.plan, kind, on)
        if data.get("cutoff"):
            try:
                check_cutoff(self.plan, kind, data["period"], data["cutoff"])
            except ValidationError as error:
                self.add_error("cutoff", error)
        return data


class NarrativeForm(forms.Form):
    """A draft's texts and cut-off; `revision` is the one that was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    cutoff = forms.DateField(
        label=_("Fecha de corte"), widget=date_input(), help_text=_("Las cifras cuentan lo ocurrido hasta este día.")
    )
    objective = TypedTextField(
        max_length=SECTION,
        label=_("Objetivo"),
        help_text=_("Para qué se hace el informe. Vacío: el informe lleva el objetivo del plan."),
    )
    reading = TypedTextField(
        max_length=SECTION,
        label=_("Lectura de la ejecución"),
        help_text=_("Cómo fue el plan, en palabras: qué explica las cifras."),
    )
    participants = TypedTextField(
        max_length=SECTION,
        label=_("Personas participantes"),
        help_text=_("Quiénes vinieron y cómo se contaron."),
    )
    commitments = TypedTextField(
        max_length=SECTION,
        label=_("Compromisos"),
        help_text=_("Qué falta para cumplir los que siguen abiertos o vencidos."),
    )
    observations = TypedTextField(max_length=SECTION, label=_("Observaciones"), help_text=_("Una por línea."))
    recommendations = TypedTextField(max_length=SECTION, label=_("Recomendaciones"), help_text=_("Una por línea."))

    def __init__(self, *args, report: Report, **kwargs):
        texts = {name: "\n".join(text) if name in LISTS else text for name, text in report.narrative.items()}
        initial = {"revision": report.revision, "cutoff": report.cutoff, **texts}
        super().__init__(*args, initial=initial, **kwargs)
        self.report = report
        for field in fields(Narrative):
            self.fields[field.name].required = False
            self.fields[field.name].widget.attrs["rows"] = 4 if field.name in LISTS else 5

    def clean_cutoff(self):
        cutoff = self.cleaned_data["cutoff"]
        check_cutoff(self.report.plan, self.report.kind, self.report.period, cutoff)
        return cutoff

    @property
    def narrative(self) -> dict:
        texts = {field.name: self.cleaned_data[field.name] for field in fields(Narrative)}
        return {
            name: [line.strip() for line in text.split("\n") if line.strip()] if name in LISTS else text
            for name, text in texts.items()
        }
