"""What was done for a promise, told on a day."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from activities.models import Evidence
from commitments.models.commitment import Commitment
from records import audit
from records.texts import TypedText


class FollowUp(models.Model):
    """What was done for a commitment. Added; only an exported sheet that comes back corrects one."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="follow_ups", verbose_name=_("compromiso"))
    on = models.DateField(_("fecha"))
    progress = models.PositiveSmallIntegerField(_("avance en %"), validators=[MaxValueValidator(100)])
    done = TypedText(_("qué se hizo"))
    evidence = TypedText(_("evidencia"), blank=True, help_text=_("Enlaces, o dónde está el soporte."))
    proofs = models.ManyToManyField(
        Evidence, blank=True, related_name="follow_ups", verbose_name=_("archivos de evidencia")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("persona"))
    created_at = models.DateTimeField(_("registrado"), auto_now_add=True)

    class Meta:
        verbose_name = _("seguimiento")
        verbose_name_plural = _("seguimientos")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__lte=100),
                name="follow_up_progress_at_most_100",
                violation_error_message=_("El avance va de 0 a 100 %."),
            )
        ]

    def __str__(self):
        return f"{self.commitment} · {self.on:%Y-%m-%d}"

    @property
    def entity_id(self) -> int:
        return self.commitment.plan.entity_id


audit.register(FollowUp)
places.register(
    FollowUp,
    "commitments:commitment_detail",
    key="commitment",
    plan="commitment__plan",
    dependency="commitment__responsible",
)
