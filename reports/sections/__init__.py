"""The sections of a report. A section is a folder here: its facts, how they are collected and what its pages show.

The package of a section names one `SECTION`; its template is `section.html` beside it, the same on paper and on screen.
Facts are frozen dataclasses; those that come by the ten thousand are msgspec structs, which take a tenth of the time to
make and, holding no circles, none of the collector's (gc=False).
Adding one is adding its folder and its slug to the kinds (reports/documents) that print it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from display.datasets import Dataset
from reports.documents import OWN
from reports.remarks import Remark
from reports.scope import Scope

if TYPE_CHECKING:
    from reports.envelope import Snapshot


FIRST, LAST = "first", "last"  # places that stay


@dataclass(frozen=True, slots=True)
class Text:
    """A text that people write for a section."""

    name: str  # its key in Report.narrative
    label: str | Promise
    help: str | Promise
    is_optional: bool = False  # nobody is asked why it is empty


def no_checks(facts: Any, scope: Scope) -> Iterable[Remark]:
    return ()


def nothing_to_suggest(snapshot: Snapshot) -> Iterable[str]:
    return ()


def no_datasets(facts: Any) -> Iterable[Dataset]:
    return ()


def no_pictures(facts: Any) -> Iterable[str]:
    return ()


def no_tokens(facts: Any) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Section:
    slug: str  # of its address inside the document: "ejecucion"
    title: str | Promise | Callable[[Snapshot], str]
    facts: type  # frozen dataclass: what its snapshot holds
    collect: Callable[[Scope], Any]  # -> facts; a number of queries that does not depend on the plan's size
    view: Callable[[Any, Snapshot], dict]  # what its template prints, from the facts alone; tables and charts among it
    schema: int = 1
    # By schema: from its facts and texts, the facts of the next one.
    upgrades: Mapping[int, Callable[[dict, dict], dict]] = field(default_factory=dict)
    is_present: Callable[[Any, Mapping[str, Any]], bool] = lambda facts, texts: True
    texts: tuple[Text, ...] = ()
    points: str = ""  # the kind of points (reports/points.py) that people write for it
    # Its facts with what people wrote as it prints; the second argument writes a text so.
    printed: Callable[[Any, Callable[[str], str]], Any] = lambda facts, write: facts
    checks: Callable[[Any, Scope], Iterable[Remark]] = no_checks  # what to look at before publishing
    tokens: Callable[[Any], Mapping[str, str]] = no_tokens  # figures that texts may name: «ejecución total»
    datasets: Callable[[Any], Iterable[Dataset]] = no_datasets  # its rows, for the data files
    pictures: Callable[[Any], Iterable[str]] = no_pictures  # SHA-256 of the stored files that its pages show
    is_on_paper: bool = True
    # Plain sentences that its writer may start from, computed from the figures, which they name: «… {ejecución total}.»
    suggest: Callable[[Snapshot], Iterable[str]] = nothing_to_suggest
    is_wide: bool = False  # on pages that lie
    is_numbered: bool = True
    place: str = ""  # FIRST or LAST, wherever else entities move the others
    required: str | Promise = ""  # why no entity can leave it out
    page: str = ""  # its template, when it is not the one beside it
    # A section that prints as several, each with its number and a line of the contents: titles and facts of each.
    parts: Callable[[Any], Iterable[tuple[str, Any]]] | None = None

    @property
    def template(self) -> str:
        return self.page or f"{self.collect.__module__.removeprefix('reports.').replace('.', '/')}/section.html"

    def read(self, facts: dict, texts: dict, schema: int) -> dict:
        """Facts of any schema of this section as those of today's, still plain JSON."""
        while schema < self.schema:
            facts, schema = self.upgrades[schema](facts, texts), schema + 1
        return facts


@cache
def known() -> dict[str, Section]:
    """Every section there is, by slug."""
    found = (import_module(f"{__name__}.{module.name}").SECTION for module in pkgutil.iter_modules(__path__))
    return {section.slug: section for section in found}


def of(slug: str) -> Section:
    """One that is known, or one that an entity added: «propia-12» is a copy of «propia» with a text of its own.
    KeyError for anything else."""
    family, _hyphen, number = slug.partition("-")
    if family != OWN or not number.isdecimal():
        return known()[slug]
    [text] = known()[OWN].texts
    return replace(known()[OWN], slug=slug, texts=(replace(text, name=slug),))


def figures(collected: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """What texts may name, by name, from the facts of sections by slug."""
    return {name: value for slug, facts in collected for name, value in of(slug).tokens(facts).items()}
