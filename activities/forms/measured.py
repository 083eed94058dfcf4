"""What else was measured at a space, by channel, in its report."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import IntegrityError, transaction
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

    def _period(self) -> dict:
        on = self.session.held_on
        first = on.replace(day=1) if self.session.held_precision == Precision.MONTH else on
        return {"period_from": first, "period_to": on}

    def save(self) -> Iterable[Pair]:
        """Raises ValidationError when one is there with another value."""
        new, places = {}, {}
        for form in self.typed:
            data = form.cleaned_data
            kind, source = kind_of(data["name"]), data["source"]
            places[kind, source] = self.forms.index(form) + 1
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
        try:
            with transaction.atomic():
                Metric.objects.bulk_create(new.values())
        except IntegrityError:  # seldom: the others cost no look at what is there
            there = Metric.objects.filter(activity=self.session.activity_id, **self._period())
            for key, stored in {(row.kind, row.source): row for row in there}.items():
                if key in new and new.pop(key).value != stored.value:
                    raise ValidationError(self._differs(places[key], stored)) from None
            Metric.objects.bulk_create(new.values())
        return [(None, row) for row in new.values()]

    def _differs(self, at: int, stored: Metric) -> str:
        said = gettext("Ya hay otra de esa fecha y esa fuente, de %(value)s: corríjala en la página de la actividad.")
        about = f"{self.legend}, {at} · {MeasuredForm.base_fields['value'].label}"
        return f"{about}: {said % {'value': stored.value.normalize()}}"
