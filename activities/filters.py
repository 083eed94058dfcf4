"""Filters of a plan's list of activities."""

from datetime import date

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter

from accounts.filters import DependencyFilter
from activities.models import Session
from plans.models import Plan
from records.filters import ListFilter


class ActivityFilter(ListFilter):
    """Phases and lines are the plan's own; one of another plan is not a choice."""

    NONE, INSIDE, OUTSIDE = "ninguna", "plan", "fuera"

    q = CharFilter(label=_("Número o nombre"), method="search")
    phase = ChoiceFilter(label=_("Fase"), empty_label=_("Todas"), null_value=NONE)
    line = ChoiceFilter(label=_("Línea"), empty_label=_("Todas"), null_value=NONE)
    dependency = DependencyFilter(mine=_("Las de mi dependencia"))
    scope = ChoiceFilter(
        label=_("Alcance"),
        empty_label=_("Todo"),
        choices=[(INSIDE, _("Solo el plan")), (OUTSIDE, _("Solo fuera del plan"))],
        method="of_scope",
    )
    pending = BooleanFilter(label=_("Con espacios sin reportar"), widget=forms.CheckboxInput, method="with_pending")

    def __init__(self, *args, plan: Plan, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity, self.today = plan.entity, today
        self._offer("phase", [(str(phase.pk), str(phase)) for phase in plan.phases.all()], _("Sin fase"))
        self._offer("line", [(str(line.pk), line.name) for line in plan.lines.all()], _("Sin línea"))

    def _offer(self, name: str, choices: list[tuple[str, str]], none: str) -> None:
        if choices:
            self.filters[name].extra["choices"] = [*choices, (self.NONE, none)]
        else:
            del self.filters[name]  # nothing to choose in a plan that has none

    def of_scope(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(outside_plan=value == self.OUTSIDE)

    def with_pending(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        unreported = Session.objects.unreported(self.today).filter(activity=OuterRef("pk"))
        return rows.filter(Exists(unreported)) if value else rows
