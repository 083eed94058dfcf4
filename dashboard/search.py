"""One search over an entity: plans, activities, spaces, commitments, reports and, for who manages them, people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.paginator import Page
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Entity, User
from accounts.permissions import Permission, may
from activities.models import Activity, Session
from commitments.models import Commitment
from display import dates
from display.lists import page_of
from display.text import normalise
from plans.models import Plan
from reports import documents
from reports.models import Report

AT_A_GLANCE = 6  # rows of each kind; the rest is a page of its own

_MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "january february march april may june july august september october november december".split(),
)
# «sep», «sept» and «setiembre» as well; never two letters, which begin other words
_MONTH = {
    name[:length]: n for names in _MONTHS for n, name in enumerate(names, 1) for length in range(3, len(name) + 1)
}
_MONTH["setiembre"] = 9
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_JOINS = {"de", "del", "of", "the"}


@dataclass(frozen=True)
class Hit:
    """A row that was found, as it is listed."""

    name: str
    detail: str
    url: str
    state: str = ""
    state_words: str = ""


@dataclass(frozen=True)
class Query:
    """What was typed, told apart: words, and the parts of a date."""

    typed: str
    words: tuple[str, ...] = ()
    date: dict[str, int] = field(default_factory=dict)  # year, month, day: those that were said

    def on(self, name: str) -> Q:
        """The date in the field `name`."""
        return Q(**{f"{name}__{part}": number for part, number in self.date.items()})

    def in_columns(self, *columns: str) -> Q:
        """Every word in one of the columns, which hold normalised text."""
        result = Q()
        for word in self.words:
            each = Q()
            for column in columns:
                each |= Q(**{f"{column}__contains": word})
            result &= each
        return result


def parse(typed: str) -> Query:
    """«cabildo 18 sep 2026» is a word and a date; «18/09/2026» a date, the day first; «2026» alone stays a word."""
    typed = " ".join(typed.split())
    date: dict[str, int] = {}
    rest = typed
    if match := _DATE.search(typed):
        year, month, day = map(int, match.groups()[:3] if match[1] else reversed(match.groups()[3:]))
        if 1 <= month <= 12 and 1 <= day <= 31:
            date, rest = {"year": year, "month": month, "day": day}, typed.replace(match[0], " ")
    words = normalise(rest).split()
    if not date and (place := next((n for n, word in enumerate(words) if word in _MONTH), None)) is not None:
        date = {"month": _MONTH[words.pop(place)]}
        # before the month its day, after it its year, «de» aside
        while place and words[place - 1] in _JOINS:
            words.pop(place := place - 1)
        if place and words[place - 1].isdigit() and 1 <= int(words[place - 1]) <= 31:
            date["day"] = int(words.pop(place := place - 1))
        while place < len(words) and words[place] in _JOINS:
            words.pop(place)
        if place < len(words) and re.fullmatch(r"(19|20)\d\d", words[place]):
            date["year"] = int(words.pop(place))
    return Query(typed, tuple(words), date)


@dataclass(frozen=True)
class Found:
    """What was found of one kind: its first rows, or a page of them."""

    slug: str
    label: str
    page: Page
    hits: list[Hit]

    @property
    def hidden(self) -> int:
        return self.page.paginator.count - len(self.hits)


def find(entity: Entity, typed: str, *, user: User, only: str = "", page: str | None = None) -> list[Found]:
    """What has every word, by kind and in its order; of the kind `only`, a whole page of it."""
    query = parse(typed)
    if not query.words and not query.date:
        return []
    result = []
    for slug, (label, rows_of, hit_of) in KINDS.items():
        if only and slug != only:
            continue
        if slug == "personas" and not may(user, Permission.MANAGE_USERS, entity):
            continue
        rows = rows_of(entity, query)
        if rows is None:
            continue
        shown = page_of(rows, page) if only else page_of(rows)
        hits = [hit_of(entity, row) for row in (shown if only else shown.object_list[:AT_A_GLANCE])]
        if hits:
            result.append(Found(slug, str(label), shown, hits))
    return result


def plans(entity: Entity, query: Query) -> Iterable | None:
    if not query.words:
        return None
    # A handful in any entity, and their titles have no column without accents.
    return [plan for plan in entity.plans.all() if all(word in normalise(plan.title) for word in query.words)]


def activities(entity: Entity, query: Query) -> QuerySet | None:
    if query.date:
        return None
    rows = Activity.objects.filter(query.in_columns("search_text"), plan__entity=entity)
    # «1.2» is that activity first, and then those that happen to have a 1 and a 2.
    exactly = Case(When(number=query.typed, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.select_related("plan__entity", "phase").order_by(
        exactly,
        *_in_force_first("plan__"),
        "plan",
        "outside_plan",
        F("phase__number").asc(nulls_last=True),
        "order",
        "pk",
    )


def spaces(entity: Entity, query: Query) -> QuerySet:
    rows = Session.objects.filter(
        query.in_columns("search_text", "activity__search_text"), activity__plan__entity=entity
    )
    if query.date:
        rows = rows.filter(query.on("planned_on") | query.on("held_on"))
    else:
        # Of an activity that has every word the activity is found, not each of its spaces.
        rows = rows.exclude(query.in_columns("activity__search_text"))
    return rows.select_related("activity__plan__entity").order_by(
        *_in_force_first("activity__plan__"), "-planned_on", "pk"
    )


def commitments(entity: Entity, query: Query) -> QuerySet:
    rows = Commitment.objects.filter(query.in_columns("search_text"), plan__entity=entity)
    if query.date:
        rows = rows.filter(query.on("made_on") | query.on("due_on"))
    rows = rows.select_related("plan__entity").prefetch_related("extensions")
    return rows.order_by(*_in_force_first("plan__"), "-due_on", "pk")


def reports(entity: Entity, query: Query) -> QuerySet:
    rows = Report.objects.light().filter(plan__entity=entity)
    titles = {kind: normalise(f"{_('informe')} {title}") for kind, title in documents.choices()}
    for word in query.words:
        named = [kind for kind, title in titles.items() if word in title]
        rows = rows.filter(Q(kind__in=named) | Q(number__contains=word) | Q(period__contains=word))
    if query.date:
        month = {part: number for part, number in query.date.items() if part != "day"}
        rows = rows.filter(**{f"ends_on__{part}": number for part, number in month.items()})
    return rows.select_related("plan__entity").order_by("-ends_on", "kind", "-version", "pk")


def _in_force_first(of: str) -> tuple:
    """What a draft of next year holds comes after what is under way."""
    draft = Case(When(**{f"{of}state": Plan.State.DRAFT}, then=Value(1)), default=Value(0), output_field=IntegerField())
    return draft, f"-{of}starts_on"


def people(entity: Entity, query: Query) -> QuerySet | None:
    if query.date:
        return None
    return User.objects.filter(query.in_columns("search_text"), pk__in=entity.memberships.values("user"))


def plan_hit(entity, plan) -> Hit:
    return Hit(plan.title, dates.days(plan.starts_on, plan.ends_on), _url("dashboard:plan_detail", entity, plan.slug),
               plan.state, plan.get_state_display())  # fmt: skip


def activity_hit(entity, activity) -> Hit:
    detail = " · ".join(filter(None, (activity.plan.title, activity.phase and str(activity.phase))))
    return Hit(str(activity), detail, _url("activities:activity_detail", entity, activity.plan.slug, activity.pk))


def space_hit(entity, session) -> Hit:
    where = " · ".join(filter(None, (session.place, session.locality)))
    day = capfirst(dates.when(session.planned_on, session.planned_precision))
    detail = " · ".join(filter(None, (str(session.activity), where, session.activity.plan.title)))
    return Hit(day, detail, _url("activities:session_detail", entity, session.activity.plan.slug, session.pk))


def commitment_hit(entity, commitment) -> Hit:
    due = _("plazo %(day)s") % {"day": commitment.due_in_words()}
    detail = " · ".join(filter(None, (commitment.code, due, commitment.plan.title)))
    url = _url("commitments:commitment_detail", entity, commitment.plan.slug, commitment.pk)
    return Hit(commitment.text, detail, url, commitment.state, commitment.get_state_display())


def report_hit(entity, report) -> Hit:
    detail = " · ".join(filter(None, (report.number, report.plan.title)))
    url = _url("reports:report_detail", entity, report.plan.slug, report.pk)
    return Hit(report.name, detail, url, report.state, report.get_state_display())


def person_hit(entity, user) -> Hit:
    return Hit(user.full_name or user.email, user.email, _url("accounts:person_detail", entity, user.pk))


def _url(name: str, entity: Entity, *args) -> str:
    return reverse(name, args=[entity.slug, *args])


KINDS: dict[str, tuple[object, Callable, Callable]] = {
    "planes": (gettext_lazy("Planes"), plans, plan_hit),
    "actividades": (gettext_lazy("Actividades"), activities, activity_hit),
    "espacios": (gettext_lazy("Espacios"), spaces, space_hit),
    "compromisos": (gettext_lazy("Compromisos"), commitments, commitment_hit),
    "informes": (gettext_lazy("Informes"), reports, report_hit),
    "personas": (gettext_lazy("Personas"), people, person_hit),
}
