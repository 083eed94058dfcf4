"""Filters of the public list of an entity's promises."""

from datetime import date

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from accounts.filters import DependencyFilter
from accounts.models import Entity
from commitments import carried
from commitments.models import Commitment
from commitments.standing import Standing
from records.filters import ListFilter

MOST_INSTANCES = 200  # that are offered, those with most promises; any other is found by its words


class PromiseFilter(ListFilter):
    """`whole`: what the other filters leave whatever its standing, so that a total is never of those kept alone."""

    q = CharFilter(label=_("Palabras"), method="search")
    standing = ChoiceFilter(label=_("A hoy"), empty_label=_("Todos"), choices=Standing.choices, method="standing_today")
    plan = ChoiceFilter(label=_("Plan"), field_name="plan__slug", empty_label=_("Todos"))
    dependency = DependencyFilter()
    group = ChoiceFilter(label=_("Con quiénes"), empty_label=_("Todos"), method="with_group")
    instance = ChoiceFilter(label=_("Instancia o espacio"), empty_label=_("Todos"))

    def __init__(self, *args, entity: Entity, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity, self.today = entity, today
        plans, groups = entity.plans.public(), entity.groups.all()
        self.filters["plan"].extra["choices"] = list(plans.order_by("-starts_on").values_list("slug", "title"))
        self.filters["group"].extra["choices"] = [(str(pk), name) for pk, name in groups.values_list("pk", "name")]
        self.filters["instance"].extra["choices"] = [(name, name) for name in self._instances()]

    def _instances(self) -> list[str]:
        named = self.queryset.exclude(instance="").order_by().values("instance").annotate(n=Count("pk"))
        return sorted(named.order_by("-n", "instance").values_list("instance", flat=True)[:MOST_INSTANCES])

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """One that a later plan carried on is a line of its own plan alone, when that is asked for."""
        self.whole = super().filter_queryset(queryset)
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        if not asked.get("plan"):
            self.whole = carried.last(self.whole)
        standing = asked.get("standing")
        return self.whole.standing(standing, self.today) if standing else self.whole

    def standing_today(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows  # chosen last, after what is counted

    def with_group(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(pk__in=Commitment.objects.filter(groups=value).values("pk"))
