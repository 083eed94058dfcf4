"""The report of a session: when, how much, how many people of each group, what came of it."""

from crispy_forms.layout import HTML
from django import forms
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Attendance, Session
from display.dates import Precision, month_end
from display.layout import Fold, Part, in_parts
from display.widgets import date_input
from plans.models import StakeholderGroup
from records.forms import RevisionForm


class SessionReportForm(RevisionForm):
    """`instance` has its activity; one with no planned units was not programmed (extra).

    `kept` = {group: its row as read}; after validation, `people` = {group: how many, or None when they came but were
    not counted apart}, and `is_total_summed` says whether the total is theirs.
    """

    helper = in_parts(
        "revision",
        Part(
            _("Qué pasó"),
            *("held_on", "month_only", "denominator", "numerator", "executed_units", "reason", "carried_to_year"),
        ),
        Part(
            _("Cuántas personas"),
            *("attendance_total", "attendance_source", "attendance_note"),
            HTML('{% include "activities/_attendance.html" %}'),
        ),
        Fold(
            _("De qué se habló y qué resultó"),
            *("summary", "topics", "questions", "comments", "contributions", "results", "achieved_incidence"),
        ),
        Fold(_("Dónde fue"), "modality", "place", "locality", "hour"),
        Fold(_("Para el informe"), "footnote"),
    )

    month_only = forms.BooleanField(label=_("Solo se sabe el mes en que se hizo"), required=False)

    class Meta:
        model = Session
        fields = [
            *("held_on", "executed_units", "denominator", "numerator", "reason", "carried_to_year"),
            *("attendance_total", "attendance_source", "attendance_note"),
            *("summary", "topics", "questions", "comments", "contributions", "results", "achieved_incidence"),
            *("modality", "place", "locality", "hour", "footnote"),
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
                for name in ("reason", "summary", "topics", "contributions", "results", "footnote")
            },
        }
        labels = {
            "held_on": _("Se hizo el"),
            "executed_units": _("Unidades que se hicieron"),
            "denominator": _("Recibidos"),
            "numerator": _("Atendidos"),
            "reason": _("Por qué faltó"),
            "attendance_total": _("Asistentes en total"),
            "attendance_note": _("Quiénes asistieron, en palabras"),
            "questions": _("Cuántas preguntas"),
            "comments": _("Cuántos comentarios"),
        }
        help_texts = {
            "denominator": _("Cuántas solicitudes, casos o personas llegaron. 0 si no llegó ninguna."),
            "numerator": _("Cuántos de ellos se atendieron."),
            "reason": _("Si se hizo menos de lo programado, diga por qué: el informe lo cuenta."),
            "carried_to_year": _("Solo si lo que faltó se hará en otra vigencia: el año."),
            "attendance_total": _("Si lo deja vacío, es la suma de los grupos."),
            "attendance_source": _("Lista de asistencia, conteo de la plataforma…"),
            "footnote": _("Se imprime al pie de la cifra."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        session = self.instance
        self.is_extra = not session.planned_units
        self.is_percentage = session.activity.target_kind == Activity.TargetKind.PERCENTAGE
        # A target that is no longer a percentage still shows the two numbers that were reported.
        if not self.is_percentage and session.denominator is None:
            del self.fields["denominator"], self.fields["numerator"]
        elif self.is_percentage:
            self.fields["executed_units"].help_text = _(
                "Solo si no se hizo: escriba 0 y deje vacías las dos de arriba."
            )
        if self.is_extra:
            del self.fields["carried_to_year"]
            self.fields["held_on"].required = not session.pk
            self.fields["executed_units"].required = not session.pk
        self.initial["month_only"] = bool(session.held_on) and session.held_precision == Precision.MONTH
        self.groups = self._groups()
        self.kept = {
            group: Attendance(pk=group.attendance, session=session, group=group, people=group.people)
            for group in self.groups
            if group.attendance is not None
        }
        for group in self.groups:
            self.fields[f"people_{group.pk}"] = forms.IntegerField(
                label=gettext("Personas de %(group)s") % {"group": group.name},
                required=False,
                min_value=0,
                max_value=2_147_483_647,  # of the column
                widget=forms.NumberInput(attrs={"min": "0", "inputmode": "numeric", "class": "form-control"}),
            )
            self.fields[f"came_{group.pk}"] = forms.BooleanField(
                label=gettext("Vinieron, sin contarlas aparte: %(group)s") % {"group": group.name},
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            self.initial[f"people_{group.pk}"] = group.people
            self.initial[f"came_{group.pk}"] = group.attendance is not None and group.people is None

    def _groups(self) -> list[StakeholderGroup]:
        """The activity's groups first; each with `planned`, `attendance` (pk or None) and `people`: one query."""
        session = self.instance
        planned = Activity.groups.through.objects.filter(activity=session.activity, stakeholdergroup=OuterRef("pk"))
        groups = StakeholderGroup.objects.filter(entity=session.activity.plan.entity_id).annotate(
            planned=Exists(planned),
            mine=FilteredRelation("attendances", condition=Q(attendances__session=session.pk)),
            attendance=F("mine__pk"),
            people=F("mine__people"),
        )
        offered = groups.filter(Q(active=True) | Q(planned=True) | Q(attendance__isnull=False))
        return list(offered.order_by("-planned", "name"))

    def people_fields(self) -> list[tuple[StakeholderGroup, forms.BoundField, forms.BoundField]]:
        """(group, count, "came, not counted"): the activity's groups and those that came. The page folds the others."""
        return [self._people_field(group) for group in self.groups if self._shown(group)]

    def other_people_fields(self) -> list[tuple[StakeholderGroup, forms.BoundField, forms.BoundField]]:
        return [self._people_field(group) for group in self.groups if not self._shown(group)]

    def _people_field(self, group):
        return group, self[f"people_{group.pk}"], self[f"came_{group.pk}"]

    def _shown(self, group) -> bool:
        count, came = self[f"people_{group.pk}"], self[f"came_{group.pk}"]
        return group.planned or group.attendance is not None or bool(count.value() or came.value() or count.errors)

    def _get_validation_exclusions(self):
        """Skips the constraints on the date, which ask the database: `clean` checks the same."""
        return super()._get_validation_exclusions() | {"held_on"}

    def clean_held_on(self):
        on = self.cleaned_data["held_on"]
        # Only an obvious slip: a session may be held before its plan starts.
        if on and on.year < self.instance.activity.plan.starts_on.year - 1:
            raise forms.ValidationError(gettext("Revise el año: es anterior al del plan."))
        return on

    def clean(self):
        data = super().clean()
        self._check_date(data)
        self._check_people(data)
        self._check_units(data)
        self._check_shortfall(data)
        return data

    def _check_date(self, data: dict) -> None:
        on, today = data.get("held_on"), timezone.localdate()
        self.instance.held_precision = Precision.DAY
        if not on:
            return
        if data.get("month_only"):
            self.instance.held_precision = Precision.MONTH
            future = (on.year, on.month) > (today.year, today.month)
            data["held_on"] = month_end(on)  # a month is stored as its last day
        else:
            future = on > today
        if future:
            self.add_error("held_on", gettext("Esa fecha todavía no llega: se reporta lo que ya se hizo."))
        elif self.is_extra and not self.instance.pk:
            self.instance.planned_on = data["held_on"]
            self.instance.planned_precision = self.instance.held_precision

    def _check_units(self, data: dict) -> None:
        on, units = data.get("held_on"), data.get("executed_units")
        received, served = data.get("denominator"), data.get("numerator")
        if not {"denominator", "numerator"} & self.errors.keys() and (received is None) != (served is None):
            missing = "denominator" if received is None else "numerator"
            self.add_error(missing, gettext("Un porcentaje necesita los dos números: recibidos y atendidos."))
        if received is not None and served is not None and served > received:
            self.add_error("numerator", gettext("Los atendidos no pueden ser más que los recibidos."))
        if {"held_on", "executed_units", "denominator", "numerator"} & self.errors.keys():
            return
        if (units or received) and not on:
            self.add_error("held_on", gettext("Si se ejecutó, diga en qué fecha."))
        elif units == 0 and received is not None:
            self.add_error(
                "executed_units", gettext("0 es que no se hizo. Si hubo recibidos y atendidos, déjela vacía.")
            )
        elif units == 0 and on:
            self.add_error(
                "held_on", gettext("0 es que no se hizo: quite la fecha, o diga cuántas unidades se hicieron.")
            )
        elif self.is_percentage and received is None and (on or units):
            self.add_error(
                "denominator", gettext("La meta es un porcentaje: diga cuántos se recibieron y se atendieron.")
            )
        elif units is None and received is None and (on or data.get("attendance_total")):
            self.add_error("executed_units", gettext("Si se hizo, diga cuántas unidades; si no se hizo, escriba 0."))

    def _check_shortfall(self, data: dict) -> None:
        if {"executed_units", "denominator", "numerator"} & self.errors.keys() or self.is_extra:
            return
        session, year = self.instance, data.get("carried_to_year")
        reported = Session(  # not the instance, which gets the typed values only after clean
            activity=session.activity,
            planned_units=session.planned_units,
            executed_units=data.get("executed_units"),
            denominator=data.get("denominator"),
            numerator=data.get("numerator"),
        )
        achieved = reported.achieved(timezone.localdate())
        short = achieved is not None and achieved[0] < achieved[1]
        if (short or (year and achieved is None)) and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", gettext("Se hizo menos de lo programado: diga por qué."))
        if year and achieved is not None and not short:
            self.add_error("carried_to_year", gettext("Ya se hizo todo lo programado: no pasa a otra vigencia."))
        elif year and not session.planned_on.year < year <= session.planned_on.year + 10:
            self.add_error(
                "carried_to_year",
                gettext("Escriba un año posterior a %(year)s.") % {"year": session.planned_on.year},
            )

    def _check_people(self, data: dict) -> None:
        """The groups add up to the total at most: a person of two groups is counted in one. Their sum is the total when
        nobody typed one, so that reports, which read the total, count everybody."""
        self.people = {}
        for group in self.groups:
            count = data.get(f"people_{group.pk}")
            if count is not None or data.get(f"came_{group.pk}"):
                self.people[group] = count
        numbers, total = [count for count in self.people.values() if count is not None], data.get("attendance_total")
        counted = sum(numbers)
        self.is_total_summed = total is None and bool(numbers) and "attendance_total" not in self.errors
        if self.is_total_summed:
            data["attendance_total"] = counted
        if total is not None and counted > total:
            self.add_error(
                "attendance_total",
                gettext(
                    "Los grupos suman %(counted)s y los asistentes son %(total)s. A quien es de dos grupos, cuéntelo "
                    "en uno solo; si el total está mal, corríjalo."
                )
                % {"counted": counted, "total": total},
            )
