"""Forms of commitments. They parse; actions decide."""

from collections.abc import Callable

from crispy_forms.layout import Field
from django import forms
from django.db.models import Case, Q, When
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Session
from commitments.models import Commitment, FollowUp
from commitments.models.commitment import LAST_DEADLINE, TOO_FAR
from commitments.states import CLOSED, COMMITMENTS, UNKEPT, State
from display.dates import Precision, month_end, short_day, when
from display.layout import Fold, Together, in_parts
from display.widgets import date_input
from records.forms import RevisionForm, RowsField
from records.texts import TypedTextField
from records.uploads import FilesField

REASONED = (State.PARTLY_DONE, *UNKEPT)  # states that say why
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


def is_missing(*names: str) -> Callable[[forms.BaseForm], bool]:
    """For folds, which open when nothing of it is written yet."""
    return lambda form: not any(form[name].value() for name in names)


class CommitmentForm(RevisionForm):
    """`instance` has its plan: sessions, dependencies and groups are the plan's own.

    `limit`: ids of the dependencies that a head directs; None for who may record any.
    """

    helper = in_parts(
        *("revision", "text"),
        Together("due_on"),
        Fold(
            _("Quién responde"),
            *("responsible", "all_dependencies"),
            opens=is_missing("responsible", "all_dependencies"),
        ),
        Fold(
            _("Dónde, cuándo y a quiénes"),
            *("session", "instance", "made_on", "month_only", "groups", "code"),
            opens=is_missing("session", "instance", "made_on"),
        ),
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
            "code": _("Si lo deja vacío, es el siguiente de la entidad y el año: C-2026-001."),
            "text": _("Se publica tal como lo escribe: no nombre personas."),
            "instance": _("El consejo, comité, mesa o encuentro donde se prometió."),
            "all_dependencies": _("Cualquier jefatura le puede hacer seguimiento."),
        }

    def __init__(self, *args, limit: set[int] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.limit = limit
        commitment, plan = self.instance, self.instance.plan
        responsible = [dependency.pk for dependency in commitment.responsible.all()] if commitment.pk else []
        groups = [group.pk for group in commitment.groups.all()] if commitment.pk else []
        self.fields["responsible"].queryset = plan.offered_dependencies(responsible)
        self.fields["groups"].queryset = plan.offered_groups(groups)
        origin = self.initial.get("session") or commitment.session_id
        sessions = Session.objects.filter(Q(held_on__isnull=False) | Q(pk=origin), activity__plan=plan)
        if limit is not None:
            sessions = sessions.filter(activity__in=Activity.objects.of_dependencies(limit))
        self.fields["session"].queryset = (
            sessions.select_related("activity").order_by(
                Case(When(pk=origin, then=0), default=1), "-planned_on", "pk"
            )  # first: among the OFFERED
        )
        self.initial["month_only"] = commitment.made_precision == Precision.MONTH
        if commitment.holds_deadline:
            del self.fields["due_on"]

    def clean_text(self):
        return self.cleaned_data["text"].strip()

    def clean_due_on(self):
        if self.cleaned_data["due_on"] > LAST_DEADLINE:
            raise forms.ValidationError(TOO_FAR)
        return self.cleaned_data["due_on"]

    def clean_code(self):
        return self.cleaned_data["code"].strip() or self.initial.get("code") or ""

    def clean(self):
        data = super().clean()
        made_on, today = data.get("made_on"), timezone.localdate()
        is_held = "due_on" not in self.fields
        due_on = self.instance.due_on if is_held else data.get("due_on")
        if self.limit is not None and not {"responsible", "session"} & self.errors.keys():
            self._check_limit(data)
        month_only = bool(made_on and data.get("month_only"))
        self.instance.made_precision = Precision.MONTH if month_only else Precision.DAY
        if not made_on:
            return data
        first = made_on.replace(day=1) if month_only else made_on
        if first > today:
            self.add_error("made_on", gettext("Esa fecha todavía no llega."))
        elif due_on and due_on < first:
            sentence = gettext("El plazo no puede ser anterior al día en que se adquirió.")
            self.add_error("made_on" if is_held else "due_on", sentence)
        if month_only:
            data["made_on"] = month_end(made_on)  # a month is stored as its last day
        return data

    def _check_limit(self, data: dict) -> None:
        """A head promises what their own dependency answers for; what all answer for, from an activity of all."""
        of_all = data.get("session") and data["session"].activity.all_dependencies
        if data.get("all_dependencies") and not of_all:
            self.add_error(
                "all_dependencies",
                gettext("De todas las dependencias solo es lo que se prometió en una actividad de todas."),
            )
        elif not data.get("all_dependencies") and self.limit.isdisjoint(row.pk for row in data["responsible"]):
            self.add_error("responsible", gettext("Incluya a su dependencia: usted registra lo que ella debe."))


class MoveForm(forms.Form):
    """`moves`: the states that this person may choose."""

    helper = in_parts(
        *("revision", Field("to", template="activities/_answers.html")),
        Together("on", "is_day_unknown", css_class="when-closed"),
        Together("carried_to_year", css_class="when-carried"),
        Together("reason", css_class="when-reasoned"),
    )

    to = forms.ChoiceField(label=_("Nuevo estado"), widget=forms.RadioSelect(attrs={"class": "form-check-input"}))
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

    def closed_meanwhile(self) -> None:
        """Nothing may be chosen any more, and what was typed is not lost."""
        self.full_clean()
        self.errors.pop("to", None)
        sentence = gettext(
            "Otra persona cerró este compromiso mientras usted escribía: está «%(state)s», y solo planeación lo "
            "reabre. Lo que escribió sigue aquí: si agrega algo, cópielo a un seguimiento."
        )
        self.add_error(None, sentence % {"state": self.commitment.get_state_display()})

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on

    def clean(self):
        data = super().clean()
        to = data.get("to")
        if not to:
            return data
        for name in self._unasked(to):
            self.errors.pop(name, None)
            data[name] = self.fields[name].to_python("")
        year = data.get("carried_to_year")
        typed = {"on": data.get("on"), "reason": data.get("reason", "").strip(), "carried_to_year": year}
        for blocker in COMMITMENTS.blockers(self.commitment, to, **typed):
            if blocker.field not in self.errors:
                self.add_error(blocker.field, blocker.text)
        first = self.commitment.plan.starts_on.year
        if to == State.CARRIED_OVER and year and not first < year <= first + 10:
            self.add_error("carried_to_year", gettext("Escriba un año posterior a %(year)s.") % {"year": first})
        return data

    def _unasked(self, to: str) -> list[str]:
        """What this state does not ask for: not read, though a page without styles shows it."""
        asks = {
            "reason": to in REASONED or self.commitment.state in CLOSED,
            "carried_to_year": to == State.CARRIED_OVER,
            "on": to in CLOSED,  # of an open state the trail has its day
            "is_day_unknown": to in CLOSED,
        }
        return [name for name, is_asked in asks.items() if not is_asked and name in self.fields]


class FollowUpForm(forms.ModelForm):
    """With `may_close`, its last question is whether the commitment was fulfilled."""

    YES, NO = "yes", "no"

    helper = in_parts(
        "revision",
        Together("progress", "on", css_class="beside"),
        "done",
        Together(Field("fulfilled", template="activities/_answers.html")),
        Fold(_("Evidencia"), "files", "evidence"),
    )

    files = FilesField(
        label=_("Archivos"),
        required=False,
        help_text=_("PDF, fotografías, hojas xlsx y documentos docx de hasta 25 MB cada uno. Quedan privados."),
    )

    fulfilled = forms.ChoiceField(
        label=_("¿Quedó cumplido?"),
        choices=[(YES, _("Sí, quedó cumplido")), (NO, _("Todavía no"))],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)  # of the commitment

    class Meta:
        model = FollowUp
        fields = ["on", "progress", "done", "evidence"]
        widgets = {
            "on": date_input(),
            "progress": forms.NumberInput(attrs={"min": "0", "max": "100", "inputmode": "numeric"}),
            "done": forms.Textarea(attrs={"rows": 3}),
            "evidence": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"evidence": _("Dónde está la evidencia")}
        help_texts = {
            "done": _("Se publica tal como lo escribe: no nombre personas."),
            "evidence": _("Enlaces, o dónde está el soporte; si está todo hecho y no la hay, por qué. No se publica."),
        }

    def __init__(self, *args, may_close: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["progress"].required = False  # 100 when it was fulfilled
        last = self.instance.commitment.follow_ups.order_by("-on", "-pk").first()
        if last and last.progress is not None:
            self.fields["progress"].help_text = gettext("Iba en %(progress)s %% el %(day)s.") % {
                "progress": last.progress,
                "day": short_day(last.on),
            }
        if not may_close:
            del self.fields["fulfilled"]

    @property
    def is_fulfilled(self) -> bool:
        return self.cleaned_data.get("fulfilled") == self.YES

    @property
    def seen(self) -> int | None:
        return self.cleaned_data.get("revision")

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(gettext("Esa fecha todavía no llega."))
        return on

    def clean(self):
        data = super().clean()
        if "fulfilled" not in self.fields and self.data.get("fulfilled") == self.YES:
            sentence = gettext(
                "Otra persona cerró este compromiso mientras usted escribía: está «%(state)s». Lo que escribió sigue "
                "aquí: guárdelo si agrega algo."
            )
            self.add_error(None, sentence % {"state": self.instance.commitment.get_state_display()})
        if {"progress", "fulfilled"} & self.errors.keys():
            return data
        progress = data.get("progress")
        if progress is None and self.is_fulfilled:
            data["progress"] = 100
        elif progress is None:
            self.add_error("progress", gettext("Diga cuánto se avanzó, de 0 a 100."))
        elif progress < 100 and self.is_fulfilled:
            self.add_error("progress", gettext("Si quedó cumplido, el avance es 100."))
        elif progress == 100 and "fulfilled" in self.fields and not data.get("fulfilled"):
            self.add_error("fulfilled", gettext("El avance es 100 %: ¿quedó cumplido?"))
        return data
