"""What to look at before a report is published, as its sections and its texts say it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at before publishing, and what mends it on the page of the draft, if something there does."""

    sentence: str
    at: str = ""  # id of the element: `at_text`, `at_section`


def at_text(name: str) -> str:
    return f"id_{name}"


def at_section(slug: str) -> str:
    return f"seccion-{slug}"
