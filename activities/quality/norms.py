"""Norms that plans cite wrongly: a small catalogue, each with its source, searched in every text of the plan.

Only what was read in the norm or in its official compilation is here; what we know otherwise is not said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.quality.finding import Match, Rule
from activities.quality.plan_rules import words
from activities.quality.reading import Reading, Text
from plans.models import PlanChapter


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm by its number, which is enough to know it, and its year."""

    kind: str
    number: int
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Repealed:
    pattern: re.Pattern
    said: str  # its name
    by: str
    year: int  # since when
    source: str


SENATE = "secretariasenado.gov.co"
FUNCTION = "funcionpublica.gov.co"
MINTIC = "normograma.mintic.gov.co/docs/resolucion_mintic_1519_2020.htm"
NORMS = [
    Norm("Ley", 1474, 2011, SENATE),
    Norm("Ley", 1581, 2012, SENATE),
    Norm("Ley", 1712, 2014, SENATE),
    Norm("Ley", 1755, 2015, SENATE),
    Norm("Ley", 1757, 2015, SENATE),
    Norm("Ley", 2195, 2022, SENATE),
    Norm("Decreto", 1081, 2015, FUNCTION),
    Norm("Decreto", 1083, 2015, FUNCTION),
    Norm("Decreto", 1499, 2017, FUNCTION),
    Norm("Decreto", 1122, 2024, f"{FUNCTION}/eva/gestornormativo/norma.php?i=250176"),
    Norm("Resolución", 1519, 2020, MINTIC),
]
YEARS = {(norm.kind.casefold()[:3], norm.number): norm for norm in NORMS}
REPEALED = [
    Repealed(
        re.compile(r"\bresoluci[oó]n\s+3564\s+de\s+2015\b", re.IGNORECASE),
        "Resolución 3564 de 2015",
        "Resolución 1519 de 2020",
        2020,
        MINTIC,
    ),
    Repealed(
        # Only 2.1.4.1 to 2.1.4.9: the decree that repealed them put others under 2.1.4, with more numbers.
        re.compile(r"\b2\.1\.4\.[1-9]\b(?!\.?\d)"),
        "Decreto 1081 de 2015, arts. 2.1.4.1 a 2.1.4.9",
        "Decreto 1122 de 2024",
        2024,
        f"{FUNCTION}/eva/gestornormativo/norma.php?i=250176",
    ),
]
CITED = re.compile(
    r"\b(?P<kind>ley(?:es)?|decreto|resoluci[oó]n)\s+(?:n[.º°o]*\s*)?(?P<number>\d{1,4}|\d\.\d{3})\s+(?:de|del)\s+"
    r"(?P<year>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
# A line that names a norm and says nothing of it.
ALONE = re.compile(
    r"^[\s\-–•*·>#]*(?P<cited>(?:ley|decreto|resoluci[oó]n|acuerdo)\s+\d[\d.]*\s+de\s+(?:19|20)\d{2})[\s.;,:*]*$",
    re.IGNORECASE | re.MULTILINE,
)
HINT = re.compile(r"\b(?:ley|leyes|decreto|resoluci[oó]n)\b|2\.1\.4\.", re.IGNORECASE)


def wrongly_cited(text: str) -> list[tuple[str, str]]:
    """(what the text says, what is wrong with it) of each citation that the catalogue knows to be wrong, once."""
    found: dict[str, str] = {}
    for match in CITED.finditer(text):
        norm = YEARS.get((match["kind"].casefold()[:3], int(match["number"].replace(".", ""))))
        if norm and int(match["year"]) != norm.year:
            found[" ".join(match[0].split())] = _("es de %(year)d") % {"year": norm.year}
    for repealed in REPEALED:
        if repealed.pattern.search(text):
            found[repealed.said] = _("la derogó la norma %(by)s") % {"by": repealed.by}
    return list(found.items())


def _wrong(plan: Reading) -> list[Match]:
    found: dict[tuple[str, str], Match] = {}
    for place in plan.texts():
        if HINT.search(place.text):
            for cited, wrong in wrongly_cited(place.text):
                aside = _("%(wrong)s, en «%(place)s»") % {"wrong": wrong, "place": _short(place)}
                key = f"{place.subject}:{''.join(re.findall(r'[0-9]+', cited))}"[:60]
                found.setdefault((place.subject, cited), Match(key, cited, place.url, aside))
    return list(found.values())


def _alone(plan: Reading) -> list[Match]:
    return [
        Match(f"chapter:{chapter.pk}:{match['cited']}"[:60], " ".join(match["cited"].split()), plan.of_chapter(chapter))
        for chapter in plan.chapters
        if chapter.purpose == PlanChapter.Purpose.LEGAL
        for match in ALONE.finditer(chapter.body)
    ]


def _short(place: Text) -> str:
    return place.name if len(place.name) <= 60 else place.name[:59] + "…"


RULES = [
    Rule(
        "norma-mal-citada",
        gettext_lazy("Normas mal citadas"),
        gettext_lazy("Corrija la cita en su texto."),
        _wrong,
        words(
            gettext_lazy("«%(name)s» está mal citada: %(aside)s."),
            gettext_lazy("%(n)d normas están mal citadas: %(names)s."),
        ),
    ),
    Rule(
        "norma-sin-texto",
        gettext_lazy("Normas sin decir qué establecen"),
        gettext_lazy("Diga qué artículo y qué obliga: un número solo no dice nada a quien lee."),
        _alone,
        words(
            gettext_lazy("«%(name)s» está sola en el marco legal: no dice qué establece."),
            gettext_lazy("%(n)d normas están solas en el marco legal, sin decir qué establecen: %(names)s."),
        ),
    ),
]
