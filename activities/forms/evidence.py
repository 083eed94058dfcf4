"""Forms of evidence: what is sent, and what is said of it."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Evidence
from display.layout import Fold, Together, in_parts
from display.widgets import date_input
from records.forms import RevisionForm
from records.texts import TypedTextField
from records.uploads import FilesField

Kind = Evidence.Kind
OF_PICTURES = ("alt_text", "people", "consent", "consent_by", "consent_on", "consent_proof")


class AddForm(forms.Form):
    files = FilesField(
        label=_("Archivos"),
        required=False,
        help_text=_("PDF, fotografías, hojas xlsx y documentos docx de hasta 25 MB cada uno. Puede escoger varios."),
    )
    kind = forms.ChoiceField(
        label=_("Qué son"),
        required=False,
        choices=[
            ("", _("Fotografías o documentos, según el archivo")),
            *((kind.value, kind.label) for kind in Kind if kind not in (Kind.PHOTOGRAPH, Kind.DOCUMENT, Kind.LINK)),
        ],
        help_text=_("Los listados, las firmas y las autorizaciones tienen datos personales y nunca se publican."),
    )
    url = forms.URLField(
        label=_("O el enlace de algo publicado"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("files") and not data.get("url"):
            raise forms.ValidationError(gettext("Escoja al menos un archivo, o escriba un enlace."))
        return data


def of_picture() -> FormHelper:
    return in_parts(
        *("revision", "caption", "alt_text", "kind", "is_personal", "people"),
        Fold(
            _("La autorización de quienes se reconocen"),
            Together("consent", "consent_on", css_class="beside"),
            *("consent_by", "consent_proof"),
            opens=lambda form: form["people"].value() == Evidence.People.CONSENTED,
        ),
        "visibility",
    )


class EvidenceForm(RevisionForm):
    """`instance` is stored: a file keeps being one, and a link a link."""

    class Meta:
        model = Evidence
        fields = ["caption", "kind", "is_personal", *OF_PICTURES, "visibility"]
        widgets = {"consent_on": date_input()}
        help_texts = {
            "caption": _("Lo que se lee al pie: qué pasó y dónde. Sin nombres de personas."),
            "is_personal": _("Nombres, cédulas, firmas, teléfonos, salud… Lo que los tiene nunca se publica."),
            "visibility": _("Lo que se puede publicar sale en los próximos informes; lo demás lo ve solo la entidad."),
            "consent_proof": _("Otra evidencia del espacio: el listado o la autorización firmada."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        evidence = self.instance
        if not evidence.is_picture:
            for name in OF_PICTURES:
                del self.fields[name]
        self.fields["caption"].required = evidence.kind == Kind.LINK
        if evidence.kind == Kind.LINK:
            del self.fields["kind"]
        else:
            offered = [kind for kind in Kind if kind != Kind.LINK and (evidence.is_picture or kind != Kind.PHOTOGRAPH)]
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in offered]
        self.helper = of_picture() if evidence.is_picture else in_parts(*self.fields)
        if evidence.is_picture:
            others = evidence.plan.evidence.standing().exclude(pk=evidence.pk).filter(session=evidence.session)
            self.fields["consent_proof"].queryset = others
            self.fields["consent_proof"].label_from_instance = lambda row: f"{row.get_kind_display()} · {row}"

    def clean_consent_on(self):
        on = self.cleaned_data["consent_on"]
        if on and on > timezone.localdate():
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on


class WithdrawForm(forms.Form):
    reason = TypedTextField(
        label=_("Por qué se retira"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sin nombres de personas: queda en el registro de auditoría."),
    )
