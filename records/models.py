"""What any row may need: bytes kept once, the cells that it came from, work outside the request, notices and mail."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from display.dates import Precision
from records import audit
from records.locks import Revised


class StoredFile(models.Model):
    """Bytes kept once under the SHA-256 of their content (`records/files.py`). The rows that point here say what
    they are for; one at which no row points is swept."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    size = models.PositiveBigIntegerField(_("tamaño en bytes"), editable=False)
    # The default of the database makes an INSERT give back the name, that of a row that was there already too.
    name = models.CharField(
        _("nombre en el almacén"), max_length=200, blank=True, default="", db_default="", editable=False
    )
    kept_at = models.DateTimeField(_("guardado"), editable=False)  # the last time that somebody kept these bytes

    class Meta:
        verbose_name = _("archivo guardado")
        verbose_name_plural = _("archivos guardados")

    def __str__(self):
        return self.sha256[:16]


class Origin(models.Model):
    """A file that was brought in, once: the spreadsheet that rows came from."""

    entity = models.ForeignKey("accounts.Entity", models.CASCADE, related_name="+", verbose_name=_("entidad"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("archivo"))
    file_name = models.CharField(_("nombre del archivo"), max_length=200)
    # As it was read, with what people mended of it (`sheets/shown.py`); without it the file itself is shown.
    shown = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("hoja leída")
    )
    brought_at = models.DateTimeField(_("traído"))
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("traído por")
    )

    class Meta:
        verbose_name = _("archivo de origen")
        verbose_name_plural = _("archivos de origen")
        ordering = ["-pk"]

    def __str__(self):
        return self.file_name


class Source(models.Model):
    """Where a row of the database stands in the file that said it, for ever: its sheet, and the cell of each field."""

    origin = models.ForeignKey(Origin, models.CASCADE, related_name="sources", verbose_name=_("archivo de origen"))
    target_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    sheet = models.CharField(_("hoja"), max_length=200, blank=True)
    row = models.PositiveIntegerField(_("fila"))
    cells = models.JSONField(_("celdas"), default=dict)  # field's name → cell: {"name": "B12"}
    is_new = models.BooleanField(_("fila nueva"), default=False)  # the file made the row; else it changed it

    class Meta:
        verbose_name = _("origen")
        verbose_name_plural = _("orígenes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="source_by_target")]

    def __str__(self):
        return f"{self.sheet} {self.row}".strip()


class Job(models.Model):
    """Work done outside the request. Its lease is renewed while a worker works on it (`records/jobs.py`)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("En cola")
        RUNNING = "running", _("En marcha")
        DONE = "done", _("Listo")
        FAILED = "failed", _("Fallido")
        CANCELLED = "cancelled", _("Cancelado")

    kind = models.CharField(_("clase"), max_length=40)  # "report.publish": what is registered under it does the work
    entity = models.ForeignKey("accounts.Entity", models.CASCADE, related_name="+", verbose_name=_("entidad"))
    target_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    arguments = models.JSONField(_("argumentos"), default=dict, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("pedido por")
    )
    requested_at = models.DateTimeField(_("pedido"), auto_now_add=True)
    language = models.CharField(_("idioma"), max_length=10)  # of its steps and errors: that of who asked
    in_turn = models.BooleanField(_("por turno"), default=False)  # one at a time of its kind and entity
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(_("avance en %"), default=0, validators=[MaxValueValidator(100)])
    step = models.CharField(_("paso"), max_length=120, blank=True)
    attempt = models.PositiveSmallIntegerField(_("intento"), default=0)
    lease_until = models.DateTimeField(_("vigente hasta"), null=True, blank=True)
    error = models.TextField(_("qué falló"), blank=True)
    result = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resultado")
    )
    finished_at = models.DateTimeField(_("terminado"), null=True, blank=True)

    class Meta:
        verbose_name = _("trabajo")
        verbose_name_plural = _("trabajos")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="job_by_target")]
        constraints = [
            models.UniqueConstraint(
                "target_type",
                "target_id",
                condition=Q(state__in=["queued", "running"]),
                name="job_one_active",
                violation_error_message=_("Ya hay un trabajo en marcha sobre esto: espere a que termine."),
            ),
            models.UniqueConstraint(
                "entity",
                "kind",
                condition=Q(in_turn=True, state="running"),
                name="job_one_in_turn",
                violation_error_message=_("Ya hay un trabajo en marcha sobre esto: espere a que termine."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="job_end_dated",
                violation_error_message=_("Un trabajo terminado dice cuándo terminó."),
            ),
        ]

    def __str__(self):
        return str(self.target or self.kind)

    @property
    def is_active(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def line(self) -> "models.QuerySet[Job]":
        """The jobs of which one runs at a time, this one among them."""
        if not self.in_turn:
            return Job.objects.filter(pk=self.pk)
        return Job.objects.filter(in_turn=True, entity=self.entity_id, kind=self.kind)

    @property
    def waits_its_turn(self) -> bool:
        return self.state == self.State.QUEUED and self.line.filter(state=self.State.RUNNING).exists()


class SignOff(Revised):
    """That one person answers for a document: prepared, reviewed or approved it. Its app says in which order, and what
    voids it (`reports/signing.py`)."""

    class Stage(models.TextChoices):
        PREPARED = "prepared", _("Elaboró")
        REVIEWED = "reviewed", _("Revisó")
        APPROVED = "approved", _("Aprobó")

    class State(models.TextChoices):
        SIGNED = "signed", _("Firmado")
        RETURNED = "returned", _("Devuelto")
        VOID = "void", _("Anulado")  # what was signed changed afterwards

    entity = models.ForeignKey("accounts.Entity", models.PROTECT, related_name="+", verbose_name=_("entidad"))
    target_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    stage = models.CharField(_("paso"), max_length=10, choices=Stage.choices)
    # None: signed on paper, and copied from it; the paper may not say their position.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("quién firma")
    )
    name = models.CharField(_("nombre"), max_length=150)  # as they were when they signed
    position = models.CharField(_("cargo"), max_length=150, blank=True)
    signed_on = models.DateField(_("fecha"))
    signed_precision = models.CharField(
        _("precisión de la fecha"), max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.SIGNED, editable=False)
    note = models.TextField(_("nota"), blank=True)  # why it was returned

    class Meta:
        verbose_name = _("firma")
        verbose_name_plural = _("firmas")
        ordering = ["pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="sign_off_by_target")]
        constraints = [
            models.UniqueConstraint(
                "target_type",
                "target_id",
                "stage",
                condition=Q(state="signed"),
                name="sign_off_once_a_stage",
                violation_error_message=_("Ese paso ya está firmado."),
            ),
            models.CheckConstraint(
                condition=Q(name__gt="") & (Q(position__gt="") | Q(person=None)),
                name="sign_off_says_who",
                violation_error_message=_("Una firma dice el nombre y el cargo."),
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(note__gt=""),
                name="sign_off_returned_says_why",
                violation_error_message=_("Diga por qué lo devuelve."),
            ),
        ]

    def __str__(self):
        return f"{self.get_stage_display()}: {self.name}"


class NoticeQuerySet(models.QuerySet):
    def unread(self) -> models.QuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """What one person is told. Its sentence is written when it is read, in their language (`records/notices.py`)."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("para quién")
    )
    entity = models.ForeignKey(
        "accounts.Entity", models.CASCADE, null=True, related_name="+", verbose_name=_("entidad")
    )
    kind = models.CharField(_("clase"), max_length=40)
    params = models.JSONField(_("datos"), default=dict, blank=True)
    path = models.CharField(_("página"), max_length=500, blank=True)  # in the site's first language
    created_at = models.DateTimeField(_("avisado"), auto_now_add=True)
    read_at = models.DateTimeField(_("leído"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("aviso")
        verbose_name_plural = _("avisos")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_newest"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(path="") | (Q(path__startswith="/") & ~Q(path__startswith="//")),
                name="notice_stays_here",
                violation_error_message=_("Un aviso lleva a una página de este sitio."),
            ),
        ]

    def __str__(self):
        return self.kind


