"""Reports and their versions, with the snapshot and file that each froze, and the jobs that render them."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from plans.models import Plan
from records import audit
from records.locks import Revised


class ReportQuerySet(models.QuerySet):
    def public(self):
        return self.filter(state__in=[Report.State.PUBLISHED, Report.State.SUPERSEDED])

    def light(self):
        return self.defer("snapshot", "narrative")  # large, and of no use in lists


class Report(Revised):
    """One version of a plan's report for a period. Once published it reads only its own snapshot and never changes."""

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("Informe mensual")
        FINAL = "final", _("Informe final")

    class State(models.TextChoices):
        DRAFT = "draft", _("Borrador")
        PUBLISHED = "published", _("Publicado")
        SUPERSEDED = "superseded", _("Reemplazado")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports", verbose_name=_("plan"))
    kind = models.CharField(_("clase"), max_length=10, choices=Kind.choices)
    period = models.CharField(_("periodo"), max_length=9)  # "2020-09" · "2020" · "2020-2021"
    cutoff = models.DateField(_("fecha de corte"))
    version = models.PositiveIntegerField(_("versión"), default=1)
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    # Consecutive per entity and year, given at the first publication and kept by its corrections.
    number = models.CharField(_("número"), max_length=12, blank=True, editable=False)
    narrative = models.JSONField(_("textos"), default=dict, editable=False)
    snapshot = models.JSONField(_("datos congelados"), null=True, editable=False)
    snapshot_sha256 = models.CharField(_("SHA-256 de los datos"), max_length=64, blank=True, editable=False)
    pdf = models.FileField(_("PDF"), blank=True, editable=False)
    pdf_sha256 = models.CharField(_("SHA-256 del PDF"), max_length=64, blank=True, db_index=True, editable=False)
    pages = models.PositiveIntegerField(_("páginas"), null=True, editable=False)
    published_at = models.DateTimeField(_("publicado"), null=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("publicado por")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("informe")
        verbose_name_plural = _("informes")
        ordering = ["-cutoff", "-version"]
        indexes = [models.Index(fields=["snapshot_sha256"], name="report_by_snapshot")]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "kind",
                "period",
                "version",
                name="report_version_unique",
                violation_error_message=_("Ya existe esa versión del informe."),
            ),
            models.UniqueConstraint(
                "plan",
                "kind",
                "period",
                condition=Q(state="draft"),
                name="report_one_draft",
                violation_error_message=_("Ya hay un borrador de ese informe: siga en él."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state="draft",
                    published_at=None,
                    number="",
                )
                | (
                    Q(state__in=["published", "superseded"], published_at__isnull=False, snapshot__isnull=False)
                    & Q(number__gt="", pdf__gt="", pdf_sha256__gt="", snapshot_sha256__gt="")
                ),
                name="report_published_is_complete",
                violation_error_message=_("Un informe publicado tiene número, fecha, datos y archivo."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.period} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("reports:report_detail", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class RenderJob(models.Model):
    """One attempt-counted rendering of a report; its lease is renewed while a worker works on it."""

    class Purpose(models.TextChoices):
        PREVIEW = "preview", _("Vista previa")
        PUBLISH = "publish", _("Publicación")

    class State(models.TextChoices):
        QUEUED = "queued", _("En cola")
        RUNNING = "running", _("En marcha")
        DONE = "done", _("Listo")
        FAILED = "failed", _("Fallido")

    report = models.ForeignKey(Report, models.CASCADE, related_name="jobs", verbose_name=_("informe"))
    purpose = models.CharField(_("para"), max_length=10, choices=Purpose.choices)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("pedido por"))
    requested_at = models.DateTimeField(_("pedido"), auto_now_add=True)
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(_("avance en %"), default=0, validators=[MaxValueValidator(100)])
    step = models.CharField(_("paso"), max_length=120, blank=True)
    attempt = models.PositiveSmallIntegerField(_("intento"), default=0)
    lease_until = models.DateTimeField(_("vigente hasta"), null=True, blank=True)
    error = models.TextField(_("qué falló"), blank=True)
    finished_at = models.DateTimeField(_("terminado"), null=True, blank=True)

    class Meta:
        verbose_name = _("trabajo de composición")
        verbose_name_plural = _("trabajos de composición")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "report",
                condition=Q(state__in=["queued", "running"]),
                name="render_job_one_active",
                violation_error_message=_("El informe ya se está componiendo."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed"], finished_at__isnull=False),
                name="render_job_end_dated",
                violation_error_message=_("Un trabajo terminado dice cuándo terminó."),
            ),
        ]

    def __str__(self):
        return f"{self.report} · {self.get_state_display()}"

    @property
    def entity_id(self) -> int:
        return self.report.plan.entity_id


audit.register(Report, exclude=["revision", "snapshot", "snapshot_sha256"])
# Progress is not history.
audit.register(RenderJob, only=["report", "purpose", "requested_by", "state", "error"])
