"""A rule about how a plan is written, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.functional import Promise

from activities.quality.reading import Reading
from plans.models import Justification

Words = str | Promise


class Match(NamedTuple):
    """One thing that a rule found: what it is, as a justification keeps it ("activity:7"; "" for the plan), and where
    it is mended."""

    subject: str
    name: str
    url: str
    aside: str = ""  # what is said of it beside its name


class Left(NamedTuple):
    """What somebody left as it is, and why. Of a whole rule its match is None."""

    match: Match | None
    why: Justification


@dataclass(frozen=True)
class Rule:
    """`say` is the sentence about what was found; `find` looks for it. Both are asked in the reader's language."""

    code: str  # as in the address of its page and in a justification
    title: Words
    mend: Words
    find: Callable[[Reading], Sequence[Match]]
    say: Callable[[Reading, Sequence[Match]], str]
    blocks: bool = False  # an approval
    may_stay: bool = True  # with a reason in writing
    source: Words = ""  # the norm that asks it
    listed: Callable[[Reading], str] | None = None  # where the list of activities filters the same


@dataclass(frozen=True)
class Finding:
    rule: Rule
    text: str  # about `found`, or about what was left when nothing else is
    found: list[Match]
    left: list[Left]
    list_url: str
    reading: Reading = field(repr=False, compare=False)

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def n(self) -> int:
        return len(self.found)

    def said_of(self, match: Match) -> str:
        """The sentence, of one thing alone."""
        return self.rule.say(self.reading, [match])

    @property
    def is_open(self) -> bool:
        return bool(self.found)

    @property
    def blocks(self) -> bool:
        return self.rule.blocks and self.is_open

    @property
    def is_of_plan(self) -> bool:
        """Whether it is about the plan as a whole."""
        return not any(match.subject for match in self.found)

    @property
    def names_rows(self) -> bool:
        """Whether what it is about is still to be named, beside its sentence."""
        return self.n > 1 or any(match.name not in self.text for match in self.found)

    @property
    def may_stay_whole(self) -> bool:
        """Whether one reason may cover all that it found. What blocks an approval is justified one by one."""
        return self.rule.may_stay and self.is_open and (self.is_of_plan or not self.rule.blocks)

    @property
    def url(self) -> str:
        """Where to go: the field itself when one thing was found, else the list of them, else the first."""
        if not self.found:
            return ""
        return self.list_url if self.n > 1 and self.list_url else self.found[0].url
