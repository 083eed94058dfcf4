"""Plans, their phases and strategic lines, stakeholder groups, and approved versions."""

import re
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency, Entity, User, not_reserved
from display.text import Unit
from plans.cutoffs import Cutoff
from records import audit
from records.locks import Revised
from records.texts import TypedText

MOST_YEARS = 12  # a government's plans last four


class StakeholderGroup(Revised):
    """People whom the entity serves (value group) or who have a stake in what it does (interest group).

    Spreadsheets name one group in several ways: imports match its aliases, as those of dependencies.
    """

    class Kind(models.TextChoices):
        VALUE = "value", _("Grupo de valor")
        INTEREST = "interest", _("Grupo de interés")

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="groups", verbose_name=_("entidad"))
    name = models.CharField(_("nombre"), max_length=200)
    kind = models.CharField(_("clase"), max_length=10, choices=Kind.choices, default=Kind.VALUE)
    furag_category = models.CharField(_("categoría FURAG"), max_length=120, blank=True)
    aliases = TypedText(
        _("otros nombres"), max_length=20_000, blank=True, help_text=_("Uno por línea, como los escriben.")
    )
    characterization = TypedText(_("caracterización"), blank=True)
    characterized_on = models.DateField(_("caracterizado el"), null=True, blank=True)
    size_estimate = models.PositiveIntegerField(_("personas, aproximadamente"), null=True, blank=True)
    active = models.BooleanField(_("activo"), default=True)

    class Meta:
        verbose_name = _("grupo de valor o de interés")
        verbose_name_plural = _("grupos de valor y de interés")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "entity",
                "name",
                name="group_name_unique",
                violation_error_message=_("La entidad ya tiene un grupo con ese nombre."),
            )
        ]

    def __str__(self):
        return self.name


class PlanQuerySet(models.QuerySet):
    """Ask these instead of a state: further states will come, of consultation and closing."""

    def drafts(self):
        return self.filter(state=Plan.State.DRAFT)

    def approved(self):
        return self.filter(state=Plan.State.APPROVED)

    def public(self):
        return self.filter(state__in=Plan.PUBLIC)


