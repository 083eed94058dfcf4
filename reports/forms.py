"""The forms of a report: which one to start, its cut-off and its texts."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from display import dates
from display.widgets import date_input
from plans.models import Plan
from records.texts import TypedTextField
from reports import documents, texts
from reports.models import Report
from reports.texts import SECTION
from reports.writing import typed


def months_of(plan: Plan) -> list[date]:
    """The first day of every month that the plan touches, whole or in part."""
    first, last = plan.starts_on, plan.ends_on
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [divmod(first.year * 12 + first.month - 1 + step, 12) for step in range(count)]
    return [date(year, month + 1, 1) for year, month in months]


def check_cutoff(plan: Plan, kind: str, period: str, cutoff: date) -> None:
    """Raises ValidationError for a cut-off before the period or later than the year after it."""
    first, last = documents.known()[kind].days_of(plan, period)
    if cutoff < first:
        raise ValidationError(_("El corte no puede ser anterior al comienzo del periodo."))
    if cutoff.year > last.year + 1:
        raise ValidationError(_("Revise el año: el corte va a lo sumo hasta el año siguiente al del periodo."))


class NewReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Clase de informe"), choices=documents.choices, widget=forms.RadioSelect, initial="monthly"
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
        chosen = documents.known().get(kind)
        if not chosen or (chosen.takes_month and "month" in self.errors):
            return data
        if chosen.takes_month and not month:
            self.add_error("month", _("Elija el mes del informe mensual."))
            return data
        data["period"] = chosen.period_of(self.plan, date.fromisoformat(f"{month}-01") if chosen.takes_month else None)
        if data.get("cutoff"):
            try:
                check_cutoff(self.plan, kind, data["period"], data["cutoff"])
            except ValidationError as error:
                self.add_error("cutoff", error)
        return data


class SignForm(forms.Form):
    """The next signature; `revision` is that of what was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    position = forms.CharField(
        label=_("Cargo"), max_length=150, help_text=_("Como se imprime en el informe, junto a su nombre.")
    )


class ReturnForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = TypedTextField(label=_("Qué hay que cambiar"), help_text=_("Se le dice a quienes firmaron."))
    note.widget.attrs["rows"] = 3


class NarrativeForm(forms.Form):
    """A draft's texts and cut-off, each with what was read of it: "seen_reading", a digest (reports/writing.py)."""

    cutoff = forms.DateField(
        label=_("Fecha de corte"), widget=date_input(), help_text=_("Las cifras cuentan lo ocurrido hasta este día.")
    )

    def __init__(self, *args, report: Report, only: str = "", **kwargs):
        """`only`: the name of the one text that is sent, by itself."""
        self.asked = texts.asked(report.kind)
        written = {name: typed(text) for name, text in report.narrative.items()}
        super().__init__(*args, initial={"cutoff": report.cutoff, **written}, **kwargs)
        self.report = report
        for name, text in self.asked.items():
            self.fields[name] = TypedTextField(
                max_length=SECTION, label=text.label, help_text=text.help, required=False
            )
            self.fields[name].widget.attrs["rows"] = 4 if text.is_list else 5
        if only:
            self.fields = {only: self.fields[only]}

    def clean_cutoff(self):
        cutoff = self.cleaned_data["cutoff"]
        check_cutoff(self.report.plan, self.report.kind, self.report.period, cutoff)
        return cutoff

    @property
    def narrative(self) -> dict[str, str | list[str]]:
        typed_texts = {name: self.cleaned_data[name] for name in self.asked if name in self.fields}
        return {
            name: [line.strip() for line in text.split("\n") if line.strip()] if self.asked[name].is_list else text
            for name, text in typed_texts.items()
        }

    @property
    def seen(self) -> dict[str, str]:
        return {name: self.data.get(f"seen_{name}", "") for name in self.fields}
