"""What is copied into the next plan, and what is brought from the one before."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment
from commitments.next_plan import leaving
from display.dates import when
from display.layout import Together, in_parts
from display.widgets import date_input
from plans.models import Plan


def same_day(on: date, years: int) -> date:
    return date(on.year + years, on.month, 28 if (on.month, on.day) == (2, 29) else on.day)


class NextPlanForm(forms.ModelForm):
    activities = forms.BooleanField(
        label=_("Actividades, con sus responsables, grupos y metas"), required=False, initial=True
    )
    dates = forms.BooleanField(
        label=_("Sus fechas, un año después"),
        required=False,
        initial=True,
        help_text=_("Las que caigan en un festivo o fin de semana pasan al día hábil siguiente."),
    )
    chapters = forms.BooleanField(label=_("Capítulos"), required=False, initial=True)

    helper = in_parts("title", Together("starts_on", "ends_on", css_class="beside"), "activities", "dates", "chapters")

    class Meta:
        model = Plan
        fields = ["title", "starts_on", "ends_on"]
        widgets = {"starts_on": date_input(), "ends_on": date_input()}

    def __init__(self, *args, source: Plan, **kwargs):
        years = source.ends_on.year - source.starts_on.year + 1
        title = source.title
        for year in range(source.ends_on.year, source.starts_on.year - 1, -1):
            title = title.replace(str(year), str(year + years))
        dates = {"starts_on": same_day(source.starts_on, years), "ends_on": same_day(source.ends_on, years)}
        initial = {"title": "" if title == source.title else title, **dates}
        super().__init__(*args, initial=initial, instance=Plan(entity=source.entity), **kwargs)

    def clean(self):
        data = super().clean()
        if data.get("dates") and not data.get("activities"):
            data["dates"] = False  # there is nothing to date
        return data


class BringForm(forms.Form):
    """What the plan before left, ticked when it is sure that it passes on."""

    sessions = forms.ModelMultipleChoiceField(
        None, label=_("Espacios que pasan"), required=False, widget=forms.CheckboxSelectMultiple
    )
    commitments = forms.ModelMultipleChoiceField(
        None, label=_("Compromisos sin cumplir"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, plan: Plan, today: date, **kwargs):
        sessions, commitments = leaving.carried(plan), leaving.unkept(plan)
        sure = [row.pk for row in commitments if _passes_on(row, plan.continues, today)]
        initial = {"sessions": [row.pk for row in sessions], "commitments": sure}
        super().__init__(*args, initial=initial, **kwargs)
        for name, rows, say in (("sessions", sessions, _space), ("commitments", commitments, _promise)):
            field = self.fields[name]
            field.queryset, field.label_from_instance = rows, say
            if not rows:
                del self.fields[name]

    @property
    def rows(self) -> dict:
        return {name: self.cleaned_data.get(name, ()) for name in ("sessions", "commitments")}


def _passes_on(commitment: Commitment, before: Plan, today: date) -> bool:
    """It falls due after its plan, or that plan is over: else it may still be kept in it."""
    return commitment.due_on > before.ends_on or before.ends_on < today


def _space(session) -> str:
    return f"{session.activity} · {when(session.planned_on, session.planned_precision)}"


def _promise(commitment) -> str:
    return f"{commitment.text[:200]} · {_('plazo')} {commitment.due_in_words()}"
