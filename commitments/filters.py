"""Filters of a plan's list of commitments."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from accounts.filters import DependencyFilter
from accounts.models import Entity
from commitments.standing import Standing
from commitments.states import State
from records.filters import ListFilter


class CommitmentFilter(ListFilter):
    q = CharFilter(label=_("Palabras"), method="search")
    standing = ChoiceFilter(label=_("A hoy"), empty_label=_("Todos"), choices=Standing.choices, method="standing_today")
    state = ChoiceFilter(label=_("Estado"), empty_label=_("Todos"), choices=State.choices)
    dependency = DependencyFilter(mine=_("Los de mi dependencia"))

    def __init__(self, *args, entity: Entity, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity, self.today = entity, today

    def standing_today(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.standing(value, self.today)
