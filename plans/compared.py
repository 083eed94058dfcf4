"""Versions as their pages show them: one read, and two compared, kind by kind, a page of rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.safestring import SafeString

from display import redline
from plans import versions
from plans.models import Plan
from plans.versions import Difference, Fact

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class FrozenActivity:
    """An activity of a version; each session is one line of text."""

    name: str
    facts: list[Fact]
    sessions: list[str]


def activity(row: dict) -> FrozenActivity:
    return FrozenActivity(
        name=versions.activity_name(row),
        facts=versions.activity_facts(row),
        sessions=[versions.session_line(session) for session in row["sessions"]],
    )


def content(snapshot: dict) -> dict:
    """Context of the pages of a version, but for its activities, which are paged."""
    return {
        "facts": versions.facts(Plan, snapshot["plan"]),
        "phases": [versions.phase_name(row) for row in snapshot["phases"]],
        "lines": [row["name"] for row in snapshot["lines"]],
        "chapters": snapshot.get("chapters", []),
        "n_sessions": sum(len(row["sessions"]) for row in snapshot["activities"]),
    }


@dataclass(frozen=True)
class Pair:
    """A field before and after, with the words that changed marked."""

    label: str
    before: SafeString
    after: SafeString


@dataclass(frozen=True)
class Row:
    kind: str  # "Actividades"
    name: str
    state: str  # ADDED, REMOVED or CHANGED
    changes: list

    @property
    def pairs(self) -> list[Pair]:
        return [Pair(change.label, *redline.marked(change.before, change.after)) for change in self.changes]


@dataclass(frozen=True)
class Count:
    kind: str
    added: int
    removed: int
    changed: int


def rows(differences: Iterable[Difference]) -> list[Row]:
    """Kind by kind: what was added, what was removed, and what changed."""
    found = []
    for each in differences:
        found += [Row(each.title, name, ADDED, []) for name in each.added]
        found += [Row(each.title, name, REMOVED, []) for name in each.removed]
        found += [Row(each.title, name, CHANGED, changes) for name, changes in each.changed]
    return found


def counts(differences: Iterable[Difference]) -> list[Count]:
    return [Count(each.title, len(each.added), len(each.removed), len(each.changed)) for each in differences]


def by_kind(page: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    return [(kind, list(own)) for kind, own in groupby(page, key=lambda row: row.kind)]


def chosen(asked: Mapping[str, str], choices: list[str]) -> tuple[str, str]:
    """(older, newer) of `choices`, newest first, from the query's `de` and `a` in any order; else the last two."""
    pair = [one if (one := asked.get(name)) in choices else choices[at] for name, at in (("de", 1), ("a", 0))]
    older, newer = sorted(pair, key=choices.index, reverse=True)
    return older, newer


def without_signatories(snapshot: dict) -> dict:
    """What everybody may read of a version: who is to sign is told by their signatures alone."""
    return {name: value for name, value in snapshot.items() if name != "signatories"}
