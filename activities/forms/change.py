"""What is filled in to ask a change, why, and to decide it. Each form of what changes has `wanted()`: its part of
`ChangeRequest.wanted`."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date

from crispy_forms.layout import Field
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.changes import wanted
from activities.filters import months_of
from activities.forms.activity import ActivityForm
from activities.forms.session import SessionPlanForm
from activities.models import ChangeRequest, Session
from display.dates import Precision, month_end
from display.layout import Part, Together, in_parts
from display.widgets import date_input
from records.forms import RevisionForm
from records.texts import TypedTextField

Kind, State = ChangeRequest.Kind, ChangeRequest.State
DAY = re.compile(r"^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4}))$")


class WhyForm(RevisionForm):
    """Why, and what citizens are told. Of a proposal, which changes nothing yet, only what planning should know."""

    helper = in_parts("revision", Together("reason", "reason_text"), "public_note")

    class Meta:
        model = ChangeRequest
        fields = ["reason", "reason_text", "public_note"]
        widgets = {
            "reason_text": forms.Textarea(attrs={"rows": 2}),
            "public_note": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"reason_text": _("Explicación para planeación")}
        help_texts = {"reason_text": _("No se publica. Si es otro motivo, escriba cuál.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.is_proposal:
            del self.fields["reason"], self.fields["public_note"]
            self.fields["reason_text"].help_text = _("Si hay algo que planeación deba saber.")
        else:
            self.fields["reason"].required = True
            self.fields["reason"].choices = [("", gettext("Elija el motivo")), *ChangeRequest.Reason.choices]


# --- Of a space -------------------------------------------------------------------------------------------------------


class DateForm(SessionPlanForm):
    """Another date."""

    helper = in_parts(
        Field("planned_precision", template="activities/_answers.html"),
        Together("day", css_class="when-day"),
        Together("month", css_class="when-month"),
        Together("hour"),
    )
    left_out = ("revision", "planned_units", "modality", "place", "locality")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.left_out:
            self.fields.pop(name, None)

    def wanted(self) -> dict:
        return {"sessions": [wanted.session_values(self.instance)]}


class PlaceForm(DateForm):
    """What is not its date."""

    helper = in_parts(Together("planned_units"), Together("modality", "hour"), Together("place", "locality"))
    left_out = ("revision", "planned_precision", "day", "month")


class YearForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Pasa a la vigencia"), coerce=int)

    def __init__(self, *args, change: ChangeRequest, **kwargs):
        super().__init__(*args, **kwargs)
        first = change.plan.ends_on.year + 1
        self.fields["year"].choices = [(year, str(year)) for year in range(first, first + 3)]
        self.initial.setdefault("year", change.wanted.get("year"))

    def wanted(self) -> dict:
        return {"year": self.cleaned_data["year"]}


# --- Of an activity ---------------------------------------------------------------------------------------------------


class Dates(forms.Form):
    """The dates of what is added: whole months, or exact days."""

    months = forms.MultipleChoiceField(
        label=_("Meses en que se hace"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Un espacio en cada mes que marque."),
    )
    days = forms.CharField(
        label=_("O días exactos"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Como 16/03/2026, separados por comas o uno por línea."),
    )

    def offer(self, change: ChangeRequest) -> None:
        """The months of the plan, and the dates that were asked already."""
        self.fields["months"].choices = months_of(change.plan)
        if asked := change.wanted.get("sessions"):
            by = {Precision.MONTH: [], Precision.DAY: []}
            for one in asked:
                by[Precision(one["planned_precision"])].append(date.fromisoformat(one["planned_on"]))
            self.initial["months"] = [f"{on:%Y-%m}" for on in by[Precision.MONTH]]
            self.initial["days"] = ", ".join(f"{on:%d/%m/%Y}" for on in by[Precision.DAY])

    def clean_months(self):
        return [month_end(date.fromisoformat(f"{code}-01")) for code in self.cleaned_data["months"]]

    def clean_days(self):
        return [day_of(text) for text in re.split(r"[\s,;]+", self.cleaned_data["days"]) if text]

    def wanted_dates(self) -> dict:
        dated = [(on, Precision.MONTH) for on in self.cleaned_data["months"]]
        dated += [(on, Precision.DAY) for on in self.cleaned_data["days"]]
        sessions = [Session(planned_on=on, planned_precision=precision) for on, precision in sorted(dated)]
        return {"sessions": [wanted.session_values(session) for session in sessions]}


class DatesForm(Dates):
    helper = in_parts(Part("", "months", "days"))

    def __init__(self, *args, change: ChangeRequest, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer(change)

    def wanted(self) -> dict:
        return self.wanted_dates()


def day_of(text: str) -> date:
    if match := DAY.match(text):
        year, month, day, day_, month_, year_ = match.groups()
        try:
            return date(int(year or year_), int(month or month_), int(day or day_))
        except ValueError:
            pass
    raise ValidationError(gettext("«%(text)s» no es una fecha: escríbala como 16/03/2026.") % {"text": text})


MAIN = Part("", "name", "lead", "phase", "target_kind", "target_value", "unit")
REST = ActivityForm.helper.layout.fields[2:]


class ActivityChangeForm(ActivityForm):
    """The full form of an activity, on what the request asks."""

    helper = in_parts(MAIN, *REST)

    def __init__(self, *args, change: ChangeRequest, **kwargs):
        values = change.wanted.get("activity", {})
        base = change.activity
        activity = wanted.typed(change.plan, values, base)
        activity.pk, activity.plan = base and base.pk, change.plan
        if base:
            activity._state.adding = False
        super().__init__(*args, instance=activity, **kwargs)
        for name in ("revision", "outside_plan", "months"):
            self.fields.pop(name, None)
        for name in ("lead", "support", "groups"):
            if name in values:
                self.initial[name] = values[name]

    def wanted(self) -> dict:
        data = self.cleaned_data
        return {
            "activity": wanted.activity_values(
                self.instance,
                lead=data["lead"] and data["lead"].pk,
                support=[row.pk for row in data["support"]],
                groups=[row.pk for row in data["groups"]],
            )
        }


class ActivityAddForm(ActivityChangeForm, Dates):
    """A new activity, with its dates; of a dependency, led by it or by one below it."""

    helper = in_parts(MAIN, Part(_("Fechas"), "months", "days"), *REST)

    def __init__(self, *args, change: ChangeRequest, **kwargs):
        super().__init__(*args, change=change, **kwargs)
        self.fields["months"] = deepcopy(self.base_fields["months"])
        self.offer(change)
        if change.dependency:
            lead = self.fields["lead"]
            lead.queryset = lead.queryset.filter(pk__in=change.dependency.subtree())
            lead.required, lead.empty_label = True, None
            self.initial["lead"] = self.initial.get("lead") or change.dependency_id

    def wanted(self) -> dict:
        return {**super().wanted(), **self.wanted_dates()}


# --- The form of a request --------------------------------------------------------------------------------------------


def what_form(change: ChangeRequest, data=None) -> forms.BaseForm | None:
    """None where nothing is asked but why."""
    if change.kind == Kind.WITHDRAW:
        return None
    if change.kind == Kind.CARRY:
        return YearForm(data, change=change)
    if change.kind == Kind.ADD:
        return (DatesForm if change.activity else ActivityAddForm)(data, change=change)
    if change.session is None:
        return ActivityChangeForm(data, change=change)
    values = {**wanted.session_values(change.session), **(change.wanted.get("sessions") or [{}])[0]}
    session = wanted.filled(Session(activity=change.activity), values)
    return (DateForm if change.kind == Kind.RESCHEDULE else PlaceForm)(data, instance=session)


# --- Deciding ---------------------------------------------------------------------------------------------------------


class DecisionForm(forms.Form):
    """`decision` is the state to which they go; returning and rejecting ask for the note."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = TypedTextField(
        label=_("Nota para quien la pidió"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Hace falta para devolver o negar."),
    )
    decision = forms.ChoiceField(
        choices=[(state.value, state.label) for state in (State.APPROVED, State.RETURNED, State.REJECTED)],
        widget=forms.HiddenInput,
    )


