"""The report of a session: what happened in one of three answers, of a measuring date in one of two, of one that nobody
programmed in none.

Whatever an answer does not ask for is not read, though a page without styles shows it and sends it.
"""

from crispy_forms.layout import HTML, Field
from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities import report_rules
from activities.forms.reported import PLACE, SURE, ReportForm
from activities.models import Activity, Session
from activities.models.reasons import Reason
from display.dates import Precision
from display.figures import whole
from display.layout import Fold, Together, in_parts

# Of one that was not held there is no such thing.
HELD = (
    *("held_on", "month_only", "executed_units", "denominator", "numerator"),
    *("attendance_total", "uncounted", "attendance_source", "attendance_note"),
    *("summary", "topics", "questions", "comments", "contributions", "results", "achieved_incidence"),
)
SHORT = ("reason_kind", "reason", "carried_to_year")


class Answer(TextChoices):
    PLANNED = "planned", _("Se hizo como estaba")
    PARTLY = "partly", _("Se hizo en parte")
    NOT_HELD = "not_held", _("No se hizo")
    TAKEN_BACK = "taken_back", _("Todavía no se sabe: quitar lo reportado")


PEOPLE = Fold(
    _("Personas por grupo"),
    HTML('{% include "activities/_attendance.html" %}'),
    *("attendance_source", "attendance_note"),
    HTML('{% include "activities/_differential.html" %}'),
    opens=lambda form: form.are_people_open() or form.are_cells_open(),
)
BESIDE = HTML('{% include "activities/_beside.html" %}')
DOUBTS = HTML('{% include "activities/_doubts.html" %}')
CAME_OF_IT = Together(
    BESIDE,
    Fold(
        _("De qué se habló y qué resultó"),
        *("summary", "topics", "questions", "comments", "contributions", "results", "achieved_incidence"),
    ),
    css_class="when-held",
)
WHY = (
    Together("reason_kind", "reason", "carried_to_year", css_class="when-short"),
    Together(HTML('{% include "activities/_instead.html" %}'), css_class="when-not-held"),
)


