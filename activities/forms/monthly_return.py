"""What a head writes of a month, and what planning decides of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import MonthlyReturn
from records.forms import RevisionForm
from records.texts import TypedTextField

State = MonthlyReturn.State


class MonthlyReturnForm(RevisionForm):
    class Meta:
        model = MonthlyReturn
        fields = MonthlyReturn.TEXTS
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in MonthlyReturn.TEXTS}
        labels = {name: _("Lo que agrega la dependencia") for name in MonthlyReturn.TEXTS}

    def by_part(self) -> dict:
        return {name: self[name] for name in MonthlyReturn.TEXTS}


class ReturnDecisionForm(forms.Form):
    """`decision` is the state to which it goes; going back asks for the note."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = TypedTextField(
        label=_("Nota para la dependencia"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Hace falta para devolverlo o reabrirlo. No se publica."),
    )
    decision = forms.ChoiceField(
        choices=[(state.value, state.label) for state in (State.ACCEPTED, State.RETURNED)], widget=forms.HiddenInput
    )
