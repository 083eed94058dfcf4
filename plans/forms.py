"""Forms of plans, their phases and lines, groups and cut-offs. Forms parse; actions decide."""

from calendar import monthrange
from datetime import date

import pikepdf
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from display import dates
from display.layout import Fold, Together, in_parts
from display.widgets import date_input
from plans import signing
from plans.cutoffs import MOST
from plans.models import CyclePhase, Plan, PlanChapter, StakeholderGroup, StrategicLine
from records.forms import RevisionForm
from records.texts import TypedTextField

MOST_BYTES = 20 * 1024 * 1024  # of a signed document


class PlanForm(RevisionForm):
    class Meta:
        model = Plan
        fields = [
            *("title", "kind", "starts_on", "ends_on", "parent_instrument", "objective"),
            *("who_may_participate", "participation_means", "responsible_units", "notes"),
        ]
        widgets = {
            "starts_on": date_input(),
            "ends_on": date_input(),
            "objective": forms.Textarea(attrs={"rows": 5}),
            "who_may_participate": forms.Textarea(attrs={"rows": 3}),
            "participation_means": forms.Textarea(attrs={"rows": 3}),
            "responsible_units": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "title": _("Como aparece en la portada de los informes: Plan de participación ciudadana 2026."),
            "starts_on": _("No tiene que ser enero: un plan puede empezar en julio."),
            "who_may_participate": _("Se puede dejar para después, pero hace falta para aprobar el plan."),
            "participation_means": _(
                "Presenciales y electrónicos: dónde, a qué horas, por qué canal. Hace falta para aprobar el plan."
            ),
            "responsible_units": _("Las que orientan y vigilan la participación. Hace falta para aprobar el plan."),
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


class ChapterForm(RevisionForm):
    class Meta:
        model = PlanChapter
        fields = ["purpose", "title", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 22, "class": "marks-text", "data-marks": ""})}
        help_texts = {"purpose": _("Dice en qué parte del documento sale.")}

    @property
    def longest(self) -> int:
        return self.fields["body"].limit


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


class SeenForm(forms.Form):
    """What somebody decides of a plan, and the revision that they read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def values(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"} | {
            "seen": self.cleaned_data["revision"]
        }


def reason_field(**options) -> TypedTextField:
    return TypedTextField(widget=forms.Textarea(attrs={"rows": 3}), **options)


class ReasonForm(SeenForm):
    """Why a plan is reopened."""

    reason = reason_field(label=_("Motivo"))


class ReturnForm(SeenForm):
    note = reason_field(label=_("Qué hay que corregir"), help_text=_("Se le dice a quien preparó el plan."))


class SignForm(SeenForm):
    position = forms.CharField(
        label=_("Su cargo"), max_length=150, help_text=_("Como se imprime en el documento, junto a su nombre.")
    )


class NextVersionForm(SeenForm):
    """With a reason from the second version on: `reason` is what it starts from, None at the first."""

    reason = reason_field(label=_("Qué cambió desde la versión anterior"))

    def __init__(self, *args, plan: Plan, reason: str | None, **kwargs):
        initial = {"revision": plan.revision, "reason": reason or "", **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        if reason is None:
            del self.fields["reason"]
        else:
            self.order_fields(["revision", "reason"])


class SubmitForm(NextVersionForm):
    """Who reviews and who approves, and the position of who prepared it."""

    reviewed = forms.ModelChoiceField(None, label=_("Quién lo revisa"), empty_label=_("Elija una persona"))
    approved = forms.ModelChoiceField(None, label=_("Quién lo aprueba"), empty_label=_("Elija una persona"))
    position = forms.CharField(label=_("Su cargo"), max_length=150, help_text=_("Usted firma que lo elaboró."))

    def __init__(self, *args, plan: Plan, by: User, **kwargs):
        before = signing.named(plan) or (signing.named(plan.continues) if plan.continues else {})
        initial = {"position": by.position, **{stage: person.pk for stage, person in before.items()}}
        super().__init__(*args, plan=plan, initial=initial, **kwargs)
        for stage in signing.NAMED:
            self.fields[stage].queryset = signing.offered(plan)

    @property
    def values(self) -> dict:
        values = super().values
        return values | {"people": {stage: values.pop(stage) for stage in signing.NAMED}}


class ApprovalForm(NextVersionForm):
    """An approval given outside this system: when, by which act, with which document and whose signatures."""

    act = forms.CharField(
        label=_("Acto que lo aprobó"),
        max_length=200,
        help_text=_("Como «Acta 3 del Comité de Gestión y Desempeño» o «Decreto 12 de 2026»."),
    )
    approved_on = forms.DateField(label=_("Fecha de la aprobación"), widget=date_input())
    only_month = forms.BooleanField(
        label=_("El documento solo dice el mes"), required=False, help_text=_("Se escribe «noviembre de 2025».")
    )
    document = forms.FileField(
        label=_("Documento firmado"),
        required=False,
        help_text=_("Un PDF de hasta 20 MB. Lo leen las personas de la entidad; no se publica."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for stage in signing.Stage:
            self.fields[f"{stage}_name"] = forms.CharField(label=stage.label, max_length=150, required=False)
            self.fields[f"{stage}_position"] = forms.CharField(label=_("Cargo"), max_length=150, required=False)
        pairs = [Together(f"{stage}_name", f"{stage}_position", css_class="beside") for stage in signing.Stage]
        self.helper = in_parts(
            *("revision", "act", "approved_on", "only_month", "document", "reason"),
            Fold(_("Quiénes lo firmaron"), *pairs),
        )
        if "reason" not in self.fields:
            self.helper.layout.fields.remove("reason")

    def clean_document(self):
        document = self.cleaned_data["document"]
        if not document:
            return document
        if document.size > MOST_BYTES:
            raise ValidationError(_("El documento pesa más de 20 MB. Guárdelo con menos resolución y súbalo otra vez."))
        try:
            with pikepdf.open(document) as opened:
                pages = len(opened.pages)
        except pikepdf.PasswordError as error:
            raise ValidationError(_("«%(name)s» tiene clave: súbalo sin ella.") % {"name": document.name}) from error
        except pikepdf.PdfError as error:
            raise ValidationError(_("«%(name)s» no es un PDF que se pueda abrir.") % {"name": document.name}) from error
        if not pages:
            raise ValidationError(_("«%(name)s» no es un PDF que se pueda abrir.") % {"name": document.name})
        document.seek(0)
        return document

    def clean(self):
        data = super().clean()
        for stage in signing.Stage:
            if data.get(f"{stage}_position") and not data.get(f"{stage}_name"):
                self.add_error(f"{stage}_name", _("Diga de quién es ese cargo."))
        on = data.get("approved_on")
        if on and on > timezone.localdate():
            self.add_error("approved_on", _("La aprobación no puede ser de un día que no ha llegado."))
        elif on and data.get("only_month"):
            data["approved_on"] = dates.month_end(on)
        return data

    @property
    def content(self) -> bytes:
        document = self.cleaned_data["document"]
        return document.read() if document else b""

    @property
    def values(self) -> dict:
        data = self.cleaned_data
        lines = [(stage, data[f"{stage}_name"], data[f"{stage}_position"]) for stage in signing.Stage]
        return {
            "seen": data["revision"],
            "reason": data.get("reason", ""),
            "on": data["approved_on"],
            "precision": dates.Precision.MONTH if data["only_month"] else dates.Precision.DAY,
            "act": data["act"],
            "signed": [signing.OnPaper(*line) for line in lines if line[1]],
        }


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
