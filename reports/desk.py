"""The desk at which people write a draft: its sections in order, each with its texts and the page that they make."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.forms import BoundField
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from reports import outline, points, sections
from reports.envelope import Snapshot
from reports.forms import NarrativeForm
from reports.models import Outcome, Point, Report
from reports.pages import Placed, placed, tidy
from reports.remarks import Remark, at_section, at_text
from reports.texts import with_figures
from reports.writing import Conflict, typed


@dataclass(frozen=True, slots=True)
class Writing:
    """A text on the desk."""

    name: str
    field: BoundField
    seen: str  # digest of what its writer read
    conflict: Conflict | None
    saved_at: datetime | None = None  # in the stint under way, if any
    writer: User | None = None  # of that stint
    sentences: tuple[tuple[str, str], ...] = ()  # (as it reads now, as it is inserted: with its figures named)
    earlier: str = ""  # what the report before said


@dataclass(frozen=True, slots=True)
class Points:
    """The rows that people write for a section, and those of earlier reports that return in it."""

    own: tuple[Point, ...]
    returned: tuple[tuple[Point, Outcome | None], ...]  # with what this report says, else the last that one said


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the document."""

    slug: str
    title: str
    number: str  # as it prints: "02", or ""
    placed: Placed | None  # None: the report lacks it so far
    writings: tuple[Writing, ...]
    points: Points | None  # of a section of observations or recommendations
    remarks: tuple[Remark, ...]  # on what people wrote for it
    html: SafeString  # its page; "" of one without texts, fetched when somebody unfolds it


def before(report: Report) -> Report | None:
    """The report of the same kind for the last period before this one's, published or not."""
    same = report.plan.reports.filter(kind=report.kind, ends_on__lt=report.starts_on)
    return same.defer("snapshot").order_by("-ends_on", "-version").first()


def blocks(
    report: Report,
    snapshot: Snapshot,
    pages: Iterable[Placed],
    form: NarrativeForm,
    seen: Mapping[str, str],
    conflicts: Mapping[str, Conflict],
    remarks: Iterable[Remark],
    earlier: Report | None,
) -> list[Block]:
    """Every section that the entity includes, also those that have nothing to print yet. A query for who is writing
    what, and five for the points of each section of them."""
    printed: dict[str, list[Placed]] = defaultdict(list)
    for each in pages:
        printed[each.section.slug].append(each)
    figures = sections.figures((each.slug, each.facts) for each in snapshot.sections)
    told = earlier.narrative if earlier else {}
    stints = {stint.name: stint for stint in report.stints.select_related("writer")}
    result = []
    for section in outline.of(report):
        slug, [shown, *parts] = section.slug, printed.get(section.slug) or [None]
        writings = tuple(
            Writing(
                name=text.name,
                field=form[text.name],
                seen=seen.get(text.name, ""),
                conflict=conflicts.get(text.name),
                saved_at=stints[text.name].saved_at if text.name in stints else None,
                writer=stints[text.name].writer if text.name in stints else None,
                sentences=suggested(section, snapshot, figures),
                earlier=typed(told.get(text.name)),
            )
            for text in section.texts
        )
        rows = _points(report, section.points) if section.points else None
        places = {at_section(slug), *(at_text(each.name) for each in writings)}
        if not writings and not rows and not shown:
            continue
        result.append(
            Block(
                slug=slug,
                title=shown.facts.title if shown else _title(section, snapshot),
                number=shown.number if shown else "",
                placed=shown,
                writings=writings,
                points=rows,
                remarks=tuple(remark for remark in remarks if remark.at in places),
                html=page_of(shown) if shown and (writings or rows) else mark_safe(""),
            )
        )
        result += [
            Block(part.facts.slug, part.facts.title, part.number, part, (), None, (), mark_safe("")) for part in parts
        ]
    return result


def _points(report: Report, kind: str) -> Points:
    dependencies = report.dependency.subtree() if report.dependency else None
    own = report.points.filter(kind=kind).select_related("owner")
    found = list(points.back(report, kind, dependencies).select_related("owner", "report").defer("report__snapshot"))
    before, now = points.outcomes(report, found)
    returned = (
        (point, now.get(point.root) or before.get(point.root))
        for point in found
        if point.root in now or point.root not in before or before[point.root].state not in Outcome.SETTLED
    )
    return Points(tuple(own), tuple(returned))


def suggested(section: sections.Section, snapshot: Snapshot, figures: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    with translation.override("es-co"):
        return tuple((str(with_figures(text, figures)), text) for text in section.suggest(snapshot))


def page_of(section: Placed) -> SafeString:
    with translation.override("es-co"):
        return on_screen(tidy(section.html))


def in_spanish(snapshot: Snapshot, pictures_url: str = "") -> list[Placed]:
    with translation.override("es-co"):
        return placed(snapshot, pictures_url=pictures_url)


def _title(section: sections.Section, snapshot: Snapshot) -> str:
    with translation.override("es-co"):
        return outline.title(section, snapshot.edition)


# Pages of the site take no style attributes (Content-Security-Policy): what paper says so is said by attributes.
_COLUMN = re.compile(r'<col style="width:([\d.]+%)">')
_BAR = re.compile(r'<span class="bar" style="width:([\d.]+pt)"></span>')


def on_screen(html: str) -> SafeString:
    """The page of a section for a screen, as it is on paper."""
    html = _COLUMN.sub(r'<col width="\1">', html)
    return mark_safe(_BAR.sub(r'<svg class="bar" width="\1" height="1mm" aria-hidden="true"></svg>', html))
