"""A snapshot of whatever schema it was published with: read, as paper, and as the headline of a page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from display import dates
from display.datasets import as_csv, as_workbook
from display.palette import Palette
from display.text import Unit
from reports import pages, snapshot
from reports.envelope import Snapshot, canonical
from reports.headline import Headline
from reports.schema1 import headline as headline1
from reports.schema1 import pages as pages1
from reports.schema1 import reader as reader1
from reports.schema1.facts import Snapshot as Snapshot1
from reports.sections import plan_changes as plan_changes_section


@dataclass(frozen=True, slots=True)
class File:
    name: str  # "espacios.csv"
    title: str
    content: bytes


AnySnapshot = Snapshot | Snapshot1


def load(stored: dict) -> AnySnapshot:
    """The snapshot in `Report.snapshot`. Raises ValueError for anything else, a schema still to come included."""
    return reader1.load(stored) if stored.get("schema") == 1 else snapshot.load(stored)


def paper(facts: AnySnapshot, fingerprint: str) -> str:
    """The document for the PDF engine. `fingerprint`: the snapshot's SHA-256 in hexadecimal."""
    return (pages1 if isinstance(facts, Snapshot1) else pages).paper(facts, fingerprint)


def headline(facts: AnySnapshot, colours: Palette) -> Headline:
    return (headline1 if isinstance(facts, Snapshot1) else pages).headline(_read(facts), colours)


def _read(facts: AnySnapshot) -> AnySnapshot:
    """In the language of whoever reads: the words that it keeps in Spanish but stand inside sentences of now."""
    if not isinstance(facts, Snapshot) or (get_language() or "es").startswith("es"):
        return facts
    unit, edition = facts.plan.unit, facts.edition
    period = dates.span(edition.starts_on, edition.ends_on)
    return replace(
        facts,
        plan=replace(facts.plan, unit=Unit(_(unit.one), _(unit.many))),
        edition=replace(edition, title=_(edition.title), period=period),
    )


def plan_changes(facts: AnySnapshot) -> dict | None:
    """What its section of the plan's changes shows; None where it has none."""
    found = facts.facts(plan_changes_section.SECTION.slug) if isinstance(facts, Snapshot) else None
    return found and plan_changes_section.view(found, _read(facts))


def sections(facts: AnySnapshot, fingerprint: str, figures_url: str = "", pictures_url: str = "") -> list[pages.Placed]:
    """Its sections as a page of the site shows them: the same as on paper; none of schema 1."""
    if not isinstance(facts, Snapshot):
        return []
    urls = {"figures_url": figures_url, "pictures_url": pictures_url}
    return pages.placed(_read(facts), fingerprint, on_page=True, **urls)


def files(facts: AnySnapshot, stored: dict | None = None) -> list[File]:
    """Its data as files: the facts themselves, whose SHA-256 is the printed one, and every row as CSV. A snapshot of
    schema 1 has no rows: its facts alone. `stored`: they as they were frozen."""
    found = [File("datos.json", _("Los datos del informe, enteros"), canonical(facts if stored is None else stored))]
    if isinstance(facts, Snapshot):
        with translation.override("es-co"):
            datasets = pages.datasets(facts)
            found += [File(f"{each.name}.csv", each.title, as_csv(each)) for each in datasets]
    return found


def workbook(facts: AnySnapshot) -> bytes | None:
    """Every data file as a sheet of an xlsx; None for schema 1, which has no rows."""
    if not isinstance(facts, Snapshot):
        return None
    with translation.override("es-co"):
        return as_workbook(pages.datasets(facts))


def has_rows(stored: dict) -> bool:
    """Whether the stored facts hold the rows that make their figures."""
    return stored.get("schema") != 1 and any(section["slug"] == "registros" for section in stored["sections"])


def rows(facts: AnySnapshot) -> int:
    """Rows of its longest table, roughly: what its number of pages grows with."""
    return len(facts.annex) if isinstance(facts, Snapshot1) else pages.rows(facts)
