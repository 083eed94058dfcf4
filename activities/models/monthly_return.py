"""What a dependency tells planning of a month: the standard internal form (formato interno de reporte)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency, User
from display.dates import add_working_days
from plans.models import Plan
from records import audit
from records.locks import Revised
from records.texts import TypedText

DAYS_TO_SEND = 5  # working days after the month


class MonthlyReturnQuerySet(models.QuerySet):
    def of_dependencies(self, ids):
        return self.filter(dependency__in=ids)

    def owed(self):
        """Those that wait for the dependency."""
        return self.filter(state__in=MonthlyReturn.OPEN)

    def to_accept(self):
        """Those that wait for planning."""
        return self.filter(state=MonthlyReturn.State.SUBMITTED)


class MonthlyReturn(Revised):
    """Of a plan, what a dependency leads and was planned or held in a month; its spaces are its figures, computed until
    it is sent and frozen from then on. Once accepted, what was reported of that month no longer changes."""

    class State(models.TextChoices):
        DUE = "due", _("Por enviar")
        SUBMITTED = "submitted", _("Enviado")
        RETURNED = "returned", _("Devuelto")
        ACCEPTED = "accepted", _("Aceptado")

    OPEN = (State.DUE, State.RETURNED)
    # What the head writes, by part of the form.
    TEXTS = ("done", "groups", "contributions", "indicators", "results")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="returns", verbose_name=_("plan"))
    dependency = models.ForeignKey(Dependency, models.PROTECT, related_name="returns", verbose_name=_("dependencia"))
    month = models.DateField(_("mes"), editable=False)  # its last day
    done = TypedText(_("actividades realizadas"), blank=True)
    groups = TypedText(_("grupos de valor que participaron"), blank=True)
    contributions = TypedText(_("aportes de la ciudadanía"), blank=True)
    indicators = TypedText(_("indicadores"), blank=True)
    results = TypedText(_("resultados"), blank=True)
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.DUE, editable=False)
    note = TypedText(_("nota de planeación"), blank=True, editable=False)  # why it came back, the last time
    facts = models.JSONField(_("lo enviado"), null=True, editable=False)  # activities/returns/contents.py
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("quién lo envió")
    )
    submitted_on = models.DateField(_("enviado el"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("quién lo aceptó")
    )
    accepted_on = models.DateField(_("aceptado el"), null=True, editable=False)

    objects = MonthlyReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("formato interno de reporte")
        verbose_name_plural = _("formatos internos de reporte")
        ordering = ["-month", "dependency__order", "dependency__name"]
        indexes = [models.Index(fields=["plan", "state"], name="return_of_plan_by_state")]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "dependency",
                "month",
                name="return_once_a_month",
                violation_error_message=_("La dependencia ya tiene el formato de ese mes."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["submitted", "accepted"],
                    facts__isnull=False,
                    submitted_by__isnull=False,
                    submitted_on__isnull=False,
                )
                | Q(state__in=["due", "returned"], facts=None, submitted_by=None, submitted_on=None),
                name="return_sent_is_frozen",
                violation_error_message=_("Un formato enviado dice qué se envió, quién y cuándo."),
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_by__isnull=False, accepted_on__isnull=False)
                | (~Q(state="accepted") & Q(accepted_by=None, accepted_on=None)),
                name="return_accepted_is_dated",
                violation_error_message=_("Un formato aceptado dice quién lo aceptó y cuándo."),
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(note__gt=""),
                name="return_sent_back_says_why",
                violation_error_message=_("Diga por qué."),
            ),
        ]

    def __str__(self):
        return f"{self.dependency} · {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("activities:return_detail", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def due_on(self) -> date:
        return add_working_days(self.month, DAYS_TO_SEND)

    def is_late(self, on: date) -> bool:
        return self.is_open and self.due_on < on

    def answers_for(self, dependency: Dependency) -> bool:
        return self.dependency_id in dependency.subtree()


audit.register(MonthlyReturn, exclude=["revision", "facts"])
places.register(MonthlyReturn, "activities:return_detail", key="pk", plan="plan", dependency="dependency")
