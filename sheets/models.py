"""A spreadsheet between its upload and its import."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Entity, User
from matrices.reading.mending import Mending
from plans.models import Plan
from records import audit
from records.locks import Revised
from records.models import Job, StoredFile
from sheets.headings import MEANINGS
from sheets.loading.load import plan_for


class KnownHeader(models.Model):
    """What an entity said that a header of its sheets means: they are read so from then on."""

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+", verbose_name=_("entidad"))
    header = models.CharField(_("encabezado"), max_length=200)  # without accents, case and signs (`header_key`)
    meaning = models.CharField(
        _("significado"), max_length=20, choices=[(one.value, words) for one, words in MEANINGS.items()]
    )

    class Meta:
        verbose_name = _("encabezado conocido")
        verbose_name_plural = _("encabezados conocidos")
        ordering = ["header"]
        constraints = [
            models.UniqueConstraint(
                "entity",
                "header",
                name="known_header_once",
                violation_error_message=_("Ese encabezado ya tiene un significado."),
            ),
        ]

    def __str__(self):
        return self.header


class Upload(Revised):
    """A file that waits for its import, and where it goes: a plan, or one that the import will make (`new`); or what
    was done in a plan (`is_execution`), brought by who reports it.

    Its jobs preview it, and import it. What people mend of it meanwhile stands beside the file, in `mending`. It goes a
    day later (`sheets/tasks.py`); what came of it stays.
    """

    KEPT_FOR = timedelta(days=1)

    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+", verbose_name=_("entidad"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="+", verbose_name=_("plan"))
    # title, kind, starts_on and ends_on as ISO dates; empty until the sheet was read, which proposes them
    new = models.JSONField(_("plan nuevo"), null=True)
    mending = models.JSONField(_("arreglos"), default=dict, blank=True)  # a Mending (matrices/reading/mending.py)
    is_execution = models.BooleanField(_("de ejecución"), default=False)
    # None: it could not be read, or lists people, and nothing of it is kept.
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("archivo"))
    # With errors: as it was sent, with what is wrong written in its cells.
    returned = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("archivo devuelto")
    )
    # As it was last read: its cells with what became of each (`sheets/shown.py`).
    shown = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("hoja leída")
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
            models.CheckConstraint(
                condition=models.Q(is_execution=False) | models.Q(plan__isnull=False),
                name="upload_of_execution_has_a_plan",
                violation_error_message=_("Lo que se hizo es de un plan que ya existe."),
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

    @property
    def mended(self) -> Mending:
        return msgspec.convert(self.mending, Mending)

    def target(self) -> Plan:
        """The plan, or the one that the import will make. Raises ValidationError when it can no longer be."""
        if self.plan:
            return self.plan
        return plan_for(self.entity, self.new["title"], self.starts_on, self.ends_on, kind=self.new["kind"])


audit.register(KnownHeader)
audit.register(Upload, exclude=["returned", "shown", "mending", "revision"])  # each mend has an entry of its own
