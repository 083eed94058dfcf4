"""What to look at before a report is published: what blocks it, and which gaps it will show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from activities.figures import Progress, Target
from display.figures import NO_BREAK
from records.refusals import Blocker
from reports import contradictions, outline, points, sections, snapshot, texts
from reports.contradictions import Contradiction
from reports.envelope import Snapshot
from reports.models import Report
from reports.pages import Placed
from reports.remarks import Remark, at_section, at_text
from reports.scope import Scope
from reports.sections import Text
from reports.sections.execution import Missing
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
    """Everything that the page of a draft warns of. Of each list of gaps the first GAPS_LISTED; its sentences count
    units, as the report does: a session may be of several."""

    blockers: list[Blocker]  # while there is one it cannot be published
    unreported: list[Gap]  # their day has come and nothing is reported
    unreported_count: int  # of the list
    missing: Missing  # units, by what is known of them
    is_to_come: bool  # the cut-off itself
    short: list[Gap]  # reported below what was planned
    short_count: int  # of the list
    targets: list[Target]  # percentage targets short or not reported, without a reason
    targets_count: int
    unexplained: str  # what the report will say of the sessions; empty when everything is explained
    remarks: list[Remark]  # of its sections
    written: list[Remark]  # of its texts: names between braces that are no figure, typed figures that are none either
    figures: dict[str, str]  # what the texts may name, as it stands now
    empty_texts: list[Remark]  # labels of the narrative's empty parts, titles of sections without points

    @property
    def clean(self) -> bool:
        found = (self.blockers, self.unexplained, self.targets, self.empty_texts, self.remarks, self.written)
        return not (any(found) or self.missing.to_come)


def of(report: Report, facts: Snapshot, placed: Sequence[Placed]) -> Checks:
    """Of a draft, from its facts and its pages (`pages.placed`)."""
    scope = snapshot.scope_of(report)
    done = facts.facts("ejecucion")
    missing = gaps(scope.progress) if done else []
    targets = [target for target in scope.unmet.values() if not target.reason] if done else []
    unreported = [gap for gap in missing if not gap.reported and gap.planned_on <= scope.today]
    short = [gap for gap in missing if gap.reported]
    figures = sections.figures((section.slug, section.facts) for section in facts.sections)
    return Checks(
        blockers=list(publication_blockers(report)),
        unreported=unreported[:GAPS_LISTED],
        unreported_count=len(unreported),
        missing=done.missing if done else Missing(),
        is_to_come=report.has_cutoff and report.cutoff > scope.today,
        short=short[:GAPS_LISTED],
        short_count=len(short),
        targets=targets[:GAPS_LISTED],
        targets_count=len(targets),
        unexplained=unexplained(done, facts.plan.unit) if done else "",
        remarks=[
            *written_for_nothing(report),
            *(
                remark
                for section in facts.sections
                for remark in sections.of(section.slug).checks(section.facts, scope)
            ),
        ],
        written=of_texts(scope, facts, placed, texts.asked(report)) + of_points(scope, facts, placed),
        figures=figures,
        empty_texts=[*empty_texts(report), *missing_points(report, facts)],
    )


def of_texts(scope: Scope, facts: Snapshot, placed: Sequence[Placed], asked: Mapping[str, Text]) -> list[Remark]:
    """What the texts name or type that is no figure of the report; of those `asked` for."""
    narrative = scope.texts
    told = [(at_text(name), str(text.label), narrative[name]) for name, text in asked.items() if narrative.get(name)]
    return _of_written(told, scope, facts, placed)


def of_points(scope: Scope, facts: Snapshot, placed: Sequence[Placed]) -> list[Remark]:
    """The same, of observations and recommendations."""
    of_them = [section for section in facts.sections if sections.of(section.slug).points]
    told = [(at_section(each.slug), each.title, points.written(each.facts)) for each in of_them]
    return _of_written(told, scope, facts, placed)


def _of_written(
    told: list[tuple[str, str, str | list[str]]], scope: Scope, facts: Snapshot, placed: Sequence[Placed]
) -> list[Remark]:
    """`told`: where it is written, its name, what it says."""
    figures = sections.figures((section.slug, section.facts) for section in facts.sections)
    by_us = [each for each in placed if not each.section.points]
    stated = contradictions.printed(by_us, figures)
    unknown = texts.unknown_figures([text for _at, _label, text in told], figures)
    left_out = _figures_left_out(scope) if unknown else {}
    result = []
    for at, label, text in told:
        for name, nearest in texts.unknown_figures([text], figures).items():
            of = left_out.get(texts.named(name))
            result.append(Remark(_of_left_out(name, of) if of else _unknown(name, nearest), at))
        result += [
            Remark(_typed(label, each, figures), at)
            for each in contradictions.found(text, figures, stated, facts.plan.unit.many)
        ]
    return result


def _typed(label: str, found: Contradiction, figures: Mapping[str, str]) -> str:
    sentence = _(
        "«%(text)s» dice «%(typed)s», que no es una cifra de este informe. La más cercana: {%(name)s}, %(value)s."
    )
    values = {"name": found.nearest, "value": figures[found.nearest]}
    return sentence % {"text": label, "typed": found.typed.replace(" ", NO_BREAK), **values}


def _unknown(name: str, nearest: list[str]) -> str:
    sentence = _("«{%(name)s}» no es una cifra de este informe y se imprime como está escrita.") % {"name": name}
    if not nearest:
        return sentence
    asked = _("¿Quiso decir %(names)s?") % {"names": ", ".join(f"«{{{near}}}»" for near in nearest)}
    return f"{sentence} {asked}"


def _figures_left_out(scope: Scope) -> dict[str, str]:
    """By name the figures that the report would have with the sections that the entity does not include, each with the
    title of its section. Counted only for this."""
    with translation.override("es-co"):
        return {
            name: outline.usual_title(section, scope.report.kind)
            for section in outline.left_out(scope.report)
            for name in section.tokens(section.collect(scope))
        }


def _of_left_out(name: str, section: str) -> str:
    sentence = _(
        "«{%(name)s}» es una cifra de «%(section)s», sección que la entidad no incluye en estos informes: se imprime "
        "como está escrita."
    )
    return sentence % {"name": name, "section": section}


def written_for_nothing(report: Report) -> list[Remark]:
    """What people wrote for a section that the entity does not include."""
    sentence = _("Lo escrito para «%(section)s» no saldrá: la entidad no incluye esa sección en estos informes.")
    return [
        Remark(sentence % {"section": outline.usual_title(section, report.kind)})
        for section in outline.left_out(report)
        if any(report.narrative.get(text.name) for text in section.texts)
        or (section.points and report.points.filter(kind=section.points).exists())
    ]


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


def empty_texts(report: Report) -> list[Remark]:
    return [
        Remark(str(text.label), at_text(name))
        for name, text in texts.asked(report).items()
        if not text.is_optional and not report.narrative.get(name)
    ]


def missing_points(report: Report, facts: Snapshot) -> list[Remark]:
    """The sections of points in which nobody wrote one."""
    written = {section.slug for section in facts.sections if getattr(section.facts, "own", ())}
    asked = outline.of(report)
    empty = [section for section in asked if section.points and section.slug not in written]
    return [Remark(str(section.title), at_section(section.slug)) for section in empty]
