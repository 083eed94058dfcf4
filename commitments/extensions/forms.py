"""What is filled in to ask for an extension, and to decide it."""

from datetime import date

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.extensions.states import State
from commitments.models import Extension
from commitments.models.commitment import LAST_DEADLINE, TOO_FAR
from display.dates import day
from display.layout import in_parts
from display.widgets import date_input
from records.texts import TypedTextField


class ExtensionForm(forms.ModelForm):
    """`instance` has its commitment."""

    helper = in_parts("due_on", "reason")

    class Meta:
        model = Extension
        fields = ["due_on", "reason"]
        widgets = {"due_on": date_input(), "reason": forms.Textarea(attrs={"rows": 3})}
        labels = {"due_on": _("Plazo nuevo: se cumple a más tardar el"), "reason": _("Por qué se necesita más tiempo")}
        help_texts = {"reason": _("Se publica tal como lo escribe: no nombre personas.")}

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self):
        due_on, now = self.cleaned_data["due_on"], self.instance.commitment.due_on
        if due_on <= now:
            raise forms.ValidationError(
                gettext("Una prórroga es para después del plazo que tiene: %(day)s.") % {"day": day(now)}
            )
        if due_on < self.today:
            raise forms.ValidationError(gettext("Ese día ya pasó: un plazo nuevo es para hoy o después."))
        if due_on > LAST_DEADLINE:
            raise forms.ValidationError(TOO_FAR)
        return due_on


class DecideForm(forms.Form):
    """Who refuses says why; who grants may say something."""

    note = TypedTextField(
        label=_("Nota"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("La leen quien la pidió y la ciudadanía: no nombre personas. Para negarla, diga por qué."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(
        choices=[(state.value, state.label) for state in (State.GRANTED, State.REFUSED)], widget=forms.HiddenInput
    )

    @property
    def seen(self) -> int:
        seen = self.cleaned_data.get("revision")
        return -1 if seen is None else seen