class ExtraReportForm(ReportForm):
    """The report of a session that was not programmed: of no unit of the plan, so that nothing can be missing."""

    helper = in_parts(
        *("revision", "sent_as"),
        Together("held_on", "attendance_total", css_class="beside"),
        Together("uncounted", css_class="after-beside"),
        DOUBTS,
        PEOPLE,
        CAME_OF_IT,
        Fold(_("Dónde y cuándo fue"), "month_only", *PLACE),
        Fold(_("Para el informe"), "executed_units", "denominator", "numerator", "footnote"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["executed_units"] = 1

    def clean(self):
        data = super().clean()
        self.read_date(data)
        self.read_ratio(data)
        self.read_people(data, is_asked=True)
        self.read_cells(data)
        units, many = data.get("executed_units"), ""
        if not units and "executed_units" not in self.errors:
            self.add_error("executed_units", gettext("Lo que se hizo cuenta al menos 1."))
        elif units and units > report_rules.MANY_EXTRA:
            word = self.instance.activity.plan.unit.of(units)
            many = gettext("¿%(n)s %(units)s? ¿Quiso decir asistentes?") % {"n": whole(units), "units": word}
        if not self.instance.pk and data.get("held_on"):
            self.instance.planned_on = data["held_on"]
            self.instance.planned_precision = self.instance.held_precision
        self.ask_back(data, ("executed_units", many))
        return data


class SessionReportForm(ReportForm):
    """The report of a programmed session, in the units of its plan."""

    helper = in_parts(
        *("revision", "sent_as"),
        Field("answer", template="activities/_answers.html"),
        DOUBTS,
        Together("executed_units", css_class="when-partly"),
        Together(
            Together("held_on", "attendance_total", css_class="beside"),
            Together("uncounted", css_class="after-beside"),
            css_class="when-held",
        ),
        *WHY,
        Together(PEOPLE, css_class="when-held"),
        CAME_OF_IT,
        Together(
            Fold(_("Dónde y cuándo fue"), "month_only", *PLACE, "denominator", "numerator"), css_class="when-held"
        ),
        Together(Fold(_("Para el informe"), "footnote"), css_class="when-answered"),
    )

    answer = forms.ChoiceField(
        label=_("¿Qué pasó?"),
        choices=Answer.choices,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )

    class Meta(ReportForm.Meta):
        fields = [*ReportForm.Meta.fields, *SHORT]

    # What an answer does not ask for.
    UNASKED = {
        Answer.PLANNED: ("executed_units", *SHORT),
        Answer.NOT_HELD: HELD,
        Answer.TAKEN_BACK: (*HELD, *SHORT, "footnote"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        session, today = self.instance, timezone.localdate()
        reported = session.executed_units is not None or session.denominator is not None or session.carried_to_year
        self.fields["answer"].choices = self.answers() + ([] if not reported else [_choice(Answer.TAKEN_BACK)])
        self.initial["answer"] = self.answer_of(session, today)
        if not reported and session.planned_on <= today:
            self.initial["held_on"] = session.planned_on
            self.initial["month_only"] = session.planned_precision == Precision.MONTH
        self.fields["reason_kind"].choices = [("", gettext("Elija el motivo")), *Reason.choices]
        if not self.is_measure:  # which asks for it only when the target was missed
            self.fields["reason_kind"].widget.attrs["aria-required"] = "true"
        if "executed_units" in self.fields:
            self.fields["executed_units"].help_text = self._units_help()

    def answers(self) -> list[tuple[str, str]]:
        return [_choice(answer) for answer in (Answer.PLANNED, Answer.PARTLY, Answer.NOT_HELD)]

    @staticmethod
    def answer_of(session: Session, today) -> str:
        """What is stored, as an answer; of what is due and was not reported, that it was held as programmed."""
        units = session.executed_units
        if units is None and not session.carried_to_year:
            return Answer.PLANNED if session.planned_on <= today else ""
        if not units:
            return Answer.NOT_HELD
        whole_ = units == session.planned_units and not session.reason and not session.carried_to_year
        return Answer.PLANNED if whole_ else Answer.PARTLY

    def _units_help(self) -> str:
        session = self.instance
        if session.planned_units == 1:
            return gettext("Era 1: escriba 1 si cuenta como hecho; si no, escoja «No se hizo».")
        return gettext("De %(n)s %(units)s.") % {
            "n": whole(session.planned_units),
            "units": session.activity.plan.unit.of(session.planned_units),
        }

    def clean(self):
        data = super().clean()
        answer = data.get("answer")
        if not answer:
            if "answer" not in self.errors:
                self.add_error("answer", gettext("Todavía no dijo qué pasó."))
            return data
        self._forget(data, answer)
        if answer in (Answer.PLANNED, Answer.PARTLY):
            self.read_date(data)
            self.read_ratio(data)
            waits = self._too_many(data) and not self.data.get(SURE)  # those units may be the people
            self.read_people(data, is_asked=not self.is_measure and not waits)
            self.read_cells(data)
        self.read_units(data, answer)
        self._read_reason(data, answer)
        self._check_shortfall(data, answer)
        self.ask_back(data, ("executed_units", self._too_many(data)))
        return data

    def _forget(self, data: dict, answer: str) -> None:
        unasked = self.UNASKED.get(answer, ())
        if "attendance_total" in unasked:
            unasked = (*unasked, *self.people_names(), *self.cell_names(), *PLACE)
            self.instance.held_precision = Precision.DAY
        for name in unasked:
            if name in self.fields:
                self.errors.pop(name, None)
                data[name] = self.initial.get(name) if name in PLACE else self.fields[name].to_python("")

    def read_units(self, data: dict, answer: str) -> None:
        if answer == Answer.PLANNED:
            data["executed_units"] = self.instance.planned_units
        elif answer == Answer.NOT_HELD:
            data["executed_units"] = 0
        elif answer == Answer.PARTLY and "executed_units" not in self.errors:
            if data.get("executed_units") is None:
                self.add_error("executed_units", gettext("Diga cuántos se hicieron."))
            elif not data["executed_units"]:
                self.add_error("executed_units", gettext("0 es que no se hizo: escoja «No se hizo»."))

    def _read_reason(self, data: dict, answer: str) -> None:
        """One of the list says it in its own words when nobody adds others; what was not held has one of the list."""
        if {"reason_kind", "reason"} & self.errors.keys():
            return
        kind, is_unwritten = data.get("reason_kind"), report_rules.is_unwritten(data.get("reason", ""))
        if kind == Reason.OTHER and is_unwritten:
            self.add_error("reason", gettext("Si es otro motivo, escriba cuál."))
        elif kind and is_unwritten:
            data["reason"] = Reason(kind).own_words
        elif not kind and answer == Answer.NOT_HELD:
            self.add_error("reason_kind", gettext("Escoja por qué no se hizo."))

    def _too_many(self, data: dict) -> str:
        return str(report_rules.doubt_of_units(data.get("executed_units"), self.instance.planned_units) or "")

    def _check_shortfall(self, data: dict, answer: str) -> None:
        if {"executed_units", "denominator", "numerator"} & self.errors.keys() or answer == Answer.TAKEN_BACK:
            return
        session, year = self.instance, data.get("carried_to_year")
        reported = Session(  # not the instance, which gets the typed values only after clean
            activity=session.activity,
            planned_units=session.planned_units,
            executed_units=data.get("executed_units", session.executed_units),
            denominator=data.get("denominator"),
            numerator=data.get("numerator"),
        )
        short = report_rules.is_short(reported, timezone.localdate())
        if short and "reason_kind" not in self.errors and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", str(report_rules.of_shortfall()))
        if year and not short:
            self.add_error("carried_to_year", gettext("Ya se hizo todo lo programado: no pasa a otra vigencia."))
        elif year and not session.planned_on.year < year <= session.planned_on.year + 10:
            self.add_error(
                "carried_to_year",
                gettext("Escriba un año posterior a %(year)s.") % {"year": session.planned_on.year},
            )


class MeasureReportForm(SessionReportForm):
    """The report of a measuring date of a percentage target: attended of received."""

    is_measure = True

    helper = in_parts(
        *("revision", "sent_as"),
        Field("answer", template="activities/_answers.html"),
        Together("denominator", "numerator", css_class="when-held beside"),
        Together("held_on", css_class="when-held"),
        Together("reason_kind", "reason", "carried_to_year", css_class="when-answered"),
        WHY[1],
        DOUBTS,
        Together(
            Fold(_("Cuántas personas asistieron"), "attendance_total", "uncounted"), PEOPLE, css_class="when-held"
        ),
        CAME_OF_IT,
        Together(Fold(_("Dónde y cuándo fue"), "month_only", *PLACE), css_class="when-held"),
        Together(Fold(_("Para el informe"), "footnote"), css_class="when-answered"),
    )

    class Meta(SessionReportForm.Meta):
        fields = [name for name in SessionReportForm.Meta.fields if name != "executed_units"]

    UNASKED = {Answer.NOT_HELD: HELD, Answer.TAKEN_BACK: (*HELD, *SHORT, "footnote")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_on"].label = _("Se midió el")
        self.fields["reason"].help_text = _("Si se atendió menos de la meta, o no se midió.")

    def answers(self) -> list[tuple[str, str]]:
        return [(Answer.PLANNED.value, _("Ya se midió")), (Answer.NOT_HELD.value, _("No se midió"))]

    @staticmethod
    def answer_of(session: Session, today) -> str:
        if session.denominator is None and (session.executed_units == 0 or session.carried_to_year):
            return Answer.NOT_HELD
        return Answer.PLANNED if session.denominator is not None or session.planned_on <= today else ""

    def read_units(self, data: dict, answer: str) -> None:
        if answer == Answer.PLANNED and data.get("denominator") is None and "denominator" not in self.errors:
            self.add_error(
                "denominator", gettext("La meta es un porcentaje: diga cuántos se recibieron y se atendieron.")
            )
        # Units are counted in no percentage: stored ones stay.
        kept = self.instance.executed_units or None
        self.instance.executed_units = {Answer.PLANNED: kept, Answer.NOT_HELD: 0}.get(answer)


def _choice(answer: Answer) -> tuple[str, str]:
    return answer.value, answer.label


def report_form(session: Session) -> type[ReportForm]:
    if not session.planned_units:
        return ExtraReportForm
    is_measure = session.activity.target_kind == Activity.TargetKind.PERCENTAGE
    return MeasureReportForm if is_measure else SessionReportForm
