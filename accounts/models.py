"""Entities, their dependencies, the people who work in them, and the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from auditlog.models import AbstractLogEntry
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from records import audit
from records.locks import Revised
from records.models import Notice, StoredFile
from records.search import Searchable, SearchableQuerySet
from records.texts import TypedText

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Escriba el color como #0b3d73."))
MUNICIPALITY_CODE = RegexValidator(r"^\d{5}$", _("El código DIVIPOLA del municipio tiene cinco dígitos: 05001."))
# First segments of the site's own addresses, or second ones after an entity's.
RESERVED_SLUGS = frozenset(
    [
        *("panel", "cuenta", "verificar", "static", "en", "informes", "identidad", "escudo", "avisos", "idioma"),
        *("recordatorios", "e", "compromisos"),
    ]
)


def not_reserved(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("«%(slug)s» es una dirección del propio sitio. Escriba otra."), params={"slug": slug})


class Entity(Revised):
    """A public body. Entities share an installation but never see each other's unpublished rows."""

    name = models.CharField(_("nombre"), max_length=200)
    short_name = models.CharField(_("nombre corto"), max_length=60, blank=True)
    slug = models.SlugField(_("dirección"), max_length=60, unique=True, validators=[not_reserved])
    nit = models.CharField(_("NIT"), max_length=20, blank=True)
    municipality = models.CharField(_("municipio"), max_length=120, blank=True)
    # Text: 05001 is Medellín, and a number would lose its zero.
    municipality_code = models.CharField(_("código DIVIPOLA"), max_length=5, blank=True, validators=[MUNICIPALITY_CODE])
    primary = models.CharField(_("color principal"), max_length=7, default="#0b3d73", validators=[HEX_COLOUR])
    secondary = models.CharField(_("color secundario"), max_length=7, default="#0b5cad", validators=[HEX_COLOUR])
    website = models.URLField(_("sitio web"), blank=True)
    email = models.EmailField(_("correo de contacto"), blank=True)
    address = models.CharField(_("dirección física"), max_length=200, blank=True)
    shield = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("escudo")
    )
    time_zone = models.CharField(_("zona horaria"), max_length=60, default="America/Bogota")
    signs_reports = models.BooleanField(_("los informes se firman antes de publicarse"), default=False)

    class Meta:
        verbose_name = _("entidad")
        verbose_name_plural = _("entidades")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def entity_id(self) -> int:
        return self.pk  # permissions and the audit trail ask it of any row

    def answers_for(self, dependency: Dependency) -> bool:
        # The entity lets any of its heads in; each of its rows then decides by itself.
        return dependency.entity_id == self.pk

    @property
    def identity_digest(self) -> str:
        """Short hash of colours and shield, in the address of the style sheet so that browsers may cache it for long.

        The key of the shield's file is enough: a stored file never changes.
        """
        # The number is raised when the sheet says something else of the same colours.
        content = "\n".join(("2", self.primary, self.secondary, str(self.shield_id or "")))
        return hashlib.sha256(content.encode()).hexdigest()[:12]


class Dependency(Revised):
    """An internal unit. Spreadsheets spell one unit in many ways, so it keeps its aliases."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="dependencies", verbose_name=_("entidad"))
    name = models.CharField(_("nombre"), max_length=200)
    code = models.CharField(_("código"), max_length=30, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("depende de")
    )
    aliases = TypedText(
        _("otros nombres"), max_length=20_000, blank=True, help_text=_("Uno por línea, como los escriben.")
    )
    order = models.PositiveIntegerField(_("orden"), default=0)
    USED_AS = {
        "children": _("dependencias que dependen de ella"),
        "heads": _("personas que la dirigen"),
        "responsibilities": _("actividades"),
        "returns": _("formatos internos de reporte"),
        "reports": _("informes"),
    }

    valid_from = models.DateField(_("existe desde"), null=True, blank=True)
    valid_to = models.DateField(_("existe hasta"), null=True, blank=True)

    class Meta:
        verbose_name = _("dependencia")
        verbose_name_plural = _("dependencias")
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                "entity",
                "name",
                name="dependency_name_unique",
                violation_error_message=_("La entidad ya tiene una dependencia con ese nombre."),
            ),
            models.UniqueConstraint(
                "entity",
                "code",
                condition=~Q(code=""),
                name="dependency_code_unique",
                violation_error_message=_("La entidad ya tiene una dependencia con ese código."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="dependency_validity_in_order",
                violation_error_message=_("La dependencia no puede dejar de existir antes de empezar."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="dependency_not_its_own_parent",
                violation_error_message=_("Una dependencia no puede depender de sí misma."),
            ),
        ]

    def __str__(self):
        return self.name

    def subtree(self) -> set[int]:
        return below(Dependency.objects.filter(entity=self.entity_id).values_list("pk", "parent"), {self.pk})


def below(tree: Iterable[tuple[int, int | None]], roots: Iterable[int]) -> set[int]:
    """Ids of `roots` and their descendants; `tree` is (id, parent id) of all dependencies of the entity."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in tree:
        children.setdefault(parent, []).append(pk)
    result, waiting = set(), list(roots)
    while waiting:
        pk = waiting.pop()
        if pk not in result:  # a circle in stored rows must not loop for ever
            result.add(pk)
            waiting += children.get(pk, [])
    return result


