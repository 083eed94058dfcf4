"""Forms of plans, their phases and lines, and groups. Forms parse; actions decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from display.widgets import date_input
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


class GroupForm(RevisionForm):
    class Meta:
        model = StakeholderGroup
        fields = [
            "name",
            "kind",
            "aliases",
            "furag_category",
            "characterization",
            "characterized_on",
            "size_estimate",
            "active",
        ]
        widgets = {
            "aliases": forms.Textarea(attrs={"rows": 3}),
            "characterization": forms.Textarea(attrs={"rows": 4}),
            "characterized_on": date_input(),
        }
        help_texts = {
            "kind": _("De valor: a quienes sirve la entidad. De interés: a quienes importa lo que hace."),
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
