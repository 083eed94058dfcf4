"""The form of a metric: what was measured besides attendance."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.metrics import kind_of
from activities.models import Metric
from display.figures import typed
from display.layout import Fold, Together, in_parts
from display.widgets import date_input
from records.forms import RevisionForm


class MetricForm(RevisionForm):
    """`instance` has its activity; the name decides the kind."""

    helper = in_parts(
        *("revision", "name", "value"),
        Together("period_from", "period_to", css_class="beside"),
        Fold(_("De dónde sale"), "source", "captured_on"),
    )

    class Meta:
        model = Metric
        fields = ["name", "value", "period_from", "period_to", "source", "captured_on"]
        widgets = {
            "name": forms.TextInput(attrs={"list": "metric-names"}),
            "value": forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
            "period_from": date_input(),
            "period_to": date_input(),
            "captured_on": date_input(),
        }
        labels = {"name": _("Qué se midió")}
        help_texts = {
            "name": _("Elija uno conocido o escriba otro. «Participantes» cuenta como asistencia del periodo."),
            "period_to": _("Si es de un solo día, el mismo día."),
            "source": _("De dónde sale el dato: la plataforma, el formulario…"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["value"] = typed(self.instance.value)

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        self.instance.kind = kind_of(name)
        if not self.instance.kind:
            raise forms.ValidationError(gettext("Escriba el nombre con letras."))
        return name

    def clean_captured_on(self):
        on = self.cleaned_data["captured_on"]
        if on and on > timezone.localdate():
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on

    def clean(self):
        data = super().clean()
        starts, ends = data.get("period_from"), data.get("period_to")
        if starts and ends and ends < starts:
            self.add_error("period_to", gettext("El periodo no puede terminar antes de empezar."))
        return data
