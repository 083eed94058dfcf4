"""What a plan promises to do, and which dependencies answer for it."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency, below
from plans.models import CyclePhase, Plan, StakeholderGroup, StrategicLine
from records import audit
from records.locks import Revised
from records.search import Searchable, SearchableQuerySet
from records.texts import TypedText


def in_force(on, of: str = "") -> Q:
    """In force on `on`; `of`: the way to the sessions ("sessions__")."""
    entered = Q((f"{of}in_force_from", None)) | Q((f"{of}in_force_from__lte", on))
    return entered & (Q((f"{of}withdrawn_on", None)) | Q((f"{of}withdrawn_on__gt", on)))


class ActivityQuerySet(SearchableQuerySet):
    def in_plan(self):
        return self.filter(outside_plan=False)

    def known(self, on):
        """Those that had entered the plan by `on`, withdrawn since or not."""
        return self.filter(Q(in_force_from=None) | Q(in_force_from__lte=on))

    def standing(self, on):
        """Those of the plan on `on`: one that was withdrawn stands while something of it counts."""
        with_spaces = self.model.objects.filter(in_force(on, "sessions__"), pk=OuterRef("pk"), sessions__isnull=False)
        return self.known(on).filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=on) | Exists(with_spaces))

    def in_force(self):
        """Those that are still promised."""
        return self.filter(withdrawn_on=None)

    def by_phase(self):
        return self.select_related("phase", "line").order_by(
            "outside_plan", F("phase__number").asc(nulls_last=True), "order", "pk"
        )

    def unowned(self):
        """Those that say nobody who answers for them."""
        named = Responsibility.objects.filter(activity=OuterRef("pk"))
        return self.filter(~Exists(named), all_dependencies=False)

    def undated(self):
        return self.filter(sessions=None)

    def of_dependencies(self, ids):
        named = Responsibility.objects.filter(activity=OuterRef("pk"), dependency__in=ids)
        return self.filter(Q(all_dependencies=True) | Exists(named))


class Activity(Searchable, Revised):
    """Something that the plan promises. Only the name is required."""

    SEARCHED = ("number", "name")

    class TargetKind(models.TextChoices):
        COUNT = "count", _("Cantidad")
        PERCENTAGE = "percentage", _("Porcentaje")
        MILESTONE = "milestone", _("Hito")

    class Incidence(models.TextChoices):
        INFORMATION = "information", _("Información")
        CONSULTATION = "consultation", _("Consulta")
        FORMULATION = "formulation", _("Formulación participativa")
        CO_EXECUTION = "co_execution", _("Ejecución conjunta")
        CONTROL = "control", _("Control social")

    class Accountability(models.TextChoices):
        INFORMATION = "information", _("Información")
        DIALOGUE = "dialogue", _("Diálogo")
        RESPONSIBILITY = "responsibility", _("Responsabilidad")

    class Modality(models.TextChoices):
        IN_PERSON = "in_person", _("Presencial")
        VIRTUAL = "virtual", _("Virtual")
        HYBRID = "hybrid", _("Mixta")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="activities", verbose_name=_("plan"))
    phase = models.ForeignKey(
        CyclePhase, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("fase")
    )
    line = models.ForeignKey(
        StrategicLine, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("línea")
    )
    number = models.CharField(_("número"), max_length=20, blank=True)
    order = models.PositiveIntegerField(_("orden"), default=0, editable=False)
    name = models.CharField(_("nombre"), max_length=500)
    description = TypedText(_("descripción"), blank=True)
    objective = TypedText(_("objetivo"), blank=True)
    product = TypedText(_("producto"), blank=True)
    target_kind = models.CharField(_("clase de meta"), max_length=10, choices=TargetKind.choices, blank=True)
    target_value = models.DecimalField(
        _("meta"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("unidad"), max_length=120, blank=True)
    indicator = TypedText(_("indicador"), blank=True)
    formula = TypedText(_("fórmula"), blank=True)
    groups = models.ManyToManyField(
        StakeholderGroup, blank=True, related_name="activities", verbose_name=_("grupos de valor y de interés")
    )
    incidence_level = models.CharField(_("nivel de incidencia"), max_length=20, choices=Incidence.choices, blank=True)
    formal_instance = models.CharField(
        _("instancia formal"), max_length=200, blank=True, help_text=_("Consejo, comité o mesa creada por una norma.")
    )
    accountability_element = models.CharField(
        _("elemento de rendición de cuentas"), max_length=20, choices=Accountability.choices, blank=True
    )
    mechanism = models.CharField(_("mecanismo"), max_length=500, blank=True)
    channels = models.CharField(_("canales"), max_length=500, blank=True)
    modality = models.CharField(_("modalidad"), max_length=10, choices=Modality.choices, blank=True)
    periodicity = models.CharField(_("periodicidad"), max_length=120, blank=True)
    locality = models.CharField(_("territorio"), max_length=200, blank=True)
    budget = models.PositiveBigIntegerField(_("presupuesto en pesos"), null=True, blank=True)
    resources = TypedText(_("recursos"), blank=True)
    alliances = TypedText(_("alianzas"), blank=True)
    all_dependencies = models.BooleanField(_("de todas las dependencias"), default=False)
    responsible_text = models.CharField(
        _("responsables, como se escribieron"), max_length=500, blank=True, editable=False
    )
    outside_plan = models.BooleanField(
        _("fuera del plan"), default=False, help_text=_("Se muestra aparte y no entra en ningún porcentaje.")
    )

    # A decided change of what moves past figures (lead, line, phase, target) goes on in a new activity.
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replacements",
        verbose_name=_("reemplaza a"),
    )
    in_force_from = models.DateField(_("vigente desde"), null=True, blank=True, editable=False)  # null: baseline
    withdrawn_on = models.DateField(_("retirada el"), null=True, blank=True, editable=False)

    lead_id: int | None = None  # of the dependency, when it was read with it

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("actividad")
        verbose_name_plural = _("actividades")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "number",
                condition=~Q(number="") & Q(withdrawn_on=None),
                name="activity_number_unique",
                violation_error_message=_("El plan ya tiene una actividad con ese número."),
            ),
            models.UniqueConstraint(
                "replaces",
                name="activity_replaced_once",
                violation_error_message=_("Esa actividad ya tiene otra que la reemplaza."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(in_force_from=None) | Q(withdrawn_on__gte=F("in_force_from")),
                name="activity_withdrawn_after_in_force",
                violation_error_message=_("Una actividad no se retira antes de haber entrado al plan."),
            ),
            models.CheckConstraint(
                condition=~Q(target_kind="percentage") | Q(target_value__gt=0),
                name="activity_percentage_has_target",
                violation_error_message=_("Una meta en porcentaje dice cuál, mayor que cero."),
            ),
            models.CheckConstraint(
                condition=Q(target_value__isnull=True) | Q(target_value__gte=0, target_kind__gt=""),
                name="activity_target_has_kind",
                violation_error_message=_("Diga si la meta es una cantidad, un porcentaje o un hito."),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("activities:activity_detail", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id

    @property
    def is_frozen(self) -> bool:
        return self.plan.is_frozen and not self.outside_plan  # spaces outside the plan promise nothing

    def answers_for(self, dependency: Dependency) -> bool:
        """Whether the head of `dependency` may report it: named in it, above one named, or the activity is of all."""
        if self.all_dependencies or self.lead_id == dependency.pk:
            return True
        named = Exists(Responsibility.objects.filter(activity=self.pk, dependency=OuterRef("pk")))
        tree = list(Dependency.objects.filter(entity=dependency.entity_id).values_list("pk", "parent", named))
        own = below((row[:2] for row in tree), {dependency.pk})
        return any(is_named and pk in own for pk, _parent, is_named in tree)


class Responsibility(models.Model):
    """A dependency named in an activity. The first single one leads, the rest support."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Lidera")
        SUPPORT = "support", _("Apoya")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="responsibilities", verbose_name=_("actividad"))
    dependency = models.ForeignKey(
        Dependency, models.PROTECT, related_name="responsibilities", verbose_name=_("dependencia")
    )
    part = models.CharField(_("parte"), max_length=10, choices=Part.choices, default=Part.LEAD)

    class Meta:
        verbose_name = _("responsable")
        verbose_name_plural = _("responsables")
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(
                "activity",
                "dependency",
                name="responsibility_unique",
                violation_error_message=_("Esa dependencia ya está en la actividad."),
            ),
            models.UniqueConstraint(
                "activity",
                condition=Q(part="lead"),
                name="responsibility_one_lead",
                violation_error_message=_("Una sola dependencia lidera la actividad; las demás apoyan."),
            ),
        ]

    def __str__(self):
        return f"{self.dependency} · {self.get_part_display()}"

    @property
    def entity_id(self) -> int:
        return self.activity.plan.entity_id


audit.register(Activity, exclude=["revision", "search_text"])
audit.register(Responsibility)
places.register(
    Activity, "activities:activity_detail", key="pk", plan="plan", dependency="responsibilities__dependency"
)
places.register(
    Responsibility, "activities:activity_detail", key="activity", plan="activity__plan", dependency="dependency"
)