class Mail(models.Model):
    """A message of the outbox: stored with what it tells of, sent by a worker (`records/mail.py`), then erased but for
    its subject and its receiver: it may hold a link that opens an account."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Por enviar")
        TAKEN = "taken", _("En manos del procesador")  # the server has seen nothing of it
        SENDING = "sending", _("En entrega")  # the server may have it
        SENT = "sent", _("Enviado")
        DOUBTFUL = "doubtful", _("En duda")  # the server may have it, and nobody will ever know
        GIVEN_UP = "given_up", _("No salió")

    key = models.UUIDField(_("identificador del mensaje"), default=uuid.uuid4, unique=True, editable=False)
    to = models.EmailField(_("para"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("para quién"),
    )
    entity = models.ForeignKey(
        "accounts.Entity", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("entidad")
    )
    subject = models.CharField(_("asunto"), max_length=300)
    text = models.TextField(_("texto"), blank=True)
    html = models.TextField(_("texto con formato"), blank=True)
    unsubscribe = models.URLField(_("dirección para no recibir más"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("escrito"), auto_now_add=True)
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(_("intento"), default=0)
    next_at = models.DateTimeField(_("próximo intento"), default=timezone.now)
    tried_since = models.DateTimeField(_("primer intento"), null=True, blank=True)
    lease_until = models.DateTimeField(_("vigente hasta"), null=True, blank=True)
    error = models.CharField(_("qué falló"), max_length=200, blank=True)  # never an address
    finished_at = models.DateTimeField(_("terminado"), null=True, blank=True)

    class Meta:
        verbose_name = _("correo")
        verbose_name_plural = _("correos")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=["waiting", "taken", "sending"]), name="mail_to_send"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "taken", "sending"], finished_at=None)
                | Q(state__in=["sent", "doubtful", "given_up"], finished_at__isnull=False, text="", html="")
                & Q(unsubscribe=""),
                name="mail_erased_at_its_end",
                violation_error_message=_("De un correo que terminó no se guarda lo que decía."),
            ),
        ]

    def __str__(self):
        return self.subject


audit.register(Origin, exclude=["shown"])
audit.register(SignOff, exclude=["revision"])
# Progress is not history.
audit.register(Job, only=["requested_by", "state", "error"])
