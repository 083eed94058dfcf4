"""Plans, who signs them, and what is justified or answered about them."""

import uuid
from collections.abc import Iterable

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency, Entity, User, not_reserved
from display.dates import Precision
from display.text import Unit
from plans.models.group import StakeholderGroup
from records import audit
from records.locks import Revised
from records.models import SignOff, StoredFile
from records.texts import TypedText

MOST_YEARS = 12  # a government's plans last four


class PlanQuerySet(models.QuerySet):
    """Ask these instead of a state: further states will come, of consultation."""

    def drafts(self):
        """Those whose promises can be written."""
        return self.filter(state=Plan.State.DRAFT)

    def approved(self):
        """Those being carried out: approved and not closed."""
        return self.filter(state=Plan.State.APPROVED)

    def open(self):
        """Those not closed, of any state: what was promised in them to citizens is still followed."""
        return self.exclude(state__in=[Plan.State.CLOSED, Plan.State.ARCHIVED])

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
        IN_REVIEW = "in_review", _("En revisión")
        APPROVED = "approved", _("Aprobado")
        CLOSED = "closed", _("Cerrado")
        ARCHIVED = "archived", _("Archivado")

    PUBLIC = (State.APPROVED, State.CLOSED, State.ARCHIVED)

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
    # What a public procedure of participation says (Decreto 1081 de 2015, art. 2.1.1.2.2.4).
    who_may_participate = TypedText(_("quiénes pueden participar"), blank=True)
    participation_means = TypedText(
        _("por qué medios"), blank=True, help_text=_("Presenciales y electrónicos: dónde, a qué horas, por qué canal.")
    )
    responsible_units = TypedText(
        _("qué dependencias responden"), blank=True, help_text=_("Las que orientan y vigilan la participación.")
    )
    notes = TypedText(
        _("notas de la matriz"),
        max_length=20_000,
        blank=True,
        help_text=_("Una por párrafo: las que no son de ningún espacio."),
    )
    state = models.CharField(_("estado"), max_length=20, choices=State.choices, default=State.DRAFT, editable=False)
    approved_on = models.DateField(_("aprobado el"), null=True, blank=True, editable=False)
    approved_precision = models.CharField(
        _("precisión de la aprobación"),
        max_length=5,
        choices=Precision.choices,
        default=Precision.DAY,
        editable=False,
    )
    # Of one approved outside this system: the act that did it, and the paper.
    approval_act = models.CharField(
        _("acto que lo aprobó"), max_length=200, blank=True, help_text=_("Como «Acta 3 del Comité, 28 de enero».")
    )
    approval_document = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("documento")
    )
    closed_on = models.DateField(_("cerrado el"), null=True, blank=True, editable=False)
    continues = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="continued_by",
        verbose_name=_("plan anterior"),
    )
    proposals_until = models.DateField(
        _("se reciben propuestas hasta"),
        null=True,
        blank=True,
        help_text=_("Las dependencias proponen sus actividades hasta ese día. Vacía: todavía no se les piden."),
    )

    sign_offs = GenericRelation(SignOff, content_type_field="target_type", object_id_field="target_id")

    is_published: bool | None = None  # whether a report of it is, when it was read with it

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
                condition=Q(state__in=["approved", "closed", "archived"], approved_on__isnull=False)
                | Q(state__in=["draft", "in_review"], approved_on=None),
                name="plan_approval_dated",
                violation_error_message=_("Un plan aprobado dice cuándo; un borrador no lleva esa fecha."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "archived"], closed_on__isnull=False)
                | (~Q(state__in=["closed", "archived"]) & Q(closed_on=None)),
                name="plan_closing_dated",
                violation_error_message=_("Un plan cerrado dice cuándo; uno en marcha no lleva esa fecha."),
            ),
            models.CheckConstraint(
                condition=Q(continues__isnull=True) | ~Q(continues=F("pk")),
                name="plan_not_its_own_sequel",
                violation_error_message=_("Un plan no continúa de sí mismo."),
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
        """Whether what it promises is no longer written in it."""
        return self.state != self.State.DRAFT

    @property
    def is_approved(self) -> bool:
        """Whether it was approved, whatever came later."""
        return self.state in self.PUBLIC

    @property
    def is_running(self) -> bool:
        return self.state == self.State.APPROVED

    @property
    def unit(self) -> Unit:
        """What its execution counts, in the language of now."""
        return Unit(*(str(word) for word in self.UNITS[self.kind]))

    def answers_for(self, dependency: Dependency) -> bool:
        # A head works in the plans where the dependency, or one below it, is responsible for an activity.
        return self.activities.of_dependencies(dependency.subtree()).exists()


class Signatory(models.Model):
    """Who reviews or approves a plan. A planner prepares it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="signatories", verbose_name=_("plan"))
    stage = models.CharField(
        _("paso"),
        max_length=10,
        choices=[(stage.value, stage.label) for stage in (SignOff.Stage.REVIEWED, SignOff.Stage.APPROVED)],
    )
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("quién"))

    class Meta:
        verbose_name = _("firmante")
        verbose_name_plural = _("firmantes")
        ordering = ["-stage"]  # reviewed, approved
        constraints = [
            models.UniqueConstraint(
                "plan",
                "stage",
                name="signatory_one_a_stage",
                violation_error_message=_("El plan ya dice quién da ese paso."),
            )
        ]

    def __str__(self):
        return f"{self.get_stage_display()}: {self.person}"

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class Justification(models.Model):
    """Why a finding about a plan (`plans/quality.py`) is left as it is: said once, in writing."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="justifications", verbose_name=_("plan"))
    finding = models.CharField(_("hallazgo"), max_length=40)  # its rule
    subject = models.CharField(_("de qué"), max_length=60, blank=True)  # "group:12", "activity:7"; empty: of the plan
    reason = TypedText(_("por qué"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("persona"))
    created_at = models.DateTimeField(_("fecha"), auto_now_add=True)

    class Meta:
        verbose_name = _("justificación")
        verbose_name_plural = _("justificaciones")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "finding",
                "subject",
                name="justification_once",
                violation_error_message=_("Eso ya está justificado."),
            ),
            models.CheckConstraint(
                condition=Q(reason__gt=""),
                name="justification_says_why",
                violation_error_message=_("Diga por qué se deja así."),
            ),
        ]

    def __str__(self):
        return f"{self.finding}: {self.reason[:80]}"

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class NoProposal(models.Model):
    """That a dependency answered, when asked for activities, that it proposes none."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="no_proposals", verbose_name=_("plan"))
    dependency = models.ForeignKey(Dependency, models.PROTECT, related_name="+", verbose_name=_("dependencia"))
    note = TypedText(_("por qué"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("persona"))
    created_at = models.DateTimeField(_("fecha"), auto_now_add=True)

    class Meta:
        verbose_name = _("respuesta sin propuestas")
        verbose_name_plural = _("respuestas sin propuestas")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "dependency",
                name="no_proposal_once",
                violation_error_message=_("Esa dependencia ya respondió que no propone actividades."),
            )
        ]

    def __str__(self):
        return str(self.dependency)

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


audit.register(Plan, exclude=["revision", "uid"])
for model in (Signatory, Justification, NoProposal):
    audit.register(model)
places.register(Plan, "dashboard:plan_detail", plan="pk")
places.register(Signatory, "dashboard:plan_detail", plan="plan")
places.register(Justification, "dashboard:plan_detail", plan="plan")
places.register(NoProposal, "dashboard:plan_detail", plan="plan", dependency="dependency")
