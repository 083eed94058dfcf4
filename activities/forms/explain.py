"""Why a session fell short: the one field of its report that planning most often lacks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Session
from records.forms import RevisionForm


class ExplainForm(RevisionForm):
    class Meta:
        model = Session
        fields = ["reason"]
        labels = {"reason": _("Por qué faltó")}
        help_texts = {"reason": _("El informe lo cuenta tal como lo escriba.")}
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
