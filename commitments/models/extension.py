"""Another deadline for a promise: asked with a reason, decided by planning, and told wherever the new one is."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from commitments.models.commitment import LAST_DEADLINE, TOO_FAR, Commitment
from commitments.states import OPEN
from records import audit
from records.locks import Revised
from records.texts import TypedText


class ExtensionQuerySet(models.QuerySet):
    def granted(self):
        return self.filter(state=Extension.State.GRANTED)

    def to_decide(self):
        """Those that wait, of promises that are still open."""
        return self.filter(state=Extension.State.REQUESTED, commitment__state__in=OPEN)


class Extension(Revised):
    """`due_before` is the deadline that it moved, kept for ever: at a cut-off before `decided_on` it is in force."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Por decidir")
        GRANTED = "granted", _("Concedida")
        REFUSED = "refused", _("Negada")

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="extensions", verbose_name=_("compromiso"))
    due_on = models.DateField(_("plazo nuevo"))
    due_before = models.DateField(_("plazo anterior"), editable=False)
    reason = TypedText(_("por qué"), help_text=_("Sale en la página pública del compromiso."))
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.REQUESTED)
    asked_by = models.ForeignKey(
        User, models.PROTECT, editable=False, related_name="+", verbose_name=_("quién la pidió")
    )
    asked_on = models.DateField(_("pedida el"), editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("quién decidió")
    )
    decided_on = models.DateField(_("decidida el"), null=True, editable=False)
    note = TypedText(_("nota de planeación"), blank=True, max_length=1_000)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("prórroga")
        verbose_name_plural = _("prórrogas")
        ordering = ["asked_on", "pk"]
        indexes = [
            # The deadline in force at a cut-off is read from it, promise by promise.
            models.Index(fields=["commitment", "decided_on"], name="extension_of_commitment")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gt=F("due_before")),
                name="extension_is_later",
                violation_error_message=_("Una prórroga es para después del plazo que tiene."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__lte=LAST_DEADLINE),
                name="extension_in_this_century",
                violation_error_message=TOO_FAR,
            ),
            models.CheckConstraint(
                condition=Q(reason__gt=""),
                name="extension_has_reason",
                violation_error_message=_("Diga por qué se necesita más tiempo."),
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_on=None, decided_by=None)
                | (~Q(state="requested") & Q(decided_on__isnull=False)),
                name="extension_decision_dated",
                violation_error_message=_("Una prórroga decidida dice quién decidió y cuándo."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(note__gt=""),
                name="extension_refused_says_why",
                violation_error_message=_("Diga por qué se niega."),
            ),
            models.UniqueConstraint(
                "commitment",
                condition=Q(state="requested"),
                name="extension_asked_once",
                violation_error_message=_("Ya hay una prórroga por decidir de este compromiso."),
            ),
        ]

    def __str__(self):
        return f"{self.commitment} · {self.due_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        plan = self.commitment.plan
        return reverse("commitments:extension_decide", args=[plan.entity.slug, plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.commitment.plan.entity_id

    @property
    def is_granted(self) -> bool:
        return self.state == self.State.GRANTED

    def answers_for(self, dependency) -> bool:
        return self.commitment.answers_for(dependency)


audit.register(Extension, exclude=["revision"])
places.register(
    Extension,
    "commitments:commitment_detail",
    key="commitment",
    plan="commitment__plan",
    dependency="commitment__responsible",
)
