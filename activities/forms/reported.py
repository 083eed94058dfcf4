"""What the report of any session asks: when, how many people, what came of it; and numbers that can hardly be meant."""

from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities import report_rules
from activities.forms.differential import DifferentialForm
from activities.models import Session
from display.dates import Precision, month_end
from display.values import in_words
from display.widgets import date_input

SURE = "sure"  # of the tick with which a person says that a number is meant
PLANNED = "planned"  # the answer: held as programmed
MEANT = "meant"  # of the button that takes the units typed for the people that came
PLACE = ("modality", "place", "locality", "hour")  # programmed: a session that was not held keeps it


class ReportForm(DifferentialForm):
    """What the report of any session has. `instance` has its activity."""

    sent_as = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    month_only = forms.BooleanField(label=_("Solo se sabe el mes en que se hizo"), required=False)

    class Meta:
        model = Session
        fields = [
            *("held_on", "executed_units", "denominator", "numerator"),
            *("attendance_total", "attendance_source", "attendance_note"),
            *("summary", "topics", "questions", "comments", "contributions", "results", "achieved_incidence"),
            *(*PLACE, "footnote"),
        ]
        widgets = {
            "held_on": date_input(),
            "hour": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            **{
                name: forms.NumberInput(attrs={"min": "0", "inputmode": "numeric"})
                for name in (
                    *("executed_units", "denominator", "numerator", "attendance_total"),
                    *("questions", "comments", "carried_to_year"),
                )
            },
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("summary", "topics", "contributions", "results", "footnote")
            },
            "reason": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "held_on": _("Se hizo el"),
            "executed_units": _("Cuántos se hicieron"),
            "denominator": _("Recibidos"),
            "numerator": _("Atendidos"),
            "reason_kind": _("Motivo"),
            "reason": _("Por qué faltó"),
            "attendance_total": _("Cuántas personas"),
            "attendance_note": _("Quiénes asistieron, en palabras"),
            "questions": _("Cuántas preguntas"),
            "comments": _("Cuántos comentarios"),
        }
        help_texts = {
            "executed_units": "",
            "denominator": _("Solicitudes, casos o personas. 0 si no llegó ninguna."),
            "numerator": _("Cuántos de ellos."),
            "reason": _("El informe lo cuenta. Vacío: el motivo que escogió."),
            "carried_to_year": _("Solo si lo que faltó se hará en otra vigencia: el año."),
            "attendance_source": _("Lista de asistencia, conteo de la plataforma…"),
            "footnote": _("Se imprime al pie de la cifra."),
        }

    def __init__(self, data=None, *args, **kwargs):
        if data and data.get(MEANT):
            data = data.copy()
            data["attendance_total"], data["executed_units"] = data.get("executed_units", ""), "1"
            data["answer"] = PLANNED
        super().__init__(data, *args, **kwargs)
        session = self.instance
        self.doubts: dict[str, str] = {}
        self.is_sure = False
        # A target that is no longer a percentage still shows the two numbers that were reported.
        if not self.is_measure and session.denominator is None:
            del self.fields["denominator"], self.fields["numerator"]
        self.initial["month_only"] = bool(session.held_on) and session.held_precision == Precision.MONTH

    is_measure = False

    def _get_validation_exclusions(self):
        """Skips the constraints on the date and the reason, which ask the database: `clean` checks the same."""
        return super()._get_validation_exclusions() | {"held_on", "reason_kind"}

    def recall(self, before: Session | None) -> None:
        """What the last space of the activity said, beside the fields that ask it again."""
        if before is None:
            return
        for name in ("attendance_total", "attendance_source", "questions", "comments", "place", "modality"):
            if name in self.fields and (words := in_words(Session._meta.get_field(name), getattr(before, name))):
                said = gettext("La vez pasada: %(value)s.") % {"value": words.rstrip(".")}
                self.fields[name].help_text = " ".join(filter(None, [str(self.fields[name].help_text), said]))
        came = {row.group_id: row.people for row in before.attendances.all()}
        for group in self.groups:
            group.last_time = came.get(group.pk)

    def read_date(self, data: dict) -> None:
        on = data.get("held_on")
        precision = self.instance.held_precision = Precision.DAY
        if not on:
            if "held_on" not in self.errors:
                self.add_error("held_on", gettext("Diga en qué fecha se hizo."))
            return
        if data.get("month_only"):
            precision = self.instance.held_precision = Precision.MONTH
            data["held_on"] = month_end(on)  # a month is stored as its last day
        if wrong := report_rules.of_day(on, precision, self.instance.activity.plan, timezone.localdate()):
            self.add_error("held_on", str(wrong))

    def read_ratio(self, data: dict) -> None:
        if {"denominator", "numerator"} & self.errors.keys():
            return
        if wrong := report_rules.of_ratio(data.get("denominator"), data.get("numerator")):
            self.add_error(wrong[0], str(wrong[1]))

    def ask_back(self, data: dict, *more: tuple[str, str]) -> None:
        """What can hardly be meant is asked about, once: the tick that says yes carries what was asked."""
        people = report_rules.doubt_of_people(data.get("attendance_total"))
        asked = [(name, str(text)) for name, text in (("attendance_total", people), *more) if text]
        self.doubts = {name: text for name, text in asked if data.get(name) != self.initial.get(name)}
        self.is_sure = bool(self.doubts) and self.data.get(SURE) == self.doubted(data)
        self.asked = self.doubted(data)
        for name, text in () if self.is_sure else self.doubts.items():
            self.add_error(name, text)

    def doubted(self, data: dict) -> str:
        return " ".join(f"{name}={data.get(name)}" for name in self.doubts)

    def may_be_people(self) -> bool:
        """Whether the units in doubt may be the people, which the page offers with a button."""
        return "executed_units" in self.doubts and not self["attendance_total"].value()


def last_time(session: Session) -> Session | None:
    """The space of the same activity that was held last before this one, or before today."""
    rows = Session.objects.filter(activity=session.activity, held_on__isnull=False).exclude(pk=session.pk)
    if session.planned_on:
        rows = rows.filter(held_on__lte=session.held_on or session.planned_on)
    return rows.order_by("-held_on", "-pk").first()
