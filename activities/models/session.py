"""The dated sessions of an activity: planned side, report, attendance by group, and the metrics beside them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency
from activities.models.activity import Activity, in_force
from activities.models.reasons import Reason
from display.dates import Precision, month_end
from plans.models import StakeholderGroup
from records import audit
from records.locks import Revised
from records.search import Searchable, SearchableQuerySet
from records.texts import TypedText


class ExecutionState(models.TextChoices):
    """Computed from the session's dates and units at a date, never typed or stored."""

    SCHEDULED = "scheduled", _("Programado")
    DUE = "due", _("Se reporta hoy")
    OVERDUE = "overdue", _("Falta reportar")
    EXECUTED = "executed", _("Hecho")
    PARTLY_EXECUTED = "partly_executed", _("Hecho en parte")
    NOT_EXECUTED = "not_executed", _("No se hizo")
    NO_DEMAND = "no_demand", _("Sin demanda")
    CARRIED_OVER = "carried_over", _("Pasa a otra vigencia")
    EXTRA = "extra", _("No estaba programado")
    WITHDRAWN = "withdrawn", _("Retirado")


class SessionQuerySet(SearchableQuerySet):
    def in_force(self, on):
        return self.filter(in_force(on))

    def in_plan(self):
        return self.filter(activity__outside_plan=False)

    def outside(self, first, last):
        """Those planned outside two days; one planned for a month is inside when part of the month is."""
        late = Q(planned_on__gt=last, planned_precision=Precision.DAY) | Q(planned_on__gt=month_end(last))
        return self.filter(Q(planned_on__lt=first) | late)

    def due(self, on):
        return self.filter(planned_on__lte=on)

    def reported(self):
        """Those with a report that would be lost with them."""
        return self.filter(
            Q(executed_units__isnull=False)
            | Q(denominator__isnull=False)
            | Q(held_on__isnull=False)
            | Q(attendance_total__isnull=False)
        )

    def untouched(self):
        """Those that nobody changed since they were made, reported, evaluated, showed or promised anything in."""
        bare = self.filter(revision=0, commitments=None, responses=None, evidence=None)
        return bare.exclude(pk__in=Session.objects.reported())

    def unreported(self, on):
        """Those in force whose execution state on `on` is due or overdue, in SQL."""
        percentage = Q(activity__target_kind=Activity.TargetKind.PERCENTAGE)
        silent = Q(~percentage, executed_units=None) | Q(percentage, ~Q(executed_units=0), denominator=None)
        return self.in_force(on).due(on).filter(Q(held_on__gt=on) | silent, planned_units__gt=0, carried_to_year=None)


