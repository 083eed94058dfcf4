"""Texts that a spreadsheet program would run as a formula: harmless on their way out, as they were on the way back.

Whoever opens a file must not run what somebody else typed: a text that begins as a formula gets an apostrophe before
it. One that had an apostrophe there already gets one more, so that taking one off gives back every text exactly.
Formats whose cells say that they are texts need it for those alone.
"""

import re

RUNS = ("=", "+", "-", "@")
_OPENS = "=+\\-@\t\r\n"
_DANGEROUS = re.compile(rf"'*[{_OPENS}]")
_NEUTRAL = re.compile(rf"'+[{_OPENS}]")


def neutral(text: str) -> str:
    """As a CSV has it, which does not say what is a text."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def typed(text: str) -> str:
    """As a cell of texts has it: nothing runs there, so that whoever reads it sees no apostrophe of ours."""
    return text if text.startswith(RUNS) else neutral(text)


def original(text: str) -> str:
    return text[1:] if _NEUTRAL.match(text) else text