class UserQuerySet(SearchableQuerySet):
    def with_role(self, entity: Entity, *roles: str) -> UserQuerySet:
        """Those who have one of the roles in the entity, each once."""
        return self.filter(pk__in=entity.memberships.filter(role__in=roles).values("user"))

    def with_unread_notices(self) -> UserQuerySet:
        """Sets `unread_notices`, a number."""
        unread = Notice.objects.unread().filter(recipient=OuterRef("pk")).order_by().values("recipient")
        return self.annotate(unread_notices=Coalesce(Subquery(unread.annotate(number=Count("pk")).values("number")), 0))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)  # None: no password works until the person sets one by mail
        user.save()
        return user


class User(Searchable, AbstractBaseUser):
    SEARCHED = ("full_name", "email")

    email = models.EmailField(_("correo"), unique=True)
    full_name = models.CharField(_("nombre completo"), max_length=150)
    position = models.CharField(_("cargo"), max_length=150, blank=True)
    is_active = models.BooleanField(_("activa"), default=True)
    # Of mail to this person, who reads the site in either language.
    language = models.CharField(
        _("idioma"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE, editable=False
    )

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["full_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="user_language_of_the_site",
                violation_error_message=_("El sitio no está en ese idioma."),
            ),
        ]

    def __str__(self):
        return self.full_name


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administración")
    PLANNER = "planner", _("Planeación")
    HEAD = "head", _("Jefatura de dependencia")
    CONTROL = "control", _("Control interno")


class Membership(models.Model):
    """A role of a person in an entity; one person may have several."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("persona"))
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="memberships", verbose_name=_("entidad"))
    role = models.CharField(_("papel"), max_length=20, choices=Role.choices)
    dependency = models.ForeignKey(
        Dependency, models.PROTECT, null=True, blank=True, related_name="heads", verbose_name=_("dependencia")
    )
    # As this entity wrote them, and when: an address may have an account elsewhere, which nobody here learns of.
    invited_name = models.CharField(max_length=150, blank=True, editable=False)
    invited_position = models.CharField(max_length=150, blank=True, editable=False)
    invited_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("vinculación")
        verbose_name_plural = _("vinculaciones")
        ordering = ["entity", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.HEAD, dependency__isnull=False) | (~Q(role=Role.HEAD) & Q(dependency=None)),
                name="membership_head_has_dependency",
                violation_error_message=_("Una jefatura dice de qué dependencia es; los demás papeles no llevan."),
            ),
            models.UniqueConstraint(
                "user",
                "entity",
                "role",
                condition=Q(dependency=None),
                name="membership_role_unique",
                violation_error_message=_("La persona ya tiene ese papel en la entidad."),
            ),
            models.UniqueConstraint(
                "user",
                "dependency",
                condition=~Q(dependency=None),
                name="membership_head_unique",
                violation_error_message=_("La persona ya es jefe de esa dependencia."),
            ),
        ]

    def __str__(self):
        return f"{self.name_here} · {self.get_role_display()}"

    @property
    def is_awaited(self) -> bool:
        """Whether the person has not signed in since this entity invited them."""
        last = self.user.last_login
        return self.invited_at is not None and (last is None or last < self.invited_at)

    @property
    def name_here(self) -> str:
        return self.invited_name if self.is_awaited else self.user.full_name

    @property
    def position_here(self) -> str:
        return self.invited_position if self.is_awaited else self.user.position


class WriteOnceQuerySet(models.QuerySet):
    """Refuses every write; `records.audit.write` goes around it with a plain QuerySet."""

    def bulk_create(self, *args, **kwargs):
        raise PermissionDenied(_("Un registro de auditoría no se escribe a mano."))

    def update(self, *args, **kwargs):
        raise PermissionDenied(_("Un registro de auditoría no se cambia."))

    def delete(self, *args, **kwargs):
        raise PermissionDenied(_("Un registro de auditoría no se borra."))

    # What Django calls internally to save a row, and to delete the rows of a cascade.
    _insert = bulk_create
    _update = bulk_update = update
    _raw_delete = delete


class AuditEntryManager(models.Manager.from_queryset(WriteOnceQuerySet)):
    """auditlog's signals call these for each save; both go through `records.audit`."""

    def log_create(self, instance, *, action, changes, **ignored):
        entries = audit.write([audit.Act(instance, action, changes)])
        return entries[0] if entries else None

    def log_m2m_changes(self, changed_queryset, instance, operation, field_name):
        audit.record_related([(instance, changed_queryset)], field=field_name, operation=operation, by=None)


class AuditEntry(AbstractLogEntry):
    """Who changed what and when, before and after; written in the transaction of the change, and never altered."""

    entity = models.ForeignKey(Entity, models.PROTECT, null=True, related_name="+", verbose_name=_("entidad"))
    verb = models.CharField(_("acción"), max_length=60)

    objects = AuditEntryManager()

    class Meta(AbstractLogEntry.Meta):
        verbose_name = _("registro de auditoría")
        verbose_name_plural = _("registros de auditoría")
        indexes = [models.Index(fields=["entity", "-timestamp"], name="audit_entity_newest")]
        base_manager_name = "objects"  # so that cascades and relations are refused too

    def save(self, *args, **kwargs):
        raise PermissionDenied(_("Un registro de auditoría no se escribe a mano."))

    def delete(self, *args, **kwargs):
        raise PermissionDenied(_("Un registro de auditoría no se borra."))


for model in (Entity, Dependency):
    audit.register(model, exclude=["revision"])
audit.register(Membership, exclude=["invited_name", "invited_position", "invited_at"])
audit.register(User, exclude=["last_login", "search_text"], secret=["password"])
