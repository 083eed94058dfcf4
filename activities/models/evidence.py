"""What shows that something was done: photographs, lists, documents and links, private unless somebody says so."""

from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Dependency, User
from activities.models.activity import Activity
from activities.models.session import Session
from plans.models import Plan
from records import audit
from records.contents import EXTENSIONS, JPEG
from records.locks import Revised
from records.models import StoredFile
from records.texts import TypedText


class EvidenceQuerySet(models.QuerySet):
    def standing(self):
        """Those that nobody withdrew."""
        return self.filter(withdrawn_on=None)

    def public(self):
        return self.filter(visibility=Evidence.Visibility.PUBLIC)

    def of_dependencies(self, ids):
        """Those of spaces that one of them answers for, and of promises that it follows."""
        followed = Q(follow_ups__commitment__all_dependencies=True) | Q(follow_ups__commitment__responsible__in=ids)
        theirs = Q(session__activity__in=Activity.objects.of_dependencies(ids).values("pk"))
        return self.filter(pk__in=Evidence.objects.filter(theirs | followed).values("pk"))

    def photographs(self):
        return self.filter(kind=Evidence.Kind.PHOTOGRAPH)

    def broken(self):
        """Links that did not open the last time that somebody tried."""
        return self.standing().filter(broken_since__isnull=False)


