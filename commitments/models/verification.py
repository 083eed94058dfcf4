"""A promise looked at with those to whom it was made: whether it was kept, on a day, with minutes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from activities.models import Evidence
from commitments.models.commitment import Commitment
from records import audit
from records.texts import TypedText


class Verification(models.Model):
    """Never edited: another one, later, says something else."""

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="verifications", verbose_name=_("compromiso")
    )
    on = models.DateField(_("fecha"))
    is_kept = models.BooleanField(_("se cumplió"))
    with_whom = models.CharField(
        _("con quiénes"), max_length=300, help_text=_("La mesa, el comité o los grupos que lo revisaron, sin nombres.")
    )
    found = TypedText(_("qué se encontró"), help_text=_("Sale en la página pública del compromiso."))
    minutes = models.ForeignKey(Evidence, models.PROTECT, related_name="verifications", verbose_name=_("acta"))
    by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+", verbose_name=_("persona"))
    created_at = models.DateTimeField(_("registrada"), auto_now_add=True)

    class Meta:
        verbose_name = _("verificación con la ciudadanía")
        verbose_name_plural = _("verificaciones con la ciudadanía")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(found__gt="", with_whom__gt=""),
                name="verification_says_what",
                violation_error_message=_("Diga con quiénes se verificó y qué se encontró."),
            )
        ]

    def __str__(self):
        return f"{self.commitment} · {self.on:%Y-%m-%d}"

    @property
    def entity_id(self) -> int:
        return self.commitment.plan.entity_id


audit.register(Verification)
places.register(
    Verification,
    "commitments:commitment_detail",
    key="commitment",
    plan="commitment__plan",
    dependency="commitment__responsible",
)