class Plan(Revised):
    """A participation plan, or an instrument that works as one, in its entity."""

    class Kind(models.TextChoices):
        PARTICIPATION = "participation", _("Plan de participación ciudadana")
        ACCOUNTABILITY = "accountability", _("Estrategia de rendición de cuentas")
        COMPONENT = "component", _("Componente de otro instrumento")

    # What the execution of each kind counts. Never «actividades», which are something else.
    UNITS = {
        Kind.PARTICIPATION: (_("espacio"), _("espacios")),
        Kind.ACCOUNTABILITY: (_("acción"), _("acciones")),
        Kind.COMPONENT: (_("entrega"), _("entregas")),
    }

    class State(models.TextChoices):
        DRAFT = "draft", _("Borrador")
        APPROVED = "approved", _("Aprobado")

    PUBLIC = (State.APPROVED,)

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="plans", verbose_name=_("entidad"))
    kind = models.CharField(_("clase"), max_length=20, choices=Kind.choices, default=Kind.PARTICIPATION)
    title = models.CharField(_("título"), max_length=200)
    slug = models.SlugField(_("dirección"), max_length=80, unique=True, validators=[not_reserved])
    # Its first digits open the row keys of exported sheets: a row of another plan, or installation, is told by them.
    uid = models.UUIDField(_("identificador"), unique=True, default=uuid.uuid4, editable=False)
    starts_on = models.DateField(_("empieza"))
    ends_on = models.DateField(_("termina"))
    parent_instrument = models.CharField(
        _("instrumento del que hace parte"), max_length=120, blank=True, help_text=_("PAAC, PTEP, Plan de Acción…")
    )
    objective = TypedText(_("objetivo"), blank=True)
    notes = TypedText(
        _("notas de la matriz"),
        max_length=20_000,
        blank=True,
        help_text=_("Una por párrafo: las que no son de ningún espacio."),
    )
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    approved_on = models.DateField(_("aprobado el"), null=True, blank=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("planes")
        ordering = ["-starts_on", "title"]
        constraints = [
            models.UniqueConstraint(
                "entity",
                "title",
                name="plan_title_unique",
                violation_error_message=_("La entidad ya tiene un plan con ese título."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_dates_in_order",
                violation_error_message=_("El plan no puede terminar antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_on__isnull=False) | Q(state="draft", approved_on=None),
                name="plan_approval_dated",
                violation_error_message=_("Un plan aprobado dice cuándo; un borrador no lleva esa fecha."),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        """Limits the years: the plan's pages list every month, and a typing error would give thousands."""
        if not self.starts_on or not self.ends_on:
            return
        if self.starts_on.year not in range(1990, 2101):
            raise ValidationError({"starts_on": _("Revise el año: un plan empieza entre 1990 y 2100.")})
        if self.ends_on.year > self.starts_on.year + MOST_YEARS:
            raise ValidationError(
                {"ends_on": _("Revise los años: un plan dura a lo sumo %(years)s.") % {"years": MOST_YEARS}}
            )

    def get_absolute_url(self) -> str:
        return reverse("dashboard:plan_detail", args=[self.entity.slug, self.slug])

    def offered_dependencies(self, chosen: Iterable[int]) -> models.QuerySet[Dependency]:
        """The entity's dependencies that exist during the plan, and those already `chosen` (ids)."""
        exists = (Q(valid_from=None) | Q(valid_from__lte=self.ends_on)) & (
            Q(valid_to=None) | Q(valid_to__gte=self.starts_on)
        )
        return Dependency.objects.filter(exists | Q(pk__in=chosen), entity=self.entity)

    def offered_groups(self, chosen: Iterable[int]) -> models.QuerySet[StakeholderGroup]:
        groups = StakeholderGroup.objects.filter(entity=self.entity)
        return groups.filter(active=True) | groups.filter(pk__in=chosen)

    @property
    def is_frozen(self) -> bool:
        return self.state != self.State.DRAFT

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED

    @property
    def unit(self) -> Unit:
        """What its execution counts, in the language of now."""
        return Unit(*(str(word) for word in self.UNITS[self.kind]))

    def answers_for(self, dependency: Dependency) -> bool:
        # A head works in the plans where the dependency, or one below it, is responsible for an activity.
        return self.activities.of_dependencies(dependency.subtree()).exists()


class CyclePhase(Revised):
    """A phase as the entity names it (or a subcomponent of an accountability plan), mapped to a stage to compare."""

    class Stage(models.TextChoices):
        DIAGNOSIS = "diagnosis", _("Diagnóstico")
        FORMULATION = "formulation", _("Formulación")
        IMPLEMENTATION = "implementation", _("Implementación")
        EVALUATION = "evaluation", _("Evaluación")
        CROSS_CUTTING = "cross_cutting", _("Transversal")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="phases", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("número"), validators=[MinValueValidator(1)])
    name = models.CharField(_("nombre"), max_length=200)
    stage = models.CharField(_("etapa del ciclo"), max_length=20, choices=Stage.choices, blank=True)

    class Meta:
        verbose_name = _("fase")
        verbose_name_plural = _("fases")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "number",
                name="phase_number_unique",
                violation_error_message=_("El plan ya tiene una fase con ese número."),
            )
        ]

    def __str__(self):
        """Numbered once: «Subcomponente 1. Diálogo» says its number itself."""
        said = re.match(r"(?:\w+\s+)?(\d{1,3})\b", self.name)
        return self.name if said and int(said[1]) == self.number else f"{self.number}. {self.name}"

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class StrategicLine(Revised):
    """A line, strategy or programme that gathers activities of several dependencies."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lines", verbose_name=_("plan"))
    name = models.CharField(_("nombre"), max_length=200)
    order = models.PositiveIntegerField(_("orden"), default=0)

    class Meta:
        verbose_name = _("línea estratégica")
        verbose_name_plural = _("líneas estratégicas")
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "name",
                name="line_name_unique",
                violation_error_message=_("El plan ya tiene una línea con ese nombre."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class PlanVersion(models.Model):
    """What was approved, with labels resolved, so that versions stay readable and comparable after renames."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("plan"))
    number = models.PositiveIntegerField(_("número"))
    snapshot = models.JSONField(_("contenido"))
    reason = TypedText(_("motivo"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("persona"))
    created_at = models.DateTimeField(_("fecha"), auto_now_add=True)

    class Meta:
        verbose_name = _("versión del plan")
        verbose_name_plural = _("versiones del plan")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "number",
                name="plan_version_unique",
                violation_error_message=_("El plan ya tiene esa versión."),
            )
        ]

    def __str__(self):
        return f"{self.plan} · v{self.number}"

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


for model in (StakeholderGroup, CyclePhase, StrategicLine):
    audit.register(model, exclude=["revision"])
audit.register(Plan, exclude=["revision", "uid"])
audit.register(Cutoff)
audit.register(PlanVersion, exclude=["snapshot"])  # too large, and the version itself keeps it
places.register(Plan, "dashboard:plan_detail", plan="pk")
places.register(StakeholderGroup, "plans:group_list")
places.register(CyclePhase, "plans:structure", plan="plan")
places.register(StrategicLine, "plans:structure", plan="plan")
places.register(PlanVersion, "plans:version_detail", key="number", plan="plan")
