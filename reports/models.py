"""Reports and their versions, with the snapshot and file that each froze."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency, Entity, User
from plans.models import Plan
from records import audit
from records.locks import Revised
from records.models import Job, SignOff, StoredFile
from records.texts import TypedText
from reports import documents, periods

CORRECTION = 300  # characters: it stands on the cover
# Sections that say why (`Section.required`).
REQUIRED = ("resumen", "metodo", "firmas", "registros", "matriz", "formato")


class ReportQuerySet(models.QuerySet):
    def public(self):
        return self.filter(state__in=[Report.State.PUBLISHED, Report.State.SUPERSEDED])

    def light(self):
        # Without what is large and of no use in lists; with what its name needs.
        return self.defer("snapshot", "narrative").select_related("dependency")


class Report(Revised):
    """One version of a plan's report for a period. Once published it reads only its own snapshot and never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Borrador")
        PUBLISHED = "published", _("Publicado")
        SUPERSEDED = "superseded", _("Reemplazado")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports", verbose_name=_("plan"))
    kind = models.CharField(_("clase"), max_length=20, choices=documents.choices)
    period = models.CharField(_("periodo"), max_length=periods.MOST)  # as reports.periods writes it, for its address
    # Of what it has in the plan, in the kinds that are of a dependency.
    dependency = models.ForeignKey(
        Dependency,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="reports",
        verbose_name=_("dependencia"),
    )
    starts_on = models.DateField(_("desde"), editable=False)  # the period's days, inside the plan
    ends_on = models.DateField(_("hasta"), editable=False)
    cutoff = models.DateField(_("fecha de corte"))
    version = models.PositiveIntegerField(_("versión"), default=1)
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    # Consecutive per entity and year, given at the first publication and kept by its corrections.
    number = models.CharField(_("número"), max_length=12, blank=True, editable=False)
    narrative = models.JSONField(_("textos"), default=dict, editable=False)
    # Of a version that replaces another: what was wrong, or why there is a new one.
    correction = TypedText(_("qué corrige"), max_length=CORRECTION, blank=True, default="", editable=False)
    snapshot = models.JSONField(_("datos congelados"), null=True, editable=False)
    snapshot_sha256 = models.CharField(_("SHA-256 de los datos"), max_length=64, blank=True, editable=False)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="PDF"
    )
    # Of the PDF as it was published, which copies still have if it was ever rendered again.
    pdf_sha256 = models.CharField(_("SHA-256 del PDF"), max_length=64, blank=True, db_index=True, editable=False)
    pages = models.PositiveIntegerField(_("páginas"), null=True, editable=False)
    published_at = models.DateTimeField(_("publicado"), null=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("publicado por")
    )

    jobs = GenericRelation(Job, content_type_field="target_type", object_id_field="target_id")

    sign_offs = GenericRelation(SignOff, content_type_field="target_type", object_id_field="target_id")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("informe")
        verbose_name_plural = _("informes")
        ordering = ["-cutoff", "-version"]
        indexes = [models.Index(fields=["snapshot_sha256"], name="report_by_snapshot")]
        constraints = [
            # Two of each: a database tells rows without a dependency apart from each other.
            models.UniqueConstraint(
                "plan",
                "kind",
                "period",
                "version",
                condition=Q(dependency=None),
                name="report_version_unique",
                violation_error_message=_("Ya existe esa versión del informe."),
            ),
            models.UniqueConstraint(
                "plan",
                "kind",
                "period",
                "dependency",
                "version",
                name="report_version_of_dependency_unique",
                violation_error_message=_("Ya existe esa versión del informe."),
            ),
            models.UniqueConstraint(
                "plan",
                "kind",
                "period",
                condition=Q(state="draft", dependency=None),
                name="report_one_draft",
                violation_error_message=_("Ya hay un borrador de ese informe: siga en él."),
            ),
            models.UniqueConstraint(
                "plan",
                "kind",
                "period",
                "dependency",
                condition=Q(state="draft"),
                name="report_one_draft_of_dependency",
                violation_error_message=_("Ya hay un borrador de ese informe: siga en él."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=models.F("ends_on")),
                name="report_days_in_order",
                violation_error_message=_("El periodo del informe termina antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state="draft",
                    published_at=None,
                    number="",
                )
                | (
                    Q(state__in=["published", "superseded"], published_at__isnull=False, snapshot__isnull=False)
                    & Q(number__gt="", file__isnull=False, pdf_sha256__gt="", snapshot_sha256__gt="")
                ),
                name="report_published_is_complete",
                violation_error_message=_("Un informe publicado tiene número, fecha, datos y archivo."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.period} v{self.version}"

    @property
    def name(self) -> str:
        """ "Informe mensual · septiembre de 2020"."""
        parts = (self.get_kind_display(), self.dependency and self.dependency.name, periods.words(self.period))
        return " · ".join(filter(None, parts))

    @property
    def public_url(self) -> str:
        return reverse("portal:report", args=self._place)

    @property
    def public_pdf_url(self) -> str:
        return reverse("portal:report_pdf", args=self._place)

    @property
    def public_figures_url(self) -> str:
        """Under it each figure has a page with its rows."""
        return reverse("portal:report_figures", args=self._place)

    @property
    def pictures_url(self) -> str:
        """Under it staff see each picture of a draft, by its SHA-256."""
        return reverse("reports:report_picture", args=[self.plan.entity.slug, self.plan.slug, self.pk, "x"])[:-1]

    @property
    def figures_url(self) -> str:
        """The same for staff, of a draft too."""
        return reverse("reports:report_figures", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def _place(self) -> tuple:
        part = () if self.dependency_id is None else (self.dependency_id,)
        return self.plan.entity.slug, self.plan.slug, self.kind, *part, self.period, self.version

    @cached_property
    def chapters(self) -> list[Chapter]:
        """What its entity wants of the sections of its kind, read once for this object (reports/outline.py)."""
        return list(Chapter.objects.filter(entity=self.plan.entity_id, kind=self.kind))

    @property
    def has_cutoff(self) -> bool:
        return documents.known()[self.kind].has_cutoff

    @property
    def is_signed_apart(self) -> bool:
        return documents.known()[self.kind].is_signed

    def same(self):
        """The versions of this report: its plan's of the same kind, period and dependency."""
        return self.plan.reports.filter(kind=self.kind, period=self.period, dependency=self.dependency_id)

    def get_absolute_url(self) -> str:
        return reverse("reports:report_detail", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id


class Chapter(models.Model):
    """A section as an entity wants it in its reports of a kind: its place, its title, whether they include it.

    Without rows the kind's own list holds; the first change stores it all. They change under the lock of their entity
    (reports/chapters.py), whose revision forms carry.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="chapters", verbose_name=_("entidad"))
    kind = models.CharField(_("clase"), max_length=20, choices=documents.choices, editable=False)
    section = models.CharField(_("sección"), max_length=40, blank=True, editable=False)  # "": one of its own
    order = models.PositiveSmallIntegerField(_("orden"), default=0, editable=False)
    is_on = models.BooleanField(_("incluida"), default=True, editable=False)
    title = models.CharField(_("título"), max_length=120, blank=True)  # "": the section's

    class Meta:
        verbose_name = _("sección de los informes")
        verbose_name_plural = _("secciones de los informes")
        ordering = ["kind", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                "entity",
                "kind",
                "section",
                condition=Q(section__gt=""),
                name="chapter_once_a_kind",
                violation_error_message=_("Esa sección ya está en la lista."),
            ),
            models.CheckConstraint(
                condition=Q(section__gt="") | Q(title__gt=""),
                name="chapter_own_has_title",
                violation_error_message=_("Escriba el título de la sección."),
            ),
            models.CheckConstraint(
                condition=Q(is_on=True) | ~Q(section__in=REQUIRED),
                name="chapter_required_is_on",
                violation_error_message=_("Esa sección va en todos los informes."),
            ),
        ]

    def __str__(self):
        return self.title or self.slug

    @property
    def slug(self) -> str:
        """Never that of another, not even of one that was deleted: texts of reports have it as their name."""
        return self.section or f"{documents.OWN}-{self.pk}"

    @property
    def revision(self) -> int:
        return self.entity.revision


class Stint(models.Model):
    """What one person is writing in one text of a draft: an entry of the trail to come (`reports/writing.py`)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="stints", verbose_name=_("informe"))
    name = models.CharField(_("texto"), max_length=40)
    writer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("quién escribe"))
    before = models.JSONField(_("lo que había"), null=True)
    began_at = models.DateTimeField(_("desde"))
    saved_at = models.DateTimeField(_("guardado"))

    class Meta:
        verbose_name = _("texto que se escribe")
        verbose_name_plural = _("textos que se escriben")
        constraints = [
            models.UniqueConstraint(
                "report",
                "name",
                name="stint_once_a_text",
                violation_error_message=_("Ya hay quien escribe ese texto."),
            )
        ]

    def __str__(self):
        return self.name


class Point(Revised):
    """An observation or a recommendation of a report, by its number there. Later reports of the plan tell what became
    of it (`Outcome`); a correction has copies of its own, each of which knows the one it began as."""

    class Kind(models.TextChoices):
        OBSERVATION = "observation", _("Observación")
        RECOMMENDATION = "recommendation", _("Recomendación")

    report = models.ForeignKey(Report, models.CASCADE, related_name="points", verbose_name=_("informe"))
    kind = models.CharField(_("clase"), max_length=14, choices=Kind.choices, editable=False)
    number = models.PositiveSmallIntegerField(_("número"), editable=False)
    text = TypedText(_("texto"), max_length=20_000)  # of all of a kind together (reports/points.py)
    owner = models.ForeignKey(
        Dependency, models.PROTECT, null=True, blank=True, related_name="points", verbose_name=_("responsable")
    )
    due_on = models.DateField(_("plazo"), null=True, blank=True)
    # In the first version of its report; None there.
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="copies", verbose_name=_("copia de")
    )

    class Meta:
        verbose_name = _("observación o recomendación")
        verbose_name_plural = _("observaciones y recomendaciones")
        ordering = ["kind", "number"]
        constraints = [
            models.UniqueConstraint(
                "report",
                "kind",
                "number",
                name="point_number_unique",
                violation_error_message=_("Ese número ya está en el informe."),
            ),
            models.UniqueConstraint(
                "report",
                "origin",
                name="point_copied_once",
                violation_error_message=_("El informe ya tiene esa copia."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=200),
                name="point_number_within_200",
                violation_error_message=_("Caben 200 en un informe: reúna los que van juntos."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    @property
    def root(self) -> int:
        return self.origin_id or self.pk

    @property
    def entity_id(self) -> int:
        return self.report.plan.entity_id


class Outcome(Revised):
    """What a later report says became of a point."""

    class State(models.TextChoices):
        OPEN = "open", _("Sin empezar")
        IN_PROGRESS = "in_progress", _("En curso")
        DONE = "done", _("Hecho")
        DROPPED = "dropped", _("No se hará")

    SETTLED = (State.DONE, State.DROPPED)

    report = models.ForeignKey(Report, models.CASCADE, related_name="outcomes", verbose_name=_("informe"))
    point = models.ForeignKey(  # the one that has no origin
        Point, models.PROTECT, related_name="outcomes", verbose_name=_("observación o recomendación")
    )
    state = models.CharField(_("estado"), max_length=12, choices=State.choices)
    text = TypedText(_("qué pasó"), blank=True)

    class Meta:
        verbose_name = _("seguimiento de una recomendación")
        verbose_name_plural = _("seguimientos de las recomendaciones")
        constraints = [
            models.UniqueConstraint(
                "report",
                "point",
                name="outcome_once_a_report",
                violation_error_message=_("Este informe ya dice qué pasó con ella."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_progress"]) | Q(text__gt=""),
                name="outcome_settled_says_how",
                violation_error_message=_("Diga qué se hizo, o por qué no se hará."),
            ),
        ]

    def __str__(self):
        return f"{self.point} · {self.get_state_display()}"

    @property
    def entity_id(self) -> int:
        return self.report.plan.entity_id


class Picture(models.Model):
    """A stored file that the pages of a published report show: kept as long as the report."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="pictures", verbose_name=_("informe"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("archivo"))

    class Meta:
        verbose_name = _("imagen de un informe")
        verbose_name_plural = _("imágenes de un informe")
        constraints = [
            models.UniqueConstraint(
                "report",
                "file",
                name="picture_once_a_report",
                violation_error_message=_("El informe ya tiene esa imagen."),
            )
        ]

    def __str__(self):
        return self.file.name


audit.register(Report, exclude=["revision", "snapshot", "snapshot_sha256"])
audit.register(Chapter)
audit.register(Point, exclude=["revision"])
audit.register(Outcome, exclude=["revision"])
places.register(Report, "reports:report_detail", key="pk", plan="plan", dependency="dependency")
for model in (Point, Outcome):
    places.register(model, "reports:report_detail", key="report", plan="report__plan")