class Session(Searchable, Revised):
    """One dated realisation of an activity (espacio): what was planned, and what happened."""

    SEARCHED = ("place", "locality", "topics")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="sessions", verbose_name=_("actividad"))
    planned_on = models.DateField(_("programado para"))
    planned_precision = models.CharField(_("precisión"), max_length=5, choices=Precision.choices, default=Precision.DAY)
    planned_units = models.PositiveIntegerField(
        _("cantidad programada"), default=1, help_text=_("0: no estaba programado.")
    )
    held_on = models.DateField(_("realizado el"), null=True, blank=True)
    held_precision = models.CharField(
        _("precisión de la realización"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    executed_units = models.PositiveIntegerField(
        _("cantidad ejecutada"), null=True, blank=True, help_text=_("Vacío: sin reportar. 0: no se hizo.")
    )
    numerator = models.PositiveIntegerField(_("atendidos"), null=True, blank=True)
    denominator = models.PositiveIntegerField(_("recibidos"), null=True, blank=True)
    modality = models.CharField(_("modalidad"), max_length=10, choices=Activity.Modality.choices, blank=True)
    place = models.CharField(_("lugar o enlace"), max_length=200, blank=True)
    locality = models.CharField(_("localidad o vereda"), max_length=200, blank=True)
    hour = models.TimeField(_("hora"), null=True, blank=True)
    attendance_total = models.PositiveIntegerField(_("asistentes"), null=True, blank=True)
    attendance_source = models.CharField(_("fuente del conteo"), max_length=200, blank=True)
    attendance_note = models.CharField(_("quiénes asistieron"), max_length=500, blank=True)
    questions = models.PositiveIntegerField(_("preguntas"), null=True, blank=True)
    comments = models.PositiveIntegerField(_("comentarios"), null=True, blank=True)
    topics = TypedText(_("temas"), blank=True)
    contributions = TypedText(_("aportes de los asistentes"), blank=True)
    results = TypedText(_("resultados"), blank=True)
    achieved_incidence = models.CharField(
        _("incidencia lograda"), max_length=20, choices=Activity.Incidence.choices, blank=True
    )
    summary = TypedText(_("resumen"), blank=True)
    reason_kind = models.CharField(_("clase de motivo"), max_length=15, choices=Reason.choices, blank=True)
    reason = TypedText(_("motivo de lo que faltó"), blank=True)
    footnote = TypedText(_("nota al pie del informe"), blank=True)
    carried_to_year = models.PositiveSmallIntegerField(_("pasa a la vigencia"), null=True, blank=True)
    in_force_from = models.DateField(_("vigente desde"), null=True, blank=True, editable=False)
    withdrawn_on = models.DateField(_("retirado el"), null=True, blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaces",
        verbose_name=_("reemplazado por"),
    )
    carried_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="carried_from",
        verbose_name=_("sigue en"),
    )

    # Of the form whose report was saved last, so that one that arrives twice is one (docs/adr/0032).
    sent_as = models.UUIDField(_("envío"), null=True, editable=False)

    # The fields that a plan promises: a copy of an activity programmes them, and a version of the plan stores them.
    PROGRAMMED = ("planned_on", "planned_precision", "planned_units", "modality", "place", "locality", "hour")

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("espacio")
        verbose_name_plural = _("espacios")
        ordering = ["planned_on", "pk"]
        indexes = [models.Index(fields=["activity", "planned_on"], name="session_of_activity_by_date")]
        constraints = [
            models.UniqueConstraint(
                "activity",
                "planned_on",
                "planned_precision",
                condition=Q(withdrawn_on=None),
                name="session_date_unique",
                violation_error_message=_("La actividad ya tiene un espacio programado en esa fecha."),
            ),
            models.CheckConstraint(
                condition=Q(executed_units__isnull=True) | Q(executed_units=0) | Q(held_on__isnull=False),
                name="session_executed_has_date",
                violation_error_message=_("Si se ejecutó, diga en qué fecha."),
            ),
            models.CheckConstraint(
                condition=Q(held_on=None) | Q(executed_units__gt=0) | Q(denominator__isnull=False),
                name="session_held_has_units",
                violation_error_message=_("Si tiene fecha de realización, diga cuánto se hizo."),
            ),
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None) | Q(numerator__isnull=False, denominator__isnull=False),
                name="session_ratio_complete",
                violation_error_message=_("Un porcentaje necesita los dos números: recibidos y atendidos."),
            ),
            models.UniqueConstraint(
                "sent_as",
                condition=Q(sent_as__isnull=False),
                name="session_sent_once",
                violation_error_message=_("Ese reporte ya había llegado."),
            ),
            models.CheckConstraint(
                condition=~Q(reason_kind="other") | Q(reason__gt=""),
                name="session_other_reason_says_which",
                violation_error_message=_("Si es otro motivo, escriba cuál."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(in_force_from=None) | Q(withdrawn_on__gte=F("in_force_from")),
                name="session_withdrawn_after_in_force",
                violation_error_message=_("Un espacio no se retira antes de haber entrado al plan."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(withdrawn_on__isnull=False),
                name="session_replaced_is_withdrawn",
                violation_error_message=_("Un espacio reemplazado deja de estar en el plan."),
            ),
            models.CheckConstraint(
                condition=Q(carried_to=None) | Q(carried_to_year__isnull=False),
                name="session_carried_says_the_year",
                violation_error_message=_("Diga a qué vigencia pasa el espacio."),
            ),
        ]

    def __str__(self):
        return f"{self.activity} · {self.planned_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        plan = self.activity.plan
        return reverse("activities:session_detail", args=[plan.entity.slug, plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.activity.plan.entity_id

    def achieved(self, on) -> tuple[int, int] | None:
        """(done by `on`, wanted), in units or, of a percentage target, ×100 and ×target; None when not reported."""
        if self.held_on and self.held_on > on:
            return None
        if self.activity.target_kind == Activity.TargetKind.PERCENTAGE:
            if self.denominator is not None:
                return 100 * self.numerator, self.activity.target_value * self.denominator
            if self.executed_units:
                return None  # held, but without the two numbers there is no percentage
        return None if self.executed_units is None else (self.executed_units, self.planned_units)

    def execution_state(self, on) -> ExecutionState:
        if self.withdrawn_on and self.withdrawn_on <= on:
            return ExecutionState.WITHDRAWN
        if not self.planned_units:
            return ExecutionState.EXTRA
        achieved = self.achieved(on)
        if achieved:
            done, wanted = achieved
            if not wanted:
                return ExecutionState.NO_DEMAND
            if done >= wanted:
                return ExecutionState.EXECUTED
        if self.carried_to_year:
            return ExecutionState.CARRIED_OVER
        if achieved:
            return ExecutionState.PARTLY_EXECUTED if done else ExecutionState.NOT_EXECUTED
        if self.planned_on > on:
            return ExecutionState.SCHEDULED
        return ExecutionState.DUE if self.planned_on == on else ExecutionState.OVERDUE

    def answers_for(self, dependency: Dependency) -> bool:
        return self.activity.answers_for(dependency)


class Attendance(models.Model):
    """How many people of a group came to a session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances", verbose_name=_("espacio"))
    group = models.ForeignKey(StakeholderGroup, models.PROTECT, related_name="attendances", verbose_name=_("grupo"))
    people = models.PositiveIntegerField(_("personas"), null=True, blank=True)  # null: they came, not counted apart

    class Meta:
        verbose_name = _("asistencia")
        verbose_name_plural = _("asistencias")
        ordering = ["group__name"]
        constraints = [
            models.UniqueConstraint(
                "session",
                "group",
                name="attendance_group_unique",
                violation_error_message=_("El espacio ya tiene ese grupo."),
            )
        ]

    def __str__(self):
        return f"{self.group}: {self.people}"

    @property
    def entity_id(self) -> int:
        return self.session.activity.plan.entity_id


class Metric(Revised):
    """Something measured that is not a session's attendance: plays, reach, minutes… never summed across months."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="metrics", verbose_name=_("actividad"))
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="metrics", verbose_name=_("espacio")
    )
    kind = models.CharField(_("clase"), max_length=120, editable=False)  # activities/metrics.py: key of its name
    name = models.CharField(_("nombre"), max_length=120)
    # SQLite keeps 15 digits: a larger value would come back longer than the field and break its pages.
    value = models.DecimalField(
        _("valor"), max_digits=18, decimal_places=4, validators=[MinValueValidator(0), MaxValueValidator(10**12)]
    )
    period_from = models.DateField(_("desde"))
    period_to = models.DateField(_("hasta"))
    source = models.CharField(_("fuente"), max_length=200, blank=True)
    captured_on = models.DateField(_("tomada el"), null=True, blank=True)

    class Meta:
        verbose_name = _("métrica")
        verbose_name_plural = _("métricas")
        ordering = ["period_from", "period_to", "pk"]
        constraints = [
            models.UniqueConstraint(
                "activity",
                "kind",
                "period_from",
                "period_to",
                "source",  # another source of the same measure stands beside it
                name="metric_period_source_unique",
                violation_error_message=_("La actividad ya tiene esa métrica de esa fuente para ese periodo."),
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")),
                name="metric_period_in_order",
                violation_error_message=_("El periodo no puede terminar antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="metric_not_negative",
                violation_error_message=_("Una métrica no es menor que cero."),
            ),
        ]

    def __str__(self):
        return f"{self.name}: {self.value}"

    @property
    def entity_id(self) -> int:
        return self.activity.plan.entity_id

    def answers_for(self, dependency: Dependency) -> bool:
        return self.activity.answers_for(dependency)


audit.register(Session, exclude=["revision", "search_text", "sent_as"])
audit.register(Metric, exclude=["revision"])
audit.register(Attendance)
OF_ACTIVITY = {"plan": "activity__plan", "dependency": "activity__responsibilities__dependency"}
places.register(Session, "activities:session_detail", key="pk", **OF_ACTIVITY)
places.register(Metric, "activities:activity_detail", key="activity", **OF_ACTIVITY)
places.register(
    Attendance,
    "activities:session_detail",
    key="session",
    **{name: f"session__{way}" for name, way in OF_ACTIVITY.items()},
)
