"""What to look at before a report is published: what blocks it, and which gaps it will show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from activities.figures import Progress, Target
from reports import documents, points, sections, snapshot, texts
from reports.envelope import Snapshot
from reports.models import Report
from reports.sections.execution.view import unexplained
from reports.states import publication_blockers

GAPS_LISTED = 20  # of each kind; the rest are counted


@dataclass(frozen=True, slots=True)
class Gap:
    """A session that fell short without a reason."""

    activity: int
    session: int
    reported: bool
    name: str
    planned_on: date
    precision: str
    planned: int
    executed: int


@dataclass(frozen=True, slots=True)
class Checks:
    """Everything that the page of a draft warns of. Of each list of gaps the first GAPS_LISTED."""

    blockers: list[str]  # while there is one it cannot be published
    unreported: list[Gap]  # their day has come and nothing is reported
    unreported_count: int
    to_come: int  # sessions until the cut-off whose day has not come yet: none is late
    is_to_come: bool  # the cut-off itself
    short: list[Gap]  # reported below what was planned
    short_count: int
    targets: list[Target]  # percentage targets short or not reported, without a reason
    targets_count: int
    unexplained: str  # what the report will say of the sessions; empty when everything is explained
    remarks: list[str]  # of its sections
    unknown_figures: list[str]  # sentences on names between braces that are no figure
    figures: dict[str, str]  # what the texts may name, as it stands now
    empty_texts: list[str]  # labels of the narrative's empty parts

    @property
    def clean(self) -> bool:
        found = (self.blockers, self.unexplained, self.targets, self.empty_texts, self.remarks, self.unknown_figures)
        return not (any(found) or self.to_come)


def facts_of(report: Report) -> Snapshot:
    """What the checks look at: the sections that have figures for the texts or checks of their own."""
    return snapshot.take(report, only=sections.looked_at(documents.known()[report.kind].sections))


def of(report: Report, facts: Snapshot) -> Checks:
    scope = snapshot.scope_of(report)
    done = facts.facts("ejecucion")
    missing = gaps(scope.progress) if done else []
    targets = [target for target in scope.unmet.values() if not target.reason] if done else []
    silent = [gap for gap in missing if not gap.reported]
    unreported = [gap for gap in silent if gap.planned_on <= scope.today]
    short = [gap for gap in missing if gap.reported]
    figures = sections.figures((section.slug, section.facts) for section in facts.sections)
    written = [*scope.texts.values(), *points.written(section.facts for section in facts.sections)]
    return Checks(
        blockers=[blocker.text for blocker in publication_blockers(report)],
        unreported=unreported[:GAPS_LISTED],
        unreported_count=len(unreported),
        to_come=len(silent) - len(unreported),
        is_to_come=report.cutoff > scope.today,
        short=short[:GAPS_LISTED],
        short_count=len(short),
        targets=targets[:GAPS_LISTED],
        targets_count=len(targets),
        unexplained=unexplained(done, facts.plan.unit) if done else "",
        remarks=[
            sentence
            for section in facts.sections
            for sentence in sections.known()[section.slug].checks(section.facts, scope)
        ],
        unknown_figures=[_unknown(*each) for each in texts.unknown_figures(written, figures).items()],
        figures=figures,
        empty_texts=[*empty_texts(report), *missing_points(facts)],
    )


def _unknown(name: str, nearest: list[str]) -> str:
    sentence = _("«{%(name)s}» no es una cifra de este informe y se imprime como está escrita.") % {"name": name}
    if not nearest:
        return sentence
    asked = _("¿Quiso decir %(names)s?") % {"names": ", ".join(f"«{{{near}}}»" for near in nearest)}
    return f"{sentence} {asked}"


def gaps(result: Progress) -> list[Gap]:
    """Shortfalls without a reason, each with the session to correct."""
    return [
        Gap(
            activity=miss.activity,
            session=miss.session,
            reported=miss.reported,
            name=f"{miss.number} {miss.name}".strip(),
            planned_on=miss.planned_on,
            precision=miss.precision,
            planned=miss.planned,
            executed=miss.executed,
        )
        for miss in result.misses
        if not miss.reason
    ]


def empty_texts(report: Report) -> list[str]:
    return [
        str(text.label)
        for name, text in texts.asked(report.kind).items()
        if not text.is_optional and not report.narrative.get(name)
    ]


def missing_points(facts: Snapshot) -> list[str]:
    """Titles of the sections of points in which nobody wrote one."""
    written = {section.slug for section in facts.sections if getattr(section.facts, "own", ())}
    asked = (sections.known()[slug] for slug in documents.known()[facts.edition.kind].sections)
    return [str(section.title) for section in asked if section.points and section.slug not in written]