def keep_decision(request, picked: list[int]) -> None:
    """What somebody chose and wrote of several requests, for the list that says why it was refused."""
    request.session["decision"] = {"picked": picked, "note": request.POST.get("note", "")}


def kept_decision(request) -> dict:
    """`form` and `picked`, for the page of the list: once."""
    kept = request.session.pop("decision", {})
    return {"form": DecisionForm(initial={"note": kept.get("note", "")}), "picked": kept.get("picked", [])}


def keep_why(request, session: int, reason: str, text: str) -> None:
    """Why a space was not held, as its report had it, for the request of a change."""
    request.session["why"] = {"session": session, "reason": reason, "reason_text": text}


def kept_why(request, session: int | None) -> dict:
    kept = request.session.get("why", {})
    return (
        {name: kept[name] for name in ("reason", "reason_text")} if session and kept.get("session") == session else {}
    )


class ToldForm(forms.Form):
    """That the groups were told."""

    how = forms.CharField(
        label=_("Por qué medio"), max_length=300, help_text=_("Correo a los inscritos, cartelera, llamada…")
    )
    on = forms.DateField(label=_("Se les avisó el"), widget=date_input())
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CallForm(forms.Form):
    """Until when dependencies propose."""

    until = forms.DateField(label=_("Se reciben propuestas hasta"), widget=date_input())
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
