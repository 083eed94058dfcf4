"""A snapshot as pages: its sections in order, each with its own tables and charts numbered through the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display import charts as drawn
from display import figures, palette
from display.charts import Bar, Chart
from display.datasets import Dataset, dictionary, of_table
from display.tables import Table
from reports import cover, sections
from reports.envelope import SectionFacts, Snapshot
from reports.headline import Headline
from reports.sections.commitments.view import are_told
from reports.sections.commitments.view import lead as promised
from reports.sections.commitments.view import nothing as no_promises
from reports.sections.commitments.view import tiles as promises
from reports.sections.execution.view import (
    are_unreported,
    block_table,
    is_unreported,
    lead,
    miss_table,
    percentage_table,
    state_of,
    to_date,
)
from reports.sections.matrix.view import lead as of_matrix
from reports.sections.monthly_return.view import lead as of_month
from reports.sections.summary.view import room

if TYPE_CHECKING:
    from reports.sections.execution import Block


@dataclass(frozen=True, slots=True)
class Placed:
    """A section in its place: its number ("01", or "" when it has none) and what its template prints."""

    section: sections.Section
    facts: SectionFacts
    number: str
    context: dict[str, Any]

    @property
    def html(self) -> SafeString:
        return mark_safe(render_to_string(self.section.template, self.context))


def placed(
    snapshot: Snapshot,
    fingerprint: str = "",
    *,
    on_page: bool = False,
    figures_url: str = "",
    pictures_url: str = "/assets/",
) -> list[Placed]:
    """`on_page`: for a page of the site; else for paper. `figures_url`: where its figures have a page each, and
    `pictures_url` its pictures, by their SHA-256."""
    colours = palette.derive(snapshot.entity.primary, snapshot.entity.secondary)
    numbers, tables, charts = count(1), count(1), count(1)
    result = []
    for section, stored in _parts(snapshot):
        shown = section.view(stored.facts, snapshot)
        shown = {name: _numbered(value, tables, charts) for name, value in shown.items()}
        texts = {text.name: stored.texts.get(text.name, "") for text in section.texts}
        common = {"facts": stored.facts, "texts": texts, "edition": snapshot.edition, "plan": snapshot.plan}
        common |= {"colours": colours, "fingerprint": fingerprint, "on_page": on_page, "figures_url": figures_url}
        common["pictures_url"] = pictures_url
        number = f"{next(numbers):02d}" if section.is_numbered else ""
        result.append(Placed(section, stored, number, {**common, **shown}))
    fill_second_page(result, snapshot)
    return result


def _parts(snapshot: Snapshot) -> Iterator[tuple[sections.Section, SectionFacts]]:
    """What prints, each with its section: the first part of a section has its slug, those after it a number more."""
    for stored in snapshot.sections:
        section = sections.of(stored.slug)
        if not section.is_on_paper:
            continue
        if section.parts is None:
            yield section, stored
            continue
        for at, (title, facts) in enumerate(section.parts(stored.facts), 1):
            slug = stored.slug if at == 1 else f"{stored.slug}-{at}"
            yield section, replace(stored, slug=slug, title=title, facts=facts)


COLUMN = 7  # entries of the contents, from which on they stand in two columns


def fill_second_page(every: list[Placed], snapshot: Snapshot) -> None:
    """Where it fits, the first chart of the section that follows belongs to the page that sums up, which then stands
    alone; a page that would stay half empty goes on with that section."""
    if len(every) < 2 or every[0].section.slug != "resumen":
        return
    summary, following = every[0].context, every[1].context
    lines = len(every) - 1
    left = room(snapshot, -(-lines // 2) if lines > COLUMN else lines)
    summary["block_chart"], chart = None, following.get("block_chart")
    if chart and not chart.more and height(chart) <= left:
        summary["block_chart"], following["block_chart"] = chart, None
    summary["stands_alone"] = bool(summary["block_chart"]) or left < MOST_BLANK
    # A heading with nothing under it would say less than a sentence said twice.
    if not summary["stands_alone"] and (following.get("block_table") or following.get("percentage_table")):
        following["lead"] = following["failed"] = ""  # the same page says it above


MOST_BLANK = 190.0  # points at the foot of the page that sums up
AROUND = 64.0  # of a chart: its title, its source and the space about it


def height(chart: Chart) -> float:
    """Points, of a chart as wide as the line."""
    return AROUND + float(re.search(r'viewBox="0 0 \S+ (\S+)"', chart.drawing)[1])


def paper(snapshot: Snapshot, fingerprint: str) -> str:
    """The document for the PDF engine. `fingerprint`: the snapshot's SHA-256 in hexadecimal."""
    colours = palette.derive(snapshot.entity.primary, snapshot.entity.secondary)
    context = {
        "edition": snapshot.edition,
        "entity": snapshot.entity,
        "plan": snapshot.plan,
        "colours": colours,
        "heading": cover.heading(snapshot),
        "counts": cover.counts(snapshot),
        "stamp": cover.stamp(snapshot),
        "feet": cover.feet(snapshot),
        "ring": cover.ring(snapshot, colours),
        "own": cover.period(snapshot),
        "squares": cover.squares(snapshot),
        "code": cover.code(snapshot),
        "squares_legend": cover.squares_legend(snapshot) if snapshot.facts("ejecucion") else "",
        "fingerprint": fingerprint,
        "sections": placed(snapshot),
    }
    return tidy(render_to_string("reports/paper.html", context))


