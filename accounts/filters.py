"""Filters of people and of the audit trail, and the dependency filter that other lists share."""

from datetime import date, timedelta

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter

from accounts import places, trail
from accounts.models import Entity, Role, User, below
from accounts.permissions import memberships
from display.widgets import date_input
from records.filters import ListFilter


class DependencyFilter(ChoiceFilter):
    """A dependency with all below it, those that the person directs, or none.

    Needs a queryset with `of_dependencies` and a ListFilter with `entity`; `mine` labels the person's own choice, if
    they are offered one, and `none`, of a queryset with `unowned`, that of the rows that name no dependency.
    """

    MINE, NONE = "mias", "ninguna"

    def __init__(self, *, mine: str = "", none: str = ""):
        super().__init__(label=_("Dependencia"), empty_label=_("Todas"))
        self.mine, self.none = mine, none

    @property
    def field(self) -> forms.Field:
        if not hasattr(self, "_field"):  # the base class builds it once too: choices are read from the database
            entity = self.parent.entity
            roles = memberships(self.parent.request.user, entity.pk)
            self.tree = list(entity.dependencies.all())
            self.own = {membership.dependency_id for membership in roles if membership.role == Role.HEAD}
            own = [(self.MINE, self.mine)] if self.own and self.mine else []
            none = [(self.NONE, self.none)] if self.none else []
            self.extra["choices"] = [*own, *((str(dependency.pk), dependency.name) for dependency in self.tree), *none]
        return super().field

    def owned(self) -> set[int]:
        """The dependencies that the person directs, with all below them."""
        assert self.field  # read with its choices
        return self._below(self.own)

    def _below(self, roots: set[int]) -> set[int]:
        return below(((dependency.pk, dependency.parent_id) for dependency in self.tree), roots)

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        if not value:
            return rows
        if value == self.NONE:
            return rows.unowned()
        return rows.of_dependencies(self.owned() if value == self.MINE else self._below({int(value)}))


class PeopleFilter(ListFilter):
    q = CharFilter(label=_("Nombre o correo"), max_length=200, method="search")
    role = ChoiceFilter(label=_("Papel"), empty_label=_("Todos"), choices=Role.choices, method="with_role")

    def __init__(self, *args, entity: Entity, **kwargs):
        super().__init__(*args, **kwargs)
        self.entity = entity

    def with_role(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(pk__in=self.entity.memberships.filter(role=value).values("user"))


class TrailFilter(ListFilter):
    SYSTEM = "sistema"  # entries without an actor

    q = CharFilter(
        label=_("Nombre de lo que cambió"), max_length=200, field_name="object_repr", lookup_expr="icontains"
    )
    who = ChoiceFilter(label=_("Persona"), field_name="actor", empty_label=_("Todas"), null_value=SYSTEM)
    what = ChoiceFilter(label=_("Sobre qué"), field_name="content_type__model", empty_label=_("Todo"))
    verb = ChoiceFilter(label=_("Acción"), empty_label=_("Todas"), choices=[*trail.ACTIONS.items()], method="with_verb")
    plan = ChoiceFilter(label=_("Plan"), empty_label=_("Todos"), method="of_plan")
    dependency = ChoiceFilter(label=_("Dependencia"), empty_label=_("Todas"), method="of_dependency")
    since = DateFilter(label=_("Desde"), widget=date_input(), method="since_day")
    until = DateFilter(
        label=_("Hasta"),
        widget=date_input(),
        validators=[MaxValueValidator(date(2999, 12, 31))],  # the day after 9999-12-31 would overflow
        method="until_day",
    )

    def __init__(self, *args, entity: Entity, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=trail.entries_of(entity).values("actor"))
        names = [(str(user.pk), user.full_name) for user in people]
        self.filters["who"].extra["choices"] = [(self.SYSTEM, _("Sistema")), *names]
        self.filters["what"].extra["choices"] = trail.kinds()
        for name, named in (("plan", entity.plans), ("dependency", entity.dependencies)):
            column = "title" if name == "plan" else "name"
            self.filters[name].extra["choices"] = [(str(pk), text) for pk, text in named.values_list("pk", column)]
        self.entity = entity

    def of_plan(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(places.of_plan(int(value)))

    def of_dependency(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        tree = self.entity.dependencies.values_list("pk", "parent")
        return rows.filter(places.of_dependencies(below(tree, {int(value)})))

    def with_verb(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(verb__endswith=f".{value}")

    def since_day(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        return rows.filter(timestamp__gte=trail.start_of(value))

    def until_day(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        return rows.filter(timestamp__lt=trail.start_of(value + timedelta(days=1)))
