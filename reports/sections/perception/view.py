"""What the section of perception shows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Opinion
from activities.surveys.tables import notes_of, rating_table, reserved
from display import figures
from display.tables import Column, Kind, Table

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.perception import Facts, Written


def view(facts: Facts, snapshot: Snapshot) -> dict:
    ratings = [(rating.question, [(each.name, each.n) for each in rating.answers]) for rating in facts.ratings]
    return {
        "lead": lead(facts),
        "left_out": left_out(facts),
        "rating_table": rating_table(ratings, facts.n) if facts.n else None,
        "block_table": block_table(facts),
        "theme_tables": [theme_table(each) for each in facts.written if each.themes],
        "quotes": [(heading(each.question), each.quotes) for each in facts.written if each.quotes],
    }


def suggestions(snapshot: Snapshot) -> Iterator[str]:
    facts = snapshot.facts("percepcion")
    if facts is None or not facts.n:
        return
    yield lead(facts).replace(figures.whole(facts.n), "{respuestas de la evaluación}", 1)
    for written in facts.written:
        if written.question == Opinion.Question.IMPROVE and written.themes:
            most = written.themes[0]
            text = _("Lo que más piden mejorar es «%(theme)s»: lo nombran %(n)s de %(total)s opiniones.")
            yield text % {"theme": most.name, "n": figures.whole(most.n), "total": figures.whole(written.n)}


def lead(facts: Facts) -> str:
    """ "73 personas evaluaron 9 espacios. Donde se contó a los asistentes respondieron 36 de 459: 7,8 %."."""
    if not facts.n:
        return ""
    people = ngettext("%(n)s persona", "%(n)s personas", facts.n) % {"n": figures.whole(facts.n)}
    spaces = ngettext("%(n)s espacio", "%(n)s espacios", facts.spaces) % {"n": figures.whole(facts.spaces)}
    said = _("%(people)s evaluaron %(spaces)s, sin dar su nombre.") % {"people": people, "spaces": spaces}
    if not 0 < facts.of_people <= facts.people:
        return said
    rate = _("Donde se contó a los asistentes respondieron %(n)s de %(people)s: %(rate)s.") % {
        "n": figures.whole(facts.of_people),
        "people": figures.whole(facts.people),
        "rate": figures.percent(Fraction(facts.of_people, facts.people)),
    }
    return f"{said} {rate}"


def left_out(facts: Facts) -> str:
    if not facts.n or not facts.left_out:
        return ""
    text = ngettext(
        "%(n)s respuesta más no se cuenta: es de un mes con menos de cinco.",
        "%(n)s respuestas más no se cuentan: son de meses con menos de cinco.",
        facts.left_out,
    )
    return text % {"n": figures.whole(facts.left_out)}


def block_table(facts: Facts) -> Table | None:
    """None where it would say the total again."""
    if len(facts.blocks) < 2:
        return None
    shares = [(block.useful, block.clear, block.again) for block in facts.blocks]
    return Table(
        _("La evaluación por bloque"),
        (
            Column(_("Bloque")),
            Column(_("Respuestas"), Kind.COUNT),
            Column(_("De los que asistieron"), Kind.PERCENT),
            Column(_("Les fue útil"), Kind.PERCENT, _("Dijeron mucho o bastante.")),
            Column(_("Fue clara"), Kind.PERCENT, _("Dijeron mucho o bastante.")),
            Column(_("Volverían"), Kind.PERCENT, _("Dijeron sí.")),
        ),
        tuple(
            (
                block.name,
                block.n,
                figures.DASH if block.rate is None else block.rate,
                *(reserved() if share is None else share for share in own),
            )
            for block, own in zip(facts.blocks, shares, strict=True)
        ),
        notes=notes_of(withheld=any(None in own for own in shares)),
    )


def heading(question: str) -> str:
    return _("Qué les gustó") if question == Opinion.Question.LIKED else _("Qué se puede mejorar")


def theme_table(written: Written) -> Table:
    return Table(
        heading(written.question),
        (Column(_("Tema")), Column(_("Opiniones"), Kind.COUNT, strong=True)),
        tuple((theme.name, theme.n) for theme in written.themes),
        notes=(
            _("De %(n)s opiniones; no se suman, porque una puede hablar de varios temas.")
            % {"n": figures.whole(written.n)},
        ),
    )
