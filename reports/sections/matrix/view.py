"""What the section of the plan's activities shows, and what they say of the plan on its first pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Activity
from display import dates, figures
from display.dates import Precision
from display.tables import WHOLE, Cell, Column, Table
from reports.headline import Tile
from reports.sections.coverage import lead as reached

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.matrix import Day, Facts, Phase, Row

STANDING, LYING = 482.0, 730.0  # points of a line
FEW = 4  # columns that fit a page that stands
MANY = 2_000  # letters of cells, as Python writes them, of a table that may go on over the page
LONG = 90  # characters of a phase over its columns


def view(facts: Facts, snapshot: Snapshot) -> dict:
    columns = filled(facts.rows)
    lies = len(columns) + 1 > FEW
    named = [(phase, heading(phase, facts)) for phase in facts.phases]
    empty = [phase.name for phase in facts.phases if not phase.rows]
    return {
        "lead": lead(snapshot),
        "tables": [(head, matrix(phase, head, columns)) for phase, head in named if phase.rows],
        "empty": [_("«%(name)s» todavía no tiene actividades.") % {"name": name} for name in empty],
        "lies": lies,
        "length": LYING if lies else STANDING,
    }


def heading(phase: Phase, facts: Facts) -> str:
    """ "" of a plan without phases."""
    return phase.name or (_("Sin fase") if len(facts.phases) > 1 else "")


def filled(rows: Sequence[Row]) -> list[tuple[str, object]]:
    """(title, what it says of a row) of the columns that some activity fills."""
    offered = (
        (_("Objetivo"), lambda row: row.objective),
        (_("Meta"), lambda row: row.target),
        (_("Producto"), lambda row: row.product),
        (_("Unidad de medida"), lambda row: row.unit),
        (_("Indicador"), lambda row: Cell(row.indicator or row.formula, aside=row.formula if row.indicator else "")),
        (_("Responsable"), lambda row: Cell(row.responsible, aside=_supports(row))),
        (_("Cuándo"), lambda row: Cell(when(row.days) or row.periodicity, aside=row.periodicity if row.days else "")),
    )
    return [(title, read) for title, read in offered if any(_says(read(row)) for row in rows)]


def _says(value: object) -> bool:
    return bool(value.value if isinstance(value, Cell) else value)


def _supports(row: Row) -> str:
    return _("Apoya: %(names)s") % {"names": row.supports} if row.supports else ""


def matrix(phase: Phase, head: str, columns: list[tuple[str, object]]) -> Table:
    """The phase of one that goes on over pages stands over its columns too, where each page repeats it."""
    rows = tuple((_activity(row), *(read(row) for _head, read in columns)) for row in phase.rows)
    letters = sum(len(str(cell)) for row in rows for cell in row)
    group = Truncator(head).chars(LONG) if letters > MANY or len(rows) > WHOLE else ""
    n = len(rows)
    title = ngettext("%(n)s actividad", "Las %(n)s actividades de la fase", n)
    if not phase.name:
        title = ngettext("%(n)s actividad sin fase", "%(n)s actividades sin fase", n)
    if not head:
        title = ngettext("La actividad del plan", "Las %(n)s actividades del plan", n)
    heads = (_("Actividad"), *(head for head, _read in columns))
    return Table(title % {"n": figures.whole(n)}, tuple(map(Column, heads)), rows, over=group)


def _activity(row: Row) -> Cell:
    more = (
        ("", row.description),
        (_("Línea"), row.line),
        (_("Para"), _for_whom(row.groups)),
        (_("Cómo"), " · ".join(filter(None, (row.mechanism, row.channels, row.modality)))),
        (_("Instancia"), row.instance),
        (_("Territorio"), row.locality),
    )
    aside = [f"{label}: {text}" if label else text for label, text in more if text]
    return Cell(f"{row.number} {row.name}".strip(), aside=". ".join(text.rstrip(".") for text in aside))


def _for_whom(groups: Sequence[str]) -> str:
    """Their names when they are few: the data files and the coverage have them all."""
    if len(groups) <= FEW:
        return ", ".join(groups)
    return _("%(n)s grupos") % {"n": figures.whole(len(groups))}


def element(value: str) -> str:
    return str(Activity.Accountability(value).label) if value else ""


# --- Dates ------------------------------------------------------------------------------------------------------------


def when(days: Iterable[Day]) -> str:
    """ "31 ene, 22 abr y 22 jul 2020; feb 2021", a date that counts several times with its ×."""
    years = [
        f"{_listed([_day(day) for day in found])}{figures.NO_BREAK}{year}"
        for year, found in groupby(days, key=lambda day: day.on.year)
    ]
    return "; ".join(years)


def _day(day: Day) -> str:
    month = dates.short_month(day.on)
    text = month if day.precision == Precision.MONTH else f"{day.on.day}{figures.NO_BREAK}{month}"
    return f"{text} (×{day.units})" if day.units > 1 else text


def _listed(parts: list[str]) -> str:
    *most, last = parts
    return _("%(most)s y %(last)s") % {"most": ", ".join(most), "last": last} if most else last


# --- On the first pages -----------------------------------------------------------------------------------------------


def units(facts: Facts) -> int:
    return sum(day.units for row in facts.rows if not row.is_measured for day in row.days)


def lead(snapshot: Snapshot) -> str:
    """ "El plan promete 31 actividades en 4 fases, con 40 espacios de enero a diciembre de 2020."; "" of others."""
    facts = snapshot.facts("matriz")
    if facts is None:
        return ""
    n, phases, total = len(facts.rows), sum(bool(phase.name) for phase in facts.phases), units(facts)
    if not n:
        return _("El plan todavía no tiene actividades.")
    text = ngettext("El plan promete %(n)s actividad", "El plan promete %(n)s actividades", n)
    text %= {"n": figures.whole(n)}
    if phases:
        in_phases = ngettext("en %(n)s fase", "en %(n)s fases", phases) % {"n": figures.whole(phases)}
        text = f"{text} {in_phases}"
    if total:
        dated = {"n": figures.whole(total), "units": snapshot.plan.unit.of(total)}
        text = f"{text}, {_('con %(n)s %(units)s con fecha') % dated}"
    return _("%(what)s, para %(period)s.") % {"what": text, "period": snapshot.edition.period}


def tiles(snapshot: Snapshot) -> list[Tile]:
    facts = snapshot.facts("matriz")
    if facts is None:
        return []
    n, total = len(facts.rows), units(facts)
    found = [
        Tile(figures.whole(n), str(Activity._meta.verbose_name if n == 1 else Activity._meta.verbose_name_plural)),
        Tile(figures.whole(total), _("%(units)s con fecha") % {"units": snapshot.plan.unit.of(total)}),
        Tile(
            figures.whole(facts.dependencies),
            ngettext("dependencia responde", "dependencias responden", facts.dependencies),
        ),
        Tile(figures.whole(facts.groups), ngettext("grupo convocado", "grupos convocados", facts.groups)),
    ]
    # What the plan says nothing about is no zero.
    says = (True, bool(total), bool(facts.dependencies), bool(facts.groups))
    return [tile for tile, is_said in zip(found, says, strict=True) if is_said]


def findings(snapshot: Snapshot) -> list[tuple[str, str]]:
    facts, coverage = snapshot.facts("matriz"), snapshot.facts("cobertura")
    said = (
        (_("Qué promete"), lead(snapshot)),
        (_("Quién responde"), _who(facts)),
        (_("A quiénes llega"), reached(coverage) if coverage else ""),
        (_("Cuándo"), _calendar(facts, snapshot)),
        (_("Quién lo aprobó"), _approved(snapshot)),
    )
    return [(head, sentence) for head, sentence in said if sentence]


def _who(facts: Facts) -> str:
    rows = facts.rows
    named = Counter(row.responsible for row in rows if row.responsible)
    if not named:
        return ""
    [(name, n)] = named.most_common(1)
    values = {"name": name, "n": figures.whole(n), "total": figures.whole(len(rows))}
    if n == len(rows):
        return _("%(name)s: por las %(total)s actividades.") % values
    text = _("La que más tiene: %(name)s, con %(n)s de %(total)s actividades.") % values
    if facts.dependencies > 1:
        text = _("Responden %(n)s dependencias. %(rest)s") % {"n": figures.whole(facts.dependencies), "rest": text}
    if unsaid := sum(not row.responsible for row in rows):
        more = ngettext("%(n)s no dice quién responde.", "%(n)s no dicen quién responde.", unsaid)
        text = f"{text} {more % {'n': figures.whole(unsaid)}}"
    return text


def _calendar(facts: Facts, snapshot: Snapshot) -> str:
    days = [day for row in facts.rows for day in row.days]
    undated = sum(not row.days for row in facts.rows)
    text = ""
    if days:
        first, last = min(days, key=lambda day: day.on), max(days, key=lambda day: day.on)
        text = _("Todo está programado para %(day)s.") % {"day": dates.when(last.on, last.precision)}
        if (first.on, first.precision) != (last.on, last.precision):
            text = _("La primera fecha es %(first)s; la última, %(last)s.") % {
                "first": dates.when(first.on, first.precision),
                "last": dates.when(last.on, last.precision),
            }
    if undated and days:
        more = ngettext("%(n)s actividad no tiene fecha.", "%(n)s actividades no tienen fecha.", undated)
        text = f"{text} {more % {'n': figures.whole(undated)}}"
    return text


def _approved(snapshot: Snapshot) -> str:
    facts, plan = snapshot.facts("aprobacion"), snapshot.plan
    signed = [step for step in facts.steps if step.signed_on] if facts else []
    if signed and plan.version is not None:
        last = signed[-1]
        who = ", ".join(filter(None, (last.name, last.position)))
        return _("%(who)s, %(day)s.") % {"who": who, "day": dates.when(last.signed_on, last.precision)}
    if plan.version is None:
        return _("Es un borrador: todavía nadie lo aprueba y puede cambiar.")
    return ""
