"""The form of a session's planned side: when, how much, where."""

from datetime import date

from crispy_forms.layout import Field
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Session
from activities.schedule import outside
from display.dates import Precision, month_end, when
from display.layout import Fold, Together, in_parts
from display.widgets import date_input
from records.forms import RevisionForm

PLACE = ("modality", "place", "locality", "hour")
MONTHS_BESIDE = 12  # of a space outside the plan, before it starts and after it ends


class SessionPlanForm(RevisionForm):
    """`instance` has its activity. A session is dated by its day, or by its month when only that is known."""

    helper = in_parts(
        "revision",
        Field("planned_precision", template="activities/_answers.html"),
        Together("day", css_class="when-day"),
        Together("month", css_class="when-month"),
        Together("planned_units"),
        Fold(_("Dónde y a qué hora"), *PLACE, opens=lambda form: bool(form["place"].value() or form["hour"].value())),
    )

    day = forms.DateField(label=_("Día"), required=False, widget=date_input())
    month = forms.ChoiceField(label=_("Mes"), required=False)

    class Meta:
        model = Session
        fields = ["planned_precision", "planned_units", "modality", "place", "locality", "hour"]
        widgets = {
            "planned_precision": forms.RadioSelect(attrs={"class": "form-check-input"}),
            "planned_units": forms.NumberInput(attrs={"min": "1", "inputmode": "numeric"}),
            "hour": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }
        labels = {"planned_precision": _("Qué se sabe de la fecha")}
        help_texts = {
            "planned_units": _("Lo que cuenta este espacio en la meta: casi siempre 1."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        session = self.instance
        if session.activity.target_kind == Activity.TargetKind.PERCENTAGE:
            del self.fields["planned_units"]  # a measuring date: it counts in no sum
        self.fields["planned_precision"].choices = Precision.choices
        self.fields["month"].help_text = _("Vence cuando el mes termina.")
        months = self._months()
        if session.planned_on:
            if session.planned_precision == Precision.MONTH:
                self.initial["month"] = f"{session.planned_on:%Y-%m}"
                # The stored month stays a choice when the plan's dates no longer reach it.
                months = sorted({*months, session.planned_on.replace(day=1)})
            else:
                self.initial["day"] = session.planned_on
        self.fields["month"].choices = [
            ("", gettext("Elija un mes")),
            *((f"{on:%Y-%m}", when(on, Precision.MONTH)) for on in months),
        ]

    def _months(self) -> list[date]:
        """The first day of each month that may be chosen."""
        activity = self.instance.activity
        plan, beside = activity.plan, MONTHS_BESIDE if activity.outside_plan else 0
        first = plan.starts_on.year * 12 + plan.starts_on.month - 1 - beside
        last = plan.ends_on.year * 12 + plan.ends_on.month - 1 + beside
        return [date(index // 12, index % 12 + 1, 1) for index in range(first, last + 1)]

    def clean_planned_units(self):
        units = self.cleaned_data["planned_units"]
        if not units:
            raise forms.ValidationError(gettext("Un espacio programado cuenta al menos 1."))
        return units

    def clean(self):
        data = super().clean()
        precision = data.get("planned_precision")
        name, other = ("month", "day") if precision == Precision.MONTH else ("day", "month")
        self.errors.pop(other, None)  # what the page does not ask is not read
        if not precision or name in self.errors:
            return data
        if not data.get(name):
            missing = _("Elija el mes.") if name == "month" else _("Escriba el día.")
            self.add_error(name, missing)
            return data
        on = month_end(date.fromisoformat(f"{data['month']}-01")) if name == "month" else data["day"]
        activity = self.instance.activity
        if not activity.outside_plan and (why := outside(activity.plan, on, precision)):
            self.add_error(name, why)
        self.instance.planned_on = on
        return data
