"""Two texts with the words that changed marked: what left in one, what came in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

_PIECE = re.compile(r"\n|[^\S\n]+|[^\s]+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST = 1_200  # words of a stretch that are compared one by one; a longer one is marked whole
ALIKE = 0.4  # of 1: texts that share less are others, and each is marked whole
AROUND = 12  # words that stay beside what changed; the rest of what did not is left out


class Run(NamedTuple):
    text: str
    is_changed: bool


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """HTML of both: what left in `<del>`, what came in `<ins>`, each with a word for who does not see them."""
    left, right = [], []
    for old, new, is_equal in _stretches(before, after):
        left.append(Run(old, not is_equal))
        right.append(Run(new, not is_equal))
    return _html(left, "del", _("quitado")), _html(right, "ins", _("agregado"))


def _stretches(before: str, after: str) -> Iterator[tuple[str, str, bool]]:
    """Line by line, and word by word where lines differ: a chapter of many pages takes no longer than a page."""
    for old, new, is_equal in _matched(_LINE.findall(before), _LINE.findall(after)):
        one, other = _PIECE.findall("".join(old)), _PIECE.findall("".join(new))
        is_read = not is_equal and one and other and max(len(one), len(other)) <= 2 * MOST
        if is_read and _alike(one, other) >= ALIKE:
            yield from (("".join(a), "".join(b), same) for a, b, same in _matched(one, other))
        else:
            yield "".join(old), "".join(new), is_equal


def _matched(before: list[str], after: list[str]) -> Iterator[tuple[list[str], list[str], bool]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        yield before[start:end], after[first:last], tag == "equal"


def _alike(before: list[str], after: list[str]) -> float:
    """0 to 1: how many of their words they share."""
    one, other = ([piece for piece in pieces if not piece.isspace()] for pieces in (before, after))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _html(runs: list[Run], tag: str, word: str) -> SafeString:
    joined: list[Run] = []
    for run in runs:
        if run.text and joined and joined[-1].is_changed == run.is_changed:
            joined[-1] = Run(joined[-1].text + run.text, run.is_changed)
        elif run.text:
            joined.append(run)
    pieces = []
    for at, run in enumerate(joined):
        if run.is_changed:
            said = run.text.strip()
            start = run.text.index(said)
            shown = format_html(
                "{0}<{1}><span class='visually-hidden'>{2}: </span>{3}</{1}>{4}" if said else "{0}{4}",
                *(_lines(run.text[:start]), mark_safe(tag), word, _lines(said), _lines(run.text[start + len(said) :])),
            )
        else:
            shown = _lines(_shortened(run.text, at > 0, at < len(joined) - 1))
        pieces.append((shown,))
    return format_html_join("", "{}", pieces)


def _shortened(text: str, has_before: bool, has_after: bool) -> str:
    """What did not change, without its middle: the words next to a change."""
    words = _PIECE.findall(text)
    most = AROUND * 2  # pieces: words and what parts them
    if len(words) <= 2 * most + 2:
        return text
    head, tail = "".join(words[:most]) if has_before else "", "".join(words[-most:]) if has_after else ""
    return f"{head} […] {tail}".removeprefix(" ") if has_before or has_after else text


def _lines(text: str) -> SafeString:
    return mark_safe("<br>".join(conditional_escape(line) for line in text.split("\n")))
