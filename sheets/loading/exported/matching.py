"""Which row of the plan each row of a file is: by its key, else by the natural keys of "Reading matrices"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_noop as _

from activities.metrics import kind_of
from display.text import normalise
from matrices.reading.ledger import Ledger
from plans.models import Plan
from sheets.loading.existing import commitment_key
from sheets.loading.exported.row import ExportedRow
from sheets.loading.exported.stored import Stored
from sheets.resources.columns import KEY, key_prefix
from sheets.resources.labels import LONGEST, label_of

Natural = Callable[[Any], Iterable[tuple]]  # a row's natural keys, the best first


class Matching:
    """Finds rows by keys and words; a stored row is given once."""

    def __init__(self, plan: Plan, stored: Stored, ledger: Ledger) -> None:
        self.plan, self.stored, self.ledger = plan, stored, ledger
        self.prefix = key_prefix(plan.uid)
        self.by_key: dict[tuple[str, str], ExportedRow] = {}  # kind and key, this plan's or another's
        self.claimed: dict[tuple[str, int], ExportedRow] = {}
        self.has_foreign = False  # keys of another plan
        self._words: dict[str, dict[str, list[Model]]] = {}
        self._wrong: set[tuple[str, str]] = set()  # kind and words of rows whose error was told

    def match(self, kind: str, rows: list[ExportedRow]) -> None:
        """Sets their `stored`, of those whose key is ours."""
        for row in rows:
            if not row.key:
                continue
            if before := self.by_key.get((kind, row.key)):
                place = before.where("key")
                self._refuse(
                    row, "key", _("Esta clave ya está en la celda %(cell)s. Deje una de las dos filas."), place
                )
                continue
            self.by_key[kind, row.key] = row
            match = KEY.fullmatch(row.key.lower())
            if match is None:
                self._refuse(row, "key", _("No es una clave. Deje la que traía la fila, o la celda vacía si es nueva."))
            elif match[1] != self.prefix:
                self._tell_foreign(row)
            elif (stored := self.stored.rows[kind].get(int(match[2]))) is None:
                self._refuse(
                    row,
                    "key",
                    _("El plan no tiene una fila con esta clave: se eliminó, o la clave es de otra hoja."),
                )
            else:
                self._claim(row, stored)

    def match_naturally(self, kind: str, rows: list[ExportedRow]) -> None:
        """Sets `stored` of the rest, from their values and what they belong to."""
        rest = [row for row in rows if row.stored is None and not row.is_wrong]
        if not rest or kind not in NATURAL:
            return
        index: dict[tuple, list[Model]] = {}
        for stored in self.stored.rows[kind].values():
            if (kind, stored.pk) not in self.claimed:
                for key in NATURAL[kind](stored):
                    index.setdefault(key, []).append(stored)
        for row in rest:
            for key in NATURAL[kind](Said(row)):
                free = [stored for stored in index.get(key, ()) if (kind, stored.pk) not in self.claimed]
                if len(free) == 1:
                    self._claim(row, free[0])
                    break

    def _claim(self, row: ExportedRow, stored: Model) -> None:
        row.stored = stored
        self.claimed[row.kind, stored.pk] = row

    def find(self, row: ExportedRow, name: str, kind: str, label: str = "") -> Model | None:
        """The row that a cell names by key, or by words where there is none; None after an error.

        `name` is the column of the key, `label` that of the words.
        """
        key, words = row.text(name).strip(), row.text(label).strip() if label else ""
        if key:
            if parent := self.by_key.get((kind, key)):
                row.is_wrong = row.is_wrong or parent.instance is None  # its error was told
                return self._checked(row, kind, parent.instance, label, words)
            match = KEY.fullmatch(key.lower())
            if match and match[1] == self.prefix and (stored := self.stored.rows[kind].get(int(match[2]))):
                return self._checked(row, kind, stored, label, words)
            if match is None or match[1] == self.prefix or not words:
                return self._refuse(row, name, _("No hay una fila con esta clave, ni en el archivo ni en el plan."))
        return self.named(row, kind, words, label) if words else None

    def _checked(self, row: ExportedRow, kind: str, parent: Model | None, label: str, words: str) -> Model | None:
        """Warns when the words beside a key are those of another row: somebody may have meant that one."""
        if parent is not None and words:
            others = self._index(kind).get(normalise(words), ())
            if others and parent not in others:
                self.ledger.warn(
                    row.where(label),
                    _("La clave es de «%(label)s»: se usa la clave, y no este texto."),
                    label=label_of(kind, parent),
                )
        return parent

    def named(self, row: ExportedRow, kind: str, words: str, column: str) -> Model | None:
        """The row of these words, of the file or of the plan."""
        found = self._index(kind).get(normalise(words[:LONGEST]), ())
        if len(found) == 1:
            return found[0]
        if not found and (kind, normalise(words)) in self._wrong:
            row.is_wrong = True
            return None
        sentence = _("Hay varias filas que se llaman así. Escriba la clave de la que es, o su número.")
        return self._refuse(
            row, column, sentence if found else _("«%(words)s» no está en el archivo ni en el plan."), words=words[:120]
        )

    def learn(self, kind: str, rows: Iterable[ExportedRow]) -> None:
        """The words by which rows of this kind are named: as they will be, and as they were."""
        words: dict[str, list[Model]] = {}

        def add(text: str, instance: Model) -> None:
            known = words.setdefault(normalise(text), [])
            if not any(instance is other or instance == other for other in known):
                known.append(instance)

        named = {}
        for row in rows:
            if row.stored is not None:
                named[row.stored.pk] = row
            if row.instance is not None:
                for text in _words(kind, row.instance):
                    add(text, row.instance)
                continue
            said = [row.text(name) for name in ("number", "name", "code", "text") if row.has(name)]
            was = _words(kind, row.stored) if row.stored is not None else []
            self._wrong |= {(kind, normalise(text)) for text in (*said, *was)}
        for pk, stored in self.stored.rows[kind].items():
            instance = named[pk].instance if pk in named else stored
            if instance is not None:
                for text in _words(kind, stored):
                    add(text, instance)
        self._words[kind] = words

    def _index(self, kind: str) -> dict[str, list[Model]]:
        return self._words.get(kind, {})

    def _tell_foreign(self, row: ExportedRow) -> None:
        if not self.has_foreign:
            self.has_foreign = True
            self.ledger.warn(
                row.where("key"),
                _("Las claves son de otro plan y no se usan: las filas se buscan por número, nombre y fecha."),
            )

    def _refuse(self, row: ExportedRow, name: str, sentence: str, place=None, **params) -> None:
        if place is not None:
            params["cell"] = place.cell
        self.ledger.error(row.where(name), sentence, **{k: v for k, v in params.items() if f"%({k})s" in sentence})
        row.is_wrong = True


class Said:
    """The values of a row of a file, by the attributes of a model."""

    def __init__(self, row: ExportedRow) -> None:
        self.row = row

    def __getattr__(self, name: str) -> Any:
        return self.row.values.get(name)


def _words(kind: str, row: Model) -> list[str]:
    match kind:
        case "phases":
            return [label_of(kind, row), str(row.number), row.name]
        case "activities":
            return [label_of(kind, row), row.name, *([row.number] if row.number else [])]
        case "commitments":
            return [label_of(kind, row), row.text[:LONGEST], *([row.code] if row.code else [])]
        case "chapters":
            return [row.title]
        case "lines" | "groups":
            return [row.name]
    return [label_of(kind, row)]


def _phase(row) -> Iterable[tuple]:
    if row.number:
        yield "number", row.number
    yield "name", normalise(row.name or "")


def _group(row) -> Iterable[tuple]:
    others = [] if isinstance(row, Said) else row.aliases.splitlines()
    return [(normalise(name),) for name in (row.name or "", *others) if name.strip()]


def _activity(row) -> Iterable[tuple]:
    if row.number:
        yield "number", row.number
    yield "name", bool(row.outside_plan), normalise(row.name or "")


def _session(row) -> Iterable[tuple]:
    yield _id(row.activity), row.planned_on, row.planned_precision or "day", row.withdrawn_on


def _attendance(row) -> Iterable[tuple]:
    yield _id(row.session), _id(row.group)


def _metric(row) -> Iterable[tuple]:
    yield _id(row.activity), kind_of(row.name or ""), row.period_from, row.period_to, row.source or ""


def _commitment(row) -> Iterable[tuple]:
    yield commitment_key(row.instance or "", row.made_on, row.text or "")


def _follow_up(row) -> Iterable[tuple]:
    yield _id(row.commitment), row.on, normalise(row.done or "")


def _id(row: Model | None) -> int | None:
    return row.pk if row is not None and row.pk else id(row)


NATURAL: dict[str, Natural] = {
    "plan": lambda row: [(row.title,)],
    "phases": _phase,
    "lines": lambda row: [(normalise(row.name or ""),)],
    "chapters": lambda row: [(normalise(row.title or ""),)],
    "groups": _group,
    "activities": _activity,
    "sessions": _session,
    "attendance": _attendance,
    "metrics": _metric,
    "commitments": _commitment,
    "follow_ups": _follow_up,
}
