"""The days of the year on which an entity cuts its reports («cortes»): 30 April, 31 August, 31 December."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Entity

MOST = 24  # of an entity: two a month
LONG, SHORT = (1, 3, 5, 7, 8, 10, 12), (4, 6, 9, 11)


class Cutoff(models.Model):
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="cutoffs", verbose_name=_("entidad"))
    name = models.CharField(_("nombre"), max_length=80)
    month = models.PositiveSmallIntegerField(_("mes"))
    day = models.PositiveSmallIntegerField(_("día"))

    class Meta:
        verbose_name = _("corte")
        verbose_name_plural = _("cortes")
        ordering = ["month", "day"]
        constraints = [
            models.UniqueConstraint(
                "entity",
                "month",
                "day",
                name="cutoff_once_a_day",
                violation_error_message=_("La entidad ya tiene un corte ese día."),
            ),
            models.CheckConstraint(
                condition=Q(day__gte=1)
                & (
                    Q(month__in=LONG, day__lte=31)
                    | Q(month__in=SHORT, day__lte=30)
                    | Q(month=2, day__lte=29)  # its last day, in the years that have 28
                ),
                name="cutoff_is_a_day",
                violation_error_message=_("Ese mes no tiene ese día."),
            ),
        ]

    def __str__(self):
        return self.name

    def on(self, year: int) -> date:
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


def periods(cutoffs: Iterable[Cutoff], first: date, last: date) -> list[tuple[str, date, date]]:
    """The days from one cut-off to the next, inside those given: (name of the cut-off that ends them, first, last)."""
    ends = sorted(
        ((cutoff.on(year), cutoff.name) for cutoff in cutoffs for year in range(first.year, last.year + 2)),
        key=lambda end: end[0],
    )
    found, start = [], first
    for on, name in ends:
        if start <= on and start <= last:
            found.append((name, start, min(on, last)))
            start = on + timedelta(days=1)
    return found