def _numbered(value: Any, tables: Iterator[int], charts: Iterator[int]) -> Any:
    """The value with every table and chart in it numbered; an empty table keeps no number, since it is not printed."""
    if isinstance(value, Table):
        if not value:
            return value
        number = next(tables)
        return replace(value, number=number, slug=f"tabla-{number}")
    if isinstance(value, Chart):
        number = next(charts)
        return replace(value, number=number, slug=f"grafica-{number}")
    match value:
        case (str(name), Table() | Chart() as exhibit):  # under a heading
            return name, _numbered(exhibit, tables, charts)
        case [Table() | Chart() | (str(), Table() | Chart()), *_rest]:
            return [_numbered(each, tables, charts) for each in value]
    return value


# White space at the end of a text makes the engine break a line after its first word, when only that space does not
# fit: it goes away beside a block, and into the inline element that follows.
_BEFORE_END = re.compile(r"\s+(</(?:p|td|th|li|dd|dt|h[1-6]|caption|figcaption|div|span)>|<br>)")
_AFTER_START = re.compile(r"(<(?:p|td|th|li|dd|dt|h[1-6]|caption|figcaption|br)(?: [^<>]*)?>)\s+")
_BEFORE_BLOCK = re.compile(r"\s+(<(?:p|ul|ol|div|table|span class=\"(?:aside|bar)\")[ >])")
_BEFORE_INLINE = re.compile(r"(?<=[^\s>])\s+(<(?:b|span)(?: [^<>]*)?>)\s*")


# Spanish quotes inside others: what people named already has its own («Concurso “Cuéntame tu río”»).
_NESTED = re.compile(r"«([^«»<>]*(?:«[^«»<>]*»[^«»<>]*)+)»")


def tidy(html: str) -> SafeString:
    """The HTML without white space at the end of its texts, its quotes inside quotes as Spanish writes them."""
    html = _NESTED.sub(lambda match: f"«{match[1].replace('«', '“').replace('»', '”')}»", html)
    for pattern, kept in (
        (_BEFORE_END, r"\1"),
        (_AFTER_START, r"\1"),
        (_BEFORE_BLOCK, r"\1"),
        (_BEFORE_INLINE, r"\1 "),
    ):
        html = pattern.sub(kept, html)
    return mark_safe(html)


def headline(snapshot: Snapshot, colours: palette.Palette) -> Headline:
    execution, commitments = snapshot.facts("ejecucion"), snapshot.facts("compromisos")
    promised_lead = promised(commitments, of_part=bool(snapshot.edition.dependency)) if commitments else ""
    without = no_promises(of_part=False) if are_told(snapshot) else ""
    return Headline(
        title=snapshot.edition.title,
        period=" · ".join(filter(None, (snapshot.edition.dependency, snapshot.edition.period))),
        cutoff=snapshot.edition.cutoff,
        lead=lead(execution, snapshot)
        if execution
        else of_matrix(snapshot) or of_month(snapshot) or promised_lead or without,
        plan_lead=to_date(execution, snapshot.plan.unit) if execution else "",
        ring=cover.ring(snapshot, colours),
        tiles=cover.tiles(snapshot),
        bars=[
            _bar(block, snapshot, f"estrategia-{at}")
            for at, block in enumerate(execution.blocks if execution else (), 1)
        ],
        table=block_table(execution, snapshot) if execution else None,
        percentages=(percentage_table(execution) or None) if execution else None,
        footnotes=[(note.mark, note.block, note.text) for note in execution.footnotes] if execution else [],
        commitments_lead=promised_lead if execution else "",  # else it is the lead
        commitments_tiles=promises(commitments) if commitments else [],
        has_cutoff=snapshot.facts("matriz") is None,
        key="total" if execution else "compromisos" if are_told(snapshot) else "",
        misses=miss_table(execution, snapshot) if execution and execution.misses else None,
    )


def datasets(snapshot: Snapshot) -> list[Dataset]:
    """Every row that the report holds and every table that it prints, and the dictionary of them all."""
    found = [
        each for stored in snapshot.sections for each in sections.of(stored.slug).datasets(stored.facts) if each.rows
    ]
    found += map(of_table, tables(placed(snapshot)))
    return [*found, dictionary(found)]


def tables(every: Iterable[Placed]) -> list[Table]:
    """The tables of a document in their order."""
    found = [table for each in every for value in each.context.values() for table in _tables(value)]
    return sorted(found, key=lambda table: table.number)


def _tables(value: Any) -> Iterator[Table]:
    if isinstance(value, Table) and value.number:
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tables(each)


def _bar(block: Block, snapshot: Snapshot, key: str) -> Bar:
    figure, unit, targets = block.figure, snapshot.plan.unit, block.targets
    if is_unreported(figure, block.missing):
        n = f"{figures.whole(figure.planned)} {unit.of(figure.planned)}"
        return Bar(block.name, None, _("Sin reporte: %(n)s por hacer") % {"n": n}, "", drawn.NOTHING, key=key)
    if figure.planned:
        done = figures.done_of_total(figure.executed, figure.planned)
        marks = ", ".join(block.marks)
        return Bar(block.name, figure.ratio, figures.percent(figure.ratio), done, state_of(block), marks, key=key)
    own = [row for row in snapshot.facts("ejecucion").percentages if row.block == block.name]
    words = targets.words
    if are_unreported(own):
        n = figures.whole(targets.counted)
        words = ngettext(
            "Sin reporte: %(n)s meta en porcentaje", "Sin reporte: %(n)s metas en porcentaje", targets.counted
        ) % {"n": n}
    return Bar(block.name, None, words, "", "", key=key)


def rows(snapshot: Snapshot) -> int:
    annex = snapshot.facts("anexo")
    return len(annex.rows) if annex else 0
