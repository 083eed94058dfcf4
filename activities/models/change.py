"""What somebody asks to change in a plan, and what was decided."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency, User
from activities.models.activity import Activity
from activities.models.reasons import Reason
from activities.models.session import Session
from plans.models import Plan, PlanVersion
from records import audit
from records.locks import Revised
from records.texts import TypedText


class ChangeRequestQuerySet(models.QuerySet):
    def of_dependencies(self, ids):
        """Those that one of them asked, or that are about what it answers for."""
        theirs = Activity.objects.of_dependencies(ids)
        return self.filter(Q(dependency__in=ids) | Q(activity__in=theirs.values("pk")))

    def told(self):
        """Those that the page of what they are about shows."""
        return self.exclude(state=ChangeRequest.State.CANCELLED)

    def open(self):
        """Those that wait for somebody: to be decided, or to be mended by whoever asked."""
        return self.filter(state__in=ChangeRequest.OPEN)

    def to_decide(self):
        return self.filter(state=ChangeRequest.State.REQUESTED)

    def approved(self):
        return self.filter(state=ChangeRequest.State.APPROVED)


class ChangeRequest(Revised):
    """The only way to alter what an approved plan promises; on a draft, an activity that a dependency proposes.

    `wanted` is what is asked, as stored values (activities/changes/wanted.py): {"activity": {field: value, "lead": pk,
    "support": [pk], "groups": [pk]}, "sessions": [{field of Session.PROGRAMMED: value}], "year": int}, each part only
    when it changes, and under "from" what the row said when it was asked. `before` and `after` are the same in words,
    as a version of the plan has them (plans/versions.py): shown whatever is renamed later.
    """

    class Kind(models.TextChoices):
        RESCHEDULE = "reschedule", _("Cambiar la fecha")
        MODIFY = "modify", _("Modificar")
        ADD = "add", _("Agregar")
        WITHDRAW = "withdraw", _("Retirar")
        CARRY = "carry", _("Pasar a la próxima vigencia")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Por decidir")
        RETURNED = "returned", _("Devuelta")
        APPROVED = "approved", _("Aprobada")
        REJECTED = "rejected", _("Negada")
        CANCELLED = "cancelled", _("Desistida")

    Reason = Reason

    OPEN = (State.REQUESTED, State.RETURNED)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="changes", verbose_name=_("plan"))
    kind = models.CharField(_("qué se pide"), max_length=10, choices=Kind.choices)
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("actividad")
    )
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("espacio")
    )
    # Who asks; none when planning does so on its own.
    dependency = models.ForeignKey(
        Dependency, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("dependencia")
    )
    wanted = models.JSONField(_("lo pedido"), default=dict, editable=False)
    before = models.JSONField(_("antes"), default=dict, editable=False)
    after = models.JSONField(_("después"), default=dict, editable=False)
    reason = models.CharField(_("motivo"), max_length=15, choices=Reason.choices, blank=True)
    reason_text = TypedText(_("explicación"), blank=True)
    public_note = TypedText(
        _("nota para la ciudadanía"), blank=True, help_text=_("Sale con el cambio en la página y al pie del informe.")
    )
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.REQUESTED, editable=False)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("quién pide"))
    requested_at = models.DateTimeField(_("pedido"), auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("quién decide")
    )
    decided_on = models.DateField(_("decidido el"), null=True, editable=False)  # from when what it changes is in force
    decision_note = TypedText(_("nota de la decisión"), blank=True)
    version = models.ForeignKey(
        PlanVersion, models.PROTECT, null=True, editable=False, related_name="changes", verbose_name=_("versión")
    )
    groups_told_on = models.DateField(_("se avisó a los grupos el"), null=True, blank=True)
    groups_told_how = models.CharField(_("por qué medio"), max_length=300, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("solicitud de cambio")
        verbose_name_plural = _("solicitudes de cambio")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["plan", "state"], name="change_of_plan_by_state")]
        constraints = [
            models.UniqueConstraint(
                "session",
                condition=Q(state__in=["requested", "returned"]),
                name="change_one_open_of_session",
                violation_error_message=_("Ya hay una solicitud sin decidir sobre ese espacio."),
            ),
            models.UniqueConstraint(
                "activity",
                condition=Q(state__in=["requested", "returned"], session=None) & ~Q(kind="add"),
                name="change_one_open_of_activity",
                violation_error_message=_("Ya hay una solicitud sin decidir sobre esa actividad."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | Q(reason_text__gt=""),
                name="change_other_reason_says_which",
                violation_error_message=_("Si es otro motivo, escriba cuál."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "rejected"], decided_by__isnull=False, decided_on__isnull=False)
                | (~Q(state__in=["approved", "rejected"]) & Q(decided_on=None)),
                name="change_decision_dated",
                violation_error_message=_("Una solicitud decidida dice quién la decidió y cuándo."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "returned"]) | Q(decision_note__gt=""),
                name="change_refusal_says_why",
                violation_error_message=_("Diga por qué."),
            ),
            models.CheckConstraint(
                condition=Q(kind="add", session=None)
                | Q(kind__in=["reschedule", "carry"], session__isnull=False, activity__isnull=False)
                | Q(kind__in=["modify", "withdraw"], activity__isnull=False),
                name="change_says_of_what",
                violation_error_message=_("Diga qué espacio o actividad cambia."),
            ),
            models.CheckConstraint(
                condition=Q(groups_told_on=None) | Q(groups_told_how__gt=""),
                name="change_groups_told_how",
                violation_error_message=_("Diga por qué medio se avisó a los grupos."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.session or self.activity or self.after.get('name', '')}"

    def get_absolute_url(self) -> str:
        return reverse("activities:change_detail", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_proposal(self) -> bool:
        """Of a plan still being written, as a dependency proposes it; once accepted, it never made a version."""
        return self.kind == self.Kind.ADD and self.version_id is None and self.plan.state == Plan.State.DRAFT

    @property
    def state_in_words(self) -> str:
        """«Por decidir», «Aprobada»; of a proposal «Propuesta», «Aceptada»."""
        words = {self.State.REQUESTED: _("Propuesta"), self.State.APPROVED: _("Aceptada")} if self.is_proposal else {}
        return str(words.get(self.state, self.get_state_display()))

    def answers_for(self, dependency: Dependency) -> bool:
        """Whether the head of `dependency` asked it or may follow it."""
        below = dependency.subtree()
        return self.dependency_id in below or bool(self.activity and self.activity.answers_for(dependency))


audit.register(ChangeRequest, exclude=["revision", "wanted"])
places.register(ChangeRequest, "activities:change_detail", key="pk", plan="plan", dependency="dependency")
