"""The form of what is changed in several activities at once."""

from datetime import date

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.filters import months_of
from display.dates import month_end
from plans.models import Plan, StakeholderGroup
from records.forms import RowsField

NOBODY = "ninguna"


class SeveralForm(forms.Form):
    """`wanted` has what was chosen, as `activities.several.change` takes it; what is left as it is has no key."""

    lead = forms.ChoiceField(label=_("Lidera"), required=False)
    phase = forms.ChoiceField(label=_("Fase"), required=False)
    line = forms.ChoiceField(label=_("Línea"), required=False)
    month = forms.ChoiceField(
        label=_("Agregar un espacio en"), required=False, help_text=_("A la que ya tenga uno ese mes no se le agrega.")
    )
    groups = RowsField(
        label=_("Agregar grupos de valor y de interés"),
        queryset=StakeholderGroup.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {
            "lead": {str(row.pk): row for row in plan.offered_dependencies(())},
            "phase": {str(row.pk): row for row in plan.phases.all()},
            "line": {str(row.pk): row for row in plan.lines.all()},
        }
        nobody = {"lead": gettext("Nadie todavía"), "phase": gettext("Sin fase"), "line": gettext("Sin línea")}
        as_it_is = ("", gettext("Dejar como está"))
        for name, rows in self.rows.items():
            if rows:
                words = [(pk, str(row)) for pk, row in rows.items()]
                self.fields[name].choices = [as_it_is, *words, (NOBODY, nobody[name])]
            else:
                del self.fields[name]
        self.fields["month"].choices = [("", gettext("Ningún mes")), *months_of(plan)]
        self.fields["groups"].queryset = plan.offered_groups(())

    def clean(self):
        data = super().clean()
        self.wanted = {name: rows.get(data[name]) for name, rows in self.rows.items() if data.get(name)}
        if data.get("groups"):
            self.wanted["groups"] = list(data["groups"])
        if data.get("month"):
            self.wanted["month"] = month_end(date.fromisoformat(f"{data['month']}-01"))
        if not self.wanted and not self.errors:
            raise forms.ValidationError(gettext("Escoja al menos un dato para cambiar."))
        return data
