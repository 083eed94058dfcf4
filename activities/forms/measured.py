"""What else was measured at a space, by channel, in its report."""

from collections.abc import Iterable

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.beside import Part, register
from activities.metrics import CATALOGUE, kind_of
from activities.models import Metric
from display.dates import Precision
from display.widgets import date_input
from records.audit import Pair


class MeasuredForm(forms.Form):
    name = forms.CharField(
        label=_("Qué se midió"), max_length=120, widget=forms.TextInput(attrs={"list": "metric-names"})
    )
    value = forms.DecimalField(
        label=_("Valor"),
        min_value=0,
        max_digits=18,
        decimal_places=4,
        validators=[MaxValueValidator(10**12)],
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
    )
    source = forms.CharField(label=_("Canal o fuente"), max_length=200, required=False)
    captured_on = forms.DateField(label=_("Tomada el"), required=False, widget=date_input())

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if not kind_of(name):
            raise forms.ValidationError(gettext("Escriba el nombre con letras."))
        return name

    def clean_captured_on(self):
        on = self.cleaned_data["captured_on"]
        if on and on > timezone.localdate():
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on


@register
class MeasuredPart(Part):
    """Metrics of the day on which the space was held, or of its month; one that is there already is not added again."""

    name = "metric"
    legend = _("Mediciones por canal")
    another = _("Otra medición")
    more = _("Si hay más, agréguelas en la página de la actividad.")
    form = MeasuredForm

    @property
    def suggestions(self) -> list[str]:
        return [measure.label for measure in CATALOGUE.values()]

    def check(self) -> list[str]:
        self.stored: dict[tuple[str, str], Metric] = {}
        if self.typed and self.session.held_on and self.session.pk:
            rows = Metric.objects.filter(activity=self.session.activity_id, **self._period())
            self.stored = {(row.kind, row.source): row for row in rows}
        return super().check()

    def check_one(self, form: forms.Form) -> None:
        data = form.cleaned_data
        stored = self.stored.get((kind_of(data.get("name", "")), data.get("source", "")))
        if stored and not form.errors and stored.value != data["value"]:
            form.add_error(
                "value",
                gettext("Ya hay otra de esa fecha y esa fuente, de %(value)s: corríjala en la página de la actividad.")
                % {"value": stored.value.normalize()},
            )

    def _period(self) -> dict:
        on = self.session.held_on
        first = on.replace(day=1) if self.session.held_precision == Precision.MONTH else on
        return {"period_from": first, "period_to": on}

    def save(self) -> Iterable[Pair]:
        new = {}
        for data in (form.cleaned_data for form in self.typed):
            kind, source = kind_of(data["name"]), data["source"]
            if (kind, source) not in self.stored:
                new[kind, source] = Metric(
                    activity=self.session.activity,
                    session=self.session,
                    kind=kind,
                    name=data["name"],
                    value=data["value"],
                    source=source,
                    captured_on=data["captured_on"],
                    **self._period(),
                )
        Metric.objects.bulk_create(new.values())
        return [(None, row) for row in new.values()]
