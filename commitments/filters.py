"""Filters of a plan's commitments, on their list and their board, and what people ask for most, with its count."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, TextChoices, When
from django.db.models.functions import TruncMonth
from django.forms import HiddenInput
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter

from accounts.filters import DependencyFilter
from activities.filters import Shortcut
from commitments import balance
from commitments.balance import EVERY, NONE, Figure
from commitments.models import CitizenAnswer, Commitment, Extension, FollowUp
from commitments.standing import Age, Standing, aged, has_come, made, stands
from commitments.states import OPEN as OPEN_STATES
from commitments.states import State
from display.dates import add_working_days, month, month_end
from plans.models import Plan
from records.filters import ListFilter

OPEN = (Standing.OVERDUE, Standing.OPEN)  # in the order of the list
SOON = 15  # working days
SILENT = timedelta(days=30)
A_DAY = {
    "widget": HiddenInput(),
    "validators": [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    "method": "as_it_is",
}


class Waits(TextChoices):
    """What of a promise waits for somebody."""

    EXTENSION = "extension", gettext_lazy("Prórroga por decidir")
    REPLY = "reply", gettext_lazy("Respuesta a la ciudadanía")
    OWNER = "owner", gettext_lazy("Que alguien responda por él")


class CommitmentFilter(ListFilter):
    """As they stand at the cut-off `on`, today unless the address says another. The hidden ones are asked by figures
    that lead to their rows: `figure` in a period from `since`, `unit` for who is named alone, not what is below it."""

    UNDATED = "ninguno"
    SOON, SILENT, DISPUTED = "por-vencer", "sin-seguimiento", "con-objecion"

    q = CharFilter(label=gettext_lazy("Palabras"), method="search")
    standing = ChoiceFilter(
        label=gettext_lazy("A hoy"),
        empty_label=gettext_lazy("Todos"),
        choices=Standing.choices,
        method="standing_then",
    )
    state = ChoiceFilter(label=gettext_lazy("Estado"), empty_label=gettext_lazy("Todos"), choices=State.choices)
    waits = ChoiceFilter(
        label=gettext_lazy("Espera"), empty_label=gettext_lazy("Todos"), choices=Waits.choices, method="waiting"
    )
    age = ChoiceFilter(
        label=gettext_lazy("Vencidos hace"),
        empty_label=gettext_lazy("Todos"),
        choices=Age.choices,
        method="overdue_for",
    )
    dependency = DependencyFilter(mine=gettext_lazy("Los de mi dependencia"))
    instance = ChoiceFilter(label=gettext_lazy("Instancia"), empty_label=gettext_lazy("Todas"), method="of_instance")
    group = ChoiceFilter(
        label=gettext_lazy("Grupo"), field_name="groups", empty_label=gettext_lazy("Todos"), null_value=NONE
    )
    made = ChoiceFilter(label=gettext_lazy("Adquirido en"), empty_label=gettext_lazy("Todos"), method="made_in")
    view = ChoiceFilter(
        label=gettext_lazy("Vista"),
        choices=[
            (SOON, gettext_lazy("Por vencer en 15 días hábiles")),
            (SILENT, gettext_lazy("Sin seguimiento en 30 días")),
            (DISPUTED, gettext_lazy("Con objeción abierta")),
        ],
        widget=HiddenInput(),
        method="as_seen",
    )
    figure = ChoiceFilter(
        label=gettext_lazy("Cifra"), choices=Figure.choices, widget=HiddenInput(), method="counted_in"
    )
    unit = ChoiceFilter(label=gettext_lazy("Responde"), widget=HiddenInput(), method="answered_by")
    since = DateFilter(label=gettext_lazy("Desde"), **A_DAY)
    on = DateFilter(label=gettext_lazy("Con corte al"), **A_DAY)

    def __init__(self, *args, plan: Plan, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.entity, self.today = plan, plan.entity, today
        units = [(str(pk), name) for pk, name in self.entity.dependencies.values_list("pk", "name")]
        groups = [(str(pk), name) for pk, name in self.entity.groups.values_list("pk", "name")]
        pairs = list(plan.commitments.order_by().values_list("instance", TruncMonth("made_on")).distinct())
        months = sorted({first for _name, first in pairs if first})
        everybody = [(EVERY, _("Todas las dependencias")), (NONE, _("Sin responsable"))]
        self.filters["unit"].extra["choices"] = [*units, *everybody]
        instances = [(name, name) for name in sorted({name for name, _on in pairs if name})]
        self.filters["instance"].extra["choices"] = [*instances, (NONE, _("Sin instancia"))]
        self.filters["group"].extra["choices"] = [*groups, (NONE, _("Sin grupo"))]
        named = [(f"{first:%Y-%m}", month(first)) for first in months]
        self.filters["made"].extra["choices"] = [*named, (self.UNDATED, _("Sin fecha"))]

    @property
    def cutoff(self) -> date:
        return self._asked("on") or self.today

    def _asked(self, name: str):
        return self.form.cleaned_data.get(name) if self.form.is_valid() else None

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """What is late first, what is closed last; at another day than today, what was made by then."""
        rows = super().filter_queryset(queryset)
        if self._asked("on") or self._asked("figure"):
            rows = rows.filter(made(self.cutoff))
        late_first = Case(*(When(stands(each, self.cutoff), then=n) for n, each in enumerate(OPEN)), default=len(OPEN))
        return rows.order_by(late_first, "due_on", "pk")

    def standing_then(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.standing(value, self.cutoff)

    def waiting(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == Waits.EXTENSION:
            return rows.filter(Exists(Extension.objects.to_decide().filter(commitment=OuterRef("pk"))))
        if value == Waits.REPLY:
            return rows.filter(Exists(CitizenAnswer.objects.open().filter(commitment=OuterRef("pk"))))
        answering = Commitment.responsible.through.objects.filter(commitment=OuterRef("pk"))
        exists = answering.filter(Q(dependency__valid_to=None) | Q(dependency__valid_to__gte=self.today))
        return rows.filter(~Exists(exists), state__in=OPEN_STATES, all_dependencies=False)

    def overdue_for(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(aged(value, self.cutoff))

    def of_instance(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(instance="" if value == NONE else value)

    def made_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == self.UNDATED:
            return rows.filter(made_on=None)
        first = date.fromisoformat(f"{value}-01")
        return rows.filter(made_on__range=(first, month_end(first)))

    def counted_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(balance.condition(value, self.cutoff, self._asked("since") or self.plan.starts_on))

    def answered_by(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == EVERY:
            return rows.filter(all_dependencies=True)
        if value == NONE:
            return rows.filter(responsible=None, all_dependencies=False)
        return rows.filter(responsible=value)

    def as_seen(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(self._seen(value))

    def as_it_is(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        return rows

    def _seen(self, view: str) -> Q:
        day = self.cutoff
        if view == self.DISPUTED:
            return Q(Exists(CitizenAnswer.objects.open().filter(commitment=OuterRef("pk"))))
        if view == self.SOON:
            return stands(Standing.OPEN, day) & has_come(day, by=add_working_days(day, SOON))
        told = FollowUp.objects.filter(commitment=OuterRef("pk"), on__gt=day - SILENT)
        is_older = Q(made_on=None) | Q(made_on__lte=day - SILENT)
        return (stands(Standing.OPEN, day) | stands(Standing.OVERDUE, day)) & is_older & ~Exists(told)

    def shortcuts(self) -> list[Shortcut]:
        """What people look for most, each a filter of this list; none that would find nothing. One statement."""
        asked: list[tuple] = [
            (_("Vencidos"), {"standing": Standing.OVERDUE.value}, stands(Standing.OVERDUE, self.cutoff)),
            (_("Por vencer"), {"view": self.SOON}, self._seen(self.SOON)),
            (_("Sin seguimiento en 30 días"), {"view": self.SILENT}, self._seen(self.SILENT)),
            (_("Con objeción abierta"), {"view": self.DISPUTED}, self._seen(self.DISPUTED)),
        ]
        whose = {name: self.request.GET[name] for name in ("dependency",) if self.request.GET.get(name)}
        given = {name: value for name, value in self.request.GET.items() if value and name != "page"}
        rows = self.plan.commitments.order_by()
        if whose and self.form.is_valid():
            rows = self.filters["dependency"].filter(rows, self.form.cleaned_data["dependency"])
        counts = rows.aggregate(**{f"n{at}": Count("pk", filter=test) for at, (*_told, test) in enumerate(asked)})
        return [
            Shortcut(label, urlencode(whose | query), counts[f"n{at}"], whose | query == given)
            for at, (label, query, _test) in enumerate(asked)
            if counts[f"n{at}"] or whose | query == given
        ]
