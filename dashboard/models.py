"""When a person last looked at a board: what changed since then is shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Entity, User

A_VISIT = timedelta(hours=1)  # whoever comes back sooner still sees what was new


class Look(models.Model):
    """The last visit of a person to the board of an entity, and the one before it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("persona"))
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="+", verbose_name=_("entidad"))
    at = models.DateTimeField(_("última visita"))
    before = models.DateTimeField(_("visita anterior"), null=True)

    class Meta:
        verbose_name = _("visita")
        verbose_name_plural = _("visitas")
        constraints = [
            models.UniqueConstraint(
                "person",
                "entity",
                name="look_unique",
                violation_error_message=_("Esa persona ya tiene su visita anotada en la entidad."),
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.at:%Y-%m-%d}"


def looked(person: User, entity: Entity, now: datetime) -> datetime | None:
    """Notes the visit; returns the moment since when things are new to the person, None the first time."""
    look, is_new = Look.objects.get_or_create(person=person, entity=entity, defaults={"at": now})
    if not is_new and now - look.at > A_VISIT:
        Look.objects.filter(pk=look.pk, at=look.at).update(before=look.at, at=now)
        return look.at
    return look.before
