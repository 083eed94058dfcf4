"""A spreadsheet between its upload and its import."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Entity, User
from plans.models import Plan
from records import audit
from records.models import Job, StoredFile
from sheets.loading.load import plan_for


class Upload(models.Model):
    """A file that waits for its import, and where it goes: a plan, or one that the import will make (`new`).

    Its jobs preview it, and import it. It goes a day later (`sheets/tasks.py`); what came of it stays.
    """

    KEPT_FOR = timedelta(days=1)

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+", verbose_name=_("entidad"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="+", verbose_name=_("plan"))
    new = models.JSONField(_("plan nuevo"), null=True)  # title, kind, starts_on and ends_on as ISO dates
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("archivo"))
    # With errors: as it was sent, with what is wrong written in its cells.
    returned = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("archivo devuelto")
    )
    file_name = models.CharField(_("nombre del archivo"), max_length=200)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("subido por"))
    uploaded_at = models.DateTimeField(_("subido"), auto_now_add=True)
    jobs = GenericRelation(Job, content_type_field="target_type", object_id_field="target_id")

    class Meta:
        verbose_name = _("hoja de cálculo subida")
        verbose_name_plural = _("hojas de cálculo subidas")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(plan__isnull=False) | models.Q(new__isnull=False),
                name="upload_has_a_plan",
                violation_error_message=_("Una hoja va a un plan, o dice cuál se hará con ella."),
            ),
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("sheets:import_detail", args=[self.entity.slug, self.pk])

    @property
    def starts_on(self) -> date:
        return date.fromisoformat(self.new["starts_on"])

    @property
    def ends_on(self) -> date:
        return date.fromisoformat(self.new["ends_on"])

    def target(self) -> Plan:
        """The plan, or the one that the import will make. Raises ValidationError when it can no longer be."""
        if self.plan:
            return self.plan
        return plan_for(self.entity, self.new["title"], self.starts_on, self.ends_on, kind=self.new["kind"])


audit.register(Upload, exclude=["returned"])
