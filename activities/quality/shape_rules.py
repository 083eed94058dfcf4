"""Rules about the matrix as a whole: what every row says alike, so that it says nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from activities.quality.finding import Match, Rule
from activities.quality.plan_rules import once
from activities.quality.reading import Reading
from display.dates import Precision, day, month
from display.text import normalise

FEW = 5  # activities: in fewer nothing is a pattern
MOST_OF_ALL = 80  # percent that are of all the dependencies
SHARED = 5  # activities that may say the same indicator, or the same product
ALIKE = 2  # that may have one name


def _of_all(plan: Reading) -> int:
    return sum(activity.all_dependencies for activity in plan.activities)


def _owned_by_all(plan: Reading) -> list[Match]:
    total, of_all = len(plan.activities), _of_all(plan)
    return once(total >= FEW and of_all * 100 >= total * MOST_OF_ALL, plan.activities_url)


def _owned_by_all_words(plan: Reading, found: Sequence[Match]) -> str:
    total, of_all = len(plan.activities), _of_all(plan)
    if of_all == total:
        return _(
            "Las %(n)d actividades son de «Todas las dependencias»: de ninguna responde alguien en particular."
        ) % {"n": total}
    return _("%(n)d de las %(total)d actividades son de «Todas las dependencias»: de ellas no responde nadie.") % {
        "n": of_all,
        "total": total,
    }


def _months(plan: Reading) -> set[tuple[int, int]]:
    return {(space.planned_on.year, space.planned_on.month) for _activity, space in plan.spaces}


def _in_one_month(plan: Reading) -> list[Match]:
    return once(len(plan.spaces_of) >= FEW and len(_months(plan)) == 1, plan.activities_url)


def _in_one_month_words(plan: Reading, found: Sequence[Match]) -> str:
    spaces = [space for _activity, space in plan.spaces]
    days = {space.planned_on for space in spaces}
    on_a_day = len(days) == 1 and all(space.planned_precision == Precision.DAY for space in spaces)
    when = _("el %(day)s") % {"day": day(spaces[0].planned_on)} if on_a_day else month(spaces[0].planned_on)
    sentence = (
        _("Las %(n)d actividades con fecha son todas %(when)s: antes de ese día nada avisa si van tarde.")
        if on_a_day
        else _("Las %(n)d actividades con fecha son todas de %(when)s: antes de ese mes nada avisa si van tarde.")
    )
    return sentence % {"n": len(plan.spaces_of), "when": when}


def said_alike(field: str, most: int) -> Callable[[Reading], list[Match]]:
    """Texts that more than `most` activities share, whatever their case, accents and signs."""

    def find(plan: Reading) -> list[Match]:
        rows: dict[str, list[Activity]] = defaultdict(list)
        for activity in plan.activities:
            if key := normalise(getattr(activity, field)):
                rows[key].append(activity)
        return [
            Match(
                f"{field}:{sha256(key.encode()).hexdigest()[:12]}",
                " ".join(getattr(same[0], field).split()),
                plan.of_activity(same[0], f"id_{field}"),
                str(len(same)),
            )
            for key, same in rows.items()
            if len(same) > most
        ]

    return find


def _alike(one, many) -> Callable[[Reading, Sequence[Match]], str]:
    def say(plan: Reading, found: Sequence[Match]) -> str:
        blanks = {"rows": found[0].aside, "words": found[0].name, "n": len(found)}
        return str(one if len(found) == 1 else many) % blanks

    return say


RULES = [
    Rule(
        "todas-responden",
        gettext_lazy("Todas responden, o sea nadie"),
        gettext_lazy("Diga qué dependencia lidera cada una; las demás la apoyan."),
        _owned_by_all,
        _owned_by_all_words,
    ),
    Rule(
        "un-solo-mes",
        gettext_lazy("Todo a la vez"),
        gettext_lazy("Reparta las actividades en los meses en que de verdad se hacen."),
        _in_one_month,
        _in_one_month_words,
    ),
    Rule(
        "mismo-indicador",
        gettext_lazy("Un indicador para muchas"),
        gettext_lazy("Escriba en cada una lo que ella deja: con un indicador para todas no se sabe cuál se cumplió."),
        said_alike("indicator", SHARED - 1),
        _alike(
            gettext_lazy("%(rows)s actividades se miden con el mismo indicador: «%(words)s»."),
            gettext_lazy("%(n)d indicadores los comparten muchas actividades; el primero, %(rows)s: «%(words)s»."),
        ),
    ),
    Rule(
        "mismo-producto",
        gettext_lazy("Un producto para muchas"),
        gettext_lazy("Escriba en cada una lo que ella deja."),
        said_alike("product", SHARED - 1),
        _alike(
            gettext_lazy("%(rows)s actividades prometen el mismo producto: «%(words)s»."),
            gettext_lazy("%(n)d productos los comparten muchas actividades; el primero, %(rows)s: «%(words)s»."),
        ),
    ),
    Rule(
        "mismo-nombre",
        gettext_lazy("Nombres repetidos"),
        gettext_lazy(
            "Diga en el nombre en qué se distinguen: el lugar, el grupo, el tema. O sume sus espacios en una."
        ),
        said_alike("name", ALIKE),
        _alike(
            gettext_lazy("%(rows)s actividades se llaman igual: «%(words)s»."),
            gettext_lazy("%(n)d nombres se repiten; el primero, en %(rows)s actividades: «%(words)s»."),
        ),
    ),
]
