"""What one wants to be reminded of."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.models import ReminderChoice, Weekday


class ChoiceForm(forms.ModelForm):
    weekday = forms.TypedChoiceField(
        label=_("Cuándo"),
        choices=[("", _("El día que toca")), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Nunca dos días seguidos. Un día fijo es un solo correo a la semana; si es festivo, el que sigue."),
    )

    class Meta:
        model = ReminderChoice
        fields = ["coming", "owed", "weekday"]
