"""Filters of a plan's list of commitments."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from accounts.filters import DependencyFilter
from accounts.models import Entity
from commitments.models import CitizenAnswer, Commitment, Extension
from commitments.standing import Standing
from commitments.states import OPEN, State
from records.filters import ListFilter


class Waits(TextChoices):
    """What of a promise waits for somebody."""

    EXTENSION = "extension", _("Prórroga por decidir")
    REPLY = "reply", _("Respuesta a la ciudadanía")
    OWNER = "owner", _("Que alguien responda por él")


class CommitmentFilter(ListFilter):
    q = CharFilter(label=_("Palabras"), method="search")
    standing = ChoiceFilter(label=_("A hoy"), empty_label=_("Todos"), choices=Standing.choices, method="standing_today")
    state = ChoiceFilter(label=_("Estado"), empty_label=_("Todos"), choices=State.choices)
    waits = ChoiceFilter(label=_("Espera"), empty_label=_("Todos"), choices=Waits.choices, method="waiting")
    dependency = DependencyFilter(mine=_("Los de mi dependencia"))

    def __init__(self, *args, entity: Entity, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity, self.today = entity, today

    def standing_today(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.standing(value, self.today)

    def waiting(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == Waits.EXTENSION:
            return rows.filter(Exists(Extension.objects.to_decide().filter(commitment=OuterRef("pk"))))
        if value == Waits.REPLY:
            return rows.filter(Exists(CitizenAnswer.objects.open().filter(commitment=OuterRef("pk"))))
        answering = Commitment.responsible.through.objects.filter(commitment=OuterRef("pk"))
        exists = answering.filter(Q(dependency__valid_to=None) | Q(dependency__valid_to__gte=self.today))
        return rows.filter(~Exists(exists), state__in=OPEN, all_dependencies=False)
