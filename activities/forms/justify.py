"""Why a finding about a plan is left as it is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from records.texts import TypedTextField


class JustifyForm(forms.Form):
    reason = TypedTextField(
        label=_("Por qué se deja así"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Queda con su nombre y la fecha; la lee quien revise el plan."),
    )
