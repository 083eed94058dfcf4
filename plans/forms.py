"""Forms of plans, their phases and lines, groups and cut-offs. Forms parse; actions decide."""

from calendar import monthrange
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from display import dates
from display.widgets import date_input
from plans.cutoffs import MOST
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from records.forms import RevisionForm
from records.texts import TypedTextField


class PlanForm(RevisionForm):
    class Meta:
        model = Plan
        fields = ["title", "kind", "starts_on", "ends_on", "parent_instrument", "objective", "notes"]
        widgets = {
            "starts_on": date_input(),
            "ends_on": date_input(),
            "objective": forms.Textarea(attrs={"rows": 5}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "title": _("Como aparece en la portada de los informes: Plan de participación ciudadana 2026."),
            "starts_on": _("No tiene que ser enero: un plan puede empezar en julio."),
        }


class PhaseForm(RevisionForm):
    class Meta:
        model = CyclePhase
        fields = ["number", "name", "stage"]
        help_texts = {
            "name": _("Como la escribe la entidad."),
            "stage": _("Sirve para comparar planes que nombran distinto sus fases. Vacía si el nombre no lo dice."),
        }


class LineForm(RevisionForm):
    class Meta:
        model = StrategicLine
        fields = ["name"]
        help_texts = {"name": _("Una línea, estrategia o programa que reúne actividades de varias dependencias.")}


# Those that the questions PCI202 and PCI212 of FURAG ask about, in its words; a group may have another.
FURAG = (
    "Academia",
    "Sector privado y gremios",
    "Grupos etarios: niñez, juventud, personas mayores",
    "Veedurías ciudadanas",
    "Organizaciones de la sociedad civil",
    "Pueblos étnicos",
    "Población LGBTIQ+",
    "Personas con discapacidad",
    "Firmantes de paz",
    "Población campesina",
)


class GroupForm(RevisionForm):
    furag = FURAG

    class Meta:
        model = StakeholderGroup
        fields = [
            "name",
            "kind",
            "aliases",
            "furag_category",
            "characterization",
            "characterized_on",
            "characterization_source",
            "size_estimate",
            "active",
        ]
        widgets = {
            "aliases": forms.Textarea(attrs={"rows": 3}),
            "furag_category": forms.TextInput(attrs={"list": "furag"}),
            "size_estimate": forms.NumberInput(attrs={"inputmode": "numeric"}),
            "characterization": forms.Textarea(attrs={"rows": 4}),
            "characterized_on": date_input(),
        }
        help_texts = {
            "kind": _("De valor: a quienes sirve la entidad. De interés: a quienes importa lo que hace."),
            "furag_category": _("La de la pregunta que cuenta sus espacios; puede escribir otra."),
            "characterization_source": _("El documento o la encuesta de donde sale: Caracterización de usuarios 2025."),
            "characterization": _("Quiénes son, qué necesitan y por dónde prefieren participar."),
            "active": _("Uno que ya no se convoca deja de ser activo; no hace falta eliminarlo."),
        }


class ReasonForm(forms.Form):
    """Why a plan is approved again or reopened, and the revision that the person read."""

    reason = TypedTextField(label=_("Motivo"), widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, needs_reason: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]


class CutoffForm(forms.Form):
    """A day of the year with its name; the three empty, none."""

    day = forms.IntegerField(label=_("Día"), required=False, min_value=1, max_value=31)
    month = forms.TypedChoiceField(label=_("Mes"), required=False, coerce=int, empty_value=None)
    name = forms.CharField(label=_("Nombre"), required=False, max_length=80, help_text=_("Como «Primer corte»."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        months = [(month, capfirst(dates.month_name(date(2026, month, 1)))) for month in range(1, 13)]
        self.fields["month"].choices = [("", _("Elija un mes")), *months]

    def clean(self):
        data = super().clean()
        day, month, name = (data.get(field) for field in ("day", "month", "name"))
        if self.errors or not (day or month or name):
            return data
        if not (day and month and name):
            raise ValidationError(_("Diga el día, el mes y el nombre del corte, o vacíe los tres."))
        if day > monthrange(2028, month)[1]:  # a leap year: 29 February is the last day of that month in any
            self.add_error("day", ValidationError(_("Ese mes no tiene ese día.")))
        return data


class BaseCutoffFormSet(forms.BaseFormSet):
    def clean(self):
        days = [row[:2] for row in self.rows] if not any(self.errors) else []
        if len(days) != len(set(days)):
            raise ValidationError(_("Dos cortes caen el mismo día: deje uno."))

    @property
    def rows(self) -> list[tuple[int, int, str]]:
        """(month, day, name) of those that are filled."""
        typed = [form.cleaned_data for form in self.forms if form.cleaned_data.get("day")]
        return [(row["month"], row["day"], row["name"]) for row in typed]


CutoffFormSet = forms.formset_factory(
    CutoffForm, formset=BaseCutoffFormSet, extra=3, max_num=MOST, validate_max=True, absolute_max=MOST + 6
)
