"""Approved versions of a plan."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import User
from plans.models.plan import Plan
from records import audit
from records.models import SignOff
from records.texts import TypedText


class PlanVersion(models.Model):
    """What was approved, with labels resolved, so that versions stay readable and comparable after renames."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("plan"))
    number = models.PositiveIntegerField(_("número"))
    snapshot = models.JSONField(_("contenido"))
    reason = TypedText(_("motivo"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("persona"))
    created_at = models.DateTimeField(_("fecha"), auto_now_add=True)

    sign_offs = GenericRelation(SignOff, content_type_field="target_type", object_id_field="target_id")

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

    @property
    def name(self) -> str:
        """In words, beside others of its plan."""
        return gettext("Versión %(n)d") % {"n": self.number}


audit.register(PlanVersion, exclude=["snapshot"])  # too large, and the version itself keeps it
places.register(PlanVersion, "plans:version_detail", key="number", plan="plan")
