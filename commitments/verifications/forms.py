"""What is filled in when a promise was looked at with those to whom it was made."""

from __future__ import annotations

from datetime import date

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Evidence
from commitments.models import Commitment, Verification
from display.layout import Part, Together, in_parts
from display.widgets import date_input
from records import contents

OFFERED = 200  # minutes in the list, the newest


class VerificationForm(forms.ModelForm):
    """`instance` has its commitment. The minutes come as a file, or are chosen among those of the plan."""

    YES, NO = "yes", "no"

    helper = in_parts(
        *("revision", "on"),
        Field("is_kept", template="activities/_answers.html"),
        *("with_whom", "found"),
        Part(_("El acta"), Together("file"), Together("minutes")),
    )

    is_kept = forms.ChoiceField(
        label=_("¿Se cumplió?"),
        choices=[
            (YES, _("Sí: quienes lo revisaron lo dan por cumplido")),
            (NO, _("No: falta algo, y vuelve a quedar abierto")),
        ],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    file = forms.FileField(
        label=_("Archivo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": contents.ACCEPT}),
        help_text=_("PDF, fotografía o documento docx de hasta 25 MB. Queda privada mientras nadie diga otra cosa."),
    )
    minutes = forms.ModelChoiceField(
        label=_("O un acta que ya está en el plan"), queryset=Evidence.objects.none(), required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Verification
        fields = ["on", "with_whom", "found"]
        widgets = {"on": date_input(), "found": forms.Textarea(attrs={"rows": 4})}
        labels = {"on": _("Qué día se revisó"), "with_whom": _("Con quiénes"), "found": _("Qué se encontró")}
        help_texts = {
            "with_whom": _("La mesa, el comité o los grupos. Se publica tal como lo escribe: no nombre personas."),
            "found": _("Se publica tal como lo escribe: no nombre personas."),
        }

    def __init__(self, *args, commitment: Commitment, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial["revision"] = commitment.revision
        self.fields["minutes"].empty_label = gettext("Ninguna")
        self.fields["minutes"].queryset = minutes_of(commitment)

    @property
    def seen(self) -> int:
        seen = self.cleaned_data.get("revision")
        return -1 if seen is None else seen

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on

    def clean_is_kept(self):
        return self.cleaned_data["is_kept"] == self.YES

    def clean(self):
        data = super().clean()
        if not data.get("minutes") and not {"file", "minutes"} & self.errors.keys():
            self.add_error("file", gettext("Adjunte el acta, o escoja una de las que están en el plan."))
        return data


def minutes_of(commitment: Commitment):
    rows = Evidence.objects.standing().filter(plan=commitment.plan_id, kind=Evidence.Kind.MINUTES)
    newest = rows.order_by("-pk").values("pk")[:OFFERED]
    return Evidence.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).order_by("-pk")