class Evidence(Revised):
    """A file or a link of a plan, of one of its spaces when it says which. Staff withdraws it, and never erases it.

    Of a picture the file is its pixels alone, upright, at most `records.pictures.SIDE` a side; `sha256` is of what was
    sent, so that the same file sent twice is one row.
    """

    class Kind(models.TextChoices):
        PHOTOGRAPH = "photograph", _("Fotografía")
        ATTENDANCE = "attendance", _("Listado de asistencia")
        SIGNATURES = "signatures", _("Hoja de firmas")
        CONSENT = "consent", _("Autorización de uso de imagen")
        MINUTES = "minutes", _("Acta")
        DOCUMENT = "document", _("Documento")
        LINK = "link", _("Enlace")

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("Privada")
        PUBLIC = "public", _("Se puede publicar")

    class People(models.TextChoices):
        UNSAID = "", _("Sin indicar")
        NOBODY = "nobody", _("No se reconoce a nadie")
        CONSENTED = "consented", _("Se reconoce a personas, y lo autorizaron")
        REFUSED = "refused", _("Se reconoce a personas que no lo autorizaron")

    class Consent(models.TextChoices):
        UNSAID = "", _("Sin indicar")
        WRITTEN = "written", _("Por escrito")
        SPOKEN = "spoken", _("De palabra, al comenzar el espacio")
        LIST = "list", _("Al firmar el listado de asistencia")
        GUARDIAN = "guardian", _("Por escrito, de quien responde por los menores de edad")

    # What names or identifies people: nobody can make it public.
    OF_PEOPLE = (Kind.ATTENDANCE, Kind.SIGNATURES, Kind.CONSENT)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="evidence", verbose_name=_("plan"))
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("espacio")
    )
    kind = models.CharField(_("clase"), max_length=10, choices=Kind.choices)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("archivo")
    )
    file_name = models.CharField(_("nombre del archivo"), max_length=200, blank=True, editable=False)
    media_type = models.CharField(_("tipo del archivo"), max_length=80, blank=True, editable=False)
    url = models.URLField(_("enlace"), max_length=500, blank=True)
    sha256 = models.CharField(_("SHA-256 de lo enviado"), max_length=64, editable=False)
    # Of a picture: its measures, and the sizes that a job makes of it.
    width = models.PositiveIntegerField(_("ancho"), null=True, editable=False)
    height = models.PositiveIntegerField(_("alto"), null=True, editable=False)
    page_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("tamaño de página")
    )
    paper_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("tamaño de informe")
    )
    caption = models.CharField(_("leyenda"), max_length=300, blank=True)
    alt_text = models.CharField(
        _("qué se ve"),
        max_length=300,
        blank=True,
        help_text=_("Para quien no ve la fotografía. Sin nombres de personas."),
    )
    visibility = models.CharField(
        _("visibilidad"), max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    is_personal = models.BooleanField(_("tiene datos personales"), default=False)
    people = models.CharField(_("personas que se reconocen"), max_length=10, choices=People.choices, blank=True)
    consent = models.CharField(_("cómo autorizaron"), max_length=10, choices=Consent.choices, blank=True)
    consent_by = models.CharField(
        _("quién autorizó"),
        max_length=300,
        blank=True,
        help_text=_("Queda privado: no sale en ninguna página."),
    )
    consent_on = models.DateField(_("fecha de la autorización"), null=True, blank=True)
    consent_proof = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("soporte de la autorización")
    )
    added_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("quién la subió")
    )
    added_at = models.DateTimeField(_("subida"), editable=False)
    checked_at = models.DateTimeField(_("enlace revisado"), null=True, editable=False)
    broken_since = models.DateField(_("no abre desde"), null=True, editable=False)
    withdrawn_on = models.DateField(_("retirada el"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("quién la retiró")
    )
    withdrawn_reason = TypedText(_("por qué se retiró"), blank=True, editable=False, max_length=500)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidencia")
        verbose_name_plural = _("evidencias")
        ordering = ["pk"]
        indexes = [models.Index(fields=["plan", "kind"], name="evidence_of_plan_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="link", url__gt="", file=None) | (~Q(kind="link") & Q(url="", file__isnull=False)),
                name="evidence_file_or_link",
                violation_error_message=_("Una evidencia es un archivo, o un enlace."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="photograph") | Q(media_type=JPEG),
                name="evidence_photograph_is_picture",
                violation_error_message=_("Una fotografía es un archivo JPEG, PNG o HEIC: escoja otra clase."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="private")
                | (Q(is_personal=False) & ~Q(kind__in=["attendance", "signatures", "consent"])),
                name="evidence_of_people_is_private",
                violation_error_message=_(
                    "Los listados de asistencia, las firmas, las autorizaciones y lo que tiene datos personales no se "
                    "publican."
                ),
            ),
            models.CheckConstraint(
                condition=Q(visibility="private") | ~Q(kind="photograph") | Q(alt_text__gt=""),
                name="evidence_public_photograph_described",
                violation_error_message=_("Para publicar la fotografía, escriba qué se ve en ella."),
            ),
            models.CheckConstraint(
                condition=Q(visibility="private")
                | ~Q(kind="photograph")
                | Q(people="nobody")
                | Q(people="consented", consent__gt="", consent_by__gt="", consent_on__isnull=False),
                name="evidence_public_photograph_authorised",
                violation_error_message=_(
                    "Para publicar la fotografía, diga que no se reconoce a nadie, o quién autorizó, cómo y cuándo."
                ),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_on__isnull=False, withdrawn_reason__gt="", visibility="private"),
                name="evidence_withdrawn_says_why",
                violation_error_message=_("Diga por qué se retira. Lo retirado no se publica."),
            ),
            models.UniqueConstraint(
                "session",
                "sha256",
                condition=Q(session__isnull=False, withdrawn_on=None),
                name="evidence_once_of_session",
                violation_error_message=_("Ese archivo ya está en el espacio."),
            ),
            models.UniqueConstraint(
                "plan",
                "sha256",
                condition=Q(session=None, withdrawn_on=None),
                name="evidence_once_of_plan",
                violation_error_message=_("Ese archivo ya está en el plan."),
            ),
        ]

    def __str__(self):
        return self.caption or self.file_name or self.url

    def get_absolute_url(self) -> str:
        return reverse("activities:evidence_detail", args=[self.plan.entity.slug, self.plan.slug, self.pk])

    @property
    def entity_id(self) -> int:
        return self.plan.entity_id

    @property
    def is_picture(self) -> bool:
        return self.media_type == JPEG

    @property
    def is_of_people(self) -> bool:
        """Whether it names or identifies people, and can never be public."""
        return self.is_personal or self.kind in self.OF_PEOPLE

    @property
    def is_restricted(self) -> bool:
        """Whether reading it asks for more than reading the entity's pages (`Permission.READ_PERSONAL`)."""
        return self.is_of_people or self.withdrawn_on is not None

    @property
    def download_name(self) -> str:
        """As it was called, with the ending of what is stored."""
        return PurePath(self.file_name).stem + EXTENSIONS[self.media_type]

    def answers_for(self, dependency: Dependency) -> bool:
        if self.session:
            return self.session.answers_for(dependency)
        return any(step.commitment.answers_for(dependency) for step in self.follow_ups.all())


# Who authorised is a citizen's name; what a caption or an address says may be one too.
audit.register(Evidence, exclude=["revision", "page_file", "paper_file", "checked_at"], personal=["consent_by"])
places.register(
    Evidence,
    "activities:evidence_detail",
    key="pk",
    plan="plan",
    dependency="session__activity__responsibilities__dependency",
)
