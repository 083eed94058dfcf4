"""Forms of commitments. They parse; actions decide."""

from django import forms
from django.db.models import Case, Q, When
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Session
from commitments.models import Commitment, FollowUp
from commitments.states import COMMITMENTS, State
from display.dates import Precision, month_end, when
from display.layout import Part, in_parts
from display.widgets import date_input
from records.forms import RevisionForm, RowsField
from records.texts import TypedTextField

OFFERED = 500  # sessions in the list; a plan may have a hundred thousand


class Newest(ModelChoiceIterator):
    """Only the first OFFERED rows; the rest stay valid, for a form opened from the page of a session."""

    def __iter__(self):
        yield "", self.field.empty_label
        yield from map(self.choice, self.queryset[:OFFERED])


class SessionChoice(forms.ModelChoiceField):
    iterator = Newest

    def label_from_instance(self, session: Session) -> str:
        return f"{session.activity} · {when(session.planned_on, session.planned_precision)}"


class CommitmentForm(RevisionForm):
    """`instance` has its plan: sessions, dependencies and groups are the plan's own."""

    helper = in_parts(
        "revision",
        Part(_("Qué se prometió"), "text", "due_on", "code"),
        Part(_("Quién responde"), "responsible", "all_dependencies"),
        Part(_("Dónde y a quiénes"), "session", "instance", "made_on", "month_only", "groups"),
    )

    session = SessionChoice(
        label=_("Espacio de origen"),
        queryset=Session.objects.none(),
        required=False,
        empty_label=_("Ninguna"),
        help_text=_(
            "Los espacios que ya se hicieron, desde el más reciente. Si no ve el suyo, registre el compromiso desde la "
            "página de ese espacio."
        ),
    )
    month_only = forms.BooleanField(label=_("Solo se sabe el mes en que se adquirió"), required=False)

    class Meta:
        model = Commitment
        field_classes = {"responsible": RowsField, "groups": RowsField}
        fields = [
            *("text", "due_on", "code", "responsible", "all_dependencies"),
            *("session", "instance", "made_on", "groups"),
        ]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "due_on": date_input(),
            "made_on": date_input(),
            "responsible": forms.CheckboxSelectMultiple,
            "groups": forms.CheckboxSelectMultiple,
        }
        labels = {"due_on": _("Plazo: se cumple a más tardar el")}
        help_texts = {
            "code": _("Si la entidad los numera."),
            "instance": _("El consejo, comité, mesa o encuentro donde se prometió."),
            "all_dependencies": _("Cualquier jefatura le puede hacer seguimiento."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        commitment, plan = self.instance, self.instance.plan
        responsible = [dependency.pk for dependency in commitment.responsible.all()] if commitment.pk else []
        groups = [group.pk for group in commitment.groups.all()] if commitment.pk else []
        self.fields["responsible"].queryset = plan.offered_dependencies(responsible)
        self.fields["groups"].queryset = plan.offered_groups(groups)
        origin = self.initial.get("session") or commitment.session_id
        self.fields["session"].queryset = (
            Session.objects.filter(Q(held_on__isnull=False) | Q(pk=origin), activity__plan=plan)
            .select_related("activity")
            .order_by(Case(When(pk=origin, then=0), default=1), "-planned_on", "pk")  # first: among the OFFERED
        )
        self.initial["month_only"] = commitment.made_precision == Precision.MONTH

    def clean_text(self):
        return self.cleaned_data["text"].strip()

    def clean(self):
        data = super().clean()
        made_on, due_on, today = data.get("made_on"), data.get("due_on"), timezone.localdate()
        month_only = bool(made_on and data.get("month_only"))
        self.instance.made_precision = Precision.MONTH if month_only else Precision.DAY
        if not made_on:
            return data
        first = made_on.replace(day=1) if month_only else made_on
        if first > today:
            self.add_error("made_on", gettext("Esa fecha todavía no llega."))
        elif due_on and due_on < first:
            self.add_error("due_on", gettext("El plazo no puede ser anterior al día en que se adquirió."))
        if month_only:
            data["made_on"] = month_end(made_on)  # a month is stored as its last day
        return data


class MoveForm(forms.Form):
    """`moves`: the states that this person may choose."""

    to = forms.ChoiceField(label=_("Nuevo estado"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("Desde qué día"), widget=date_input())
    is_day_unknown = forms.BooleanField(
        label=_("No se sabe qué día se cerró"),
        required=False,
        help_text=_("Quedará cerrado sin fecha, a más tardar en el día de arriba."),
    )
    reason = TypedTextField(
        label=_("Motivo"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Necesario si no es viable, se incumplió, pasa a otra vigencia o se reabre."),
    )
    carried_to_year = forms.IntegerField(
        label=_("Pasa a la vigencia"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("El año, solo si pasa a otra vigencia."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, commitment: Commitment, moves: list[State], **kwargs):
        initial = {"on": timezone.localdate(), "revision": commitment.revision}
        super().__init__(*args, initial=initial, **kwargs)
        self.commitment = commitment
        self.fields["to"].choices = [(to.value, to.label) for to in moves]
        if State.CARRIED_OVER not in moves:
            del self.fields["carried_to_year"]

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on

    def clean(self):
        data = super().clean()
        to, year = data.get("to"), data.get("carried_to_year")
        if not to:
            return data
        typed = {"on": data.get("on"), "reason": data.get("reason", "").strip(), "carried_to_year": year}
        for blocker in COMMITMENTS.blockers(self.commitment, to, **typed):
            if blocker.field not in self.errors:
                self.add_error(blocker.field, blocker.text)
        first = self.commitment.plan.starts_on.year
        if to == State.CARRIED_OVER and year and not first < year <= first + 10:
            self.add_error("carried_to_year", gettext("Escriba un año posterior a %(year)s.") % {"year": first})
        return data


class FollowUpForm(forms.ModelForm):
    class Meta:
        model = FollowUp
        fields = ["on", "progress", "done", "evidence"]
        widgets = {
            "on": date_input(),
            "progress": forms.NumberInput(attrs={"min": "0", "max": "100", "inputmode": "numeric"}),
            "done": forms.Textarea(attrs={"rows": 4}),
            "evidence": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on
