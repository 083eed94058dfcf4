"""Every sentence of the sheets is data: a msgid that gettext finds, whose blanks are filled when somebody reads it."""

import ast
import re
from datetime import date

import msgspec
import polib
import pytest
from django.conf import settings
from django.utils.translation import override

from matrices.reading.rows import Matrix
from sheets.loading.load import load
from sheets.loading.result import Result
from tests.factories import make_dependency

MARKS = {"_", "gettext", "gettext_noop", "gettext_lazy", "pgettext_lazy"}
SAYERS = {"error", "warn", "leave", "puzzle", "Unreadable", "BadDate", "Told", "Remark", "message"}
APPS = ("display", "records", "accounts", "plans", "activities", "commitments", "matrices", "sheets")
# words that no English sentence has, and that hardly any Spanish one does without
SPANISH = re.compile(r"\b(?:el|la|los|las|del?|un|una|que|en|es|se|su|sus|para|con|como|fila|celda|hoja)\b", re.I)
FAULTS = {
    "Plan": [
        ["Plan de participación"],
        ["No", "Fase", "Línea o dependencia", "Actividad", "Meta", "Responsable", "Fecha programada", "Incidencia",
         "Observaciones", "Presupuesto", None],
        [1, "Momento uno", "Salud", "1.1 Foro", "cero", "Prensa", "31/02/2026", "Volar", "nada", "12", "sobra"],
        [2, "Momento uno", None, "1.1 Foro", -3, "Prenza", "Trimestral", None, None, None, None],
        [3, None, None, "2.1 Mesa", 4, "Planeación", "julio a octubre", None, None, None, None],
        ["x y z w", None, None, "Otra", 0.5, "Nadie", "1/1/2031", None, None, None, None],
        [None, None, None, "12/08/2026", 1.5, "Nadie", "46000", None, None, None, None],
        [None, None, None, "Total", 99, None, None, None, None, None, None],
        ["* Nota de nadie"],
        ["Elaboró: Oficina"],
    ],
    "Meses": [
        ["Actividad", "Indicador", "Meta", "Marzo", "Total"],
        ["Taller", "Porcentaje de avance", 7, "x", 5],
        ["Charla", "Número", 2, "dos", 2],
        ["Charla", "Número", 1, 2, 2],
    ],
    "Métricas": [
        ["Actividad", "Indicador", "Mes", "Valor", "Fuente"],
        ["Taller", "Vistas", "Marzo", 12, "web"],
        ["Taller", "Vistas", "Marzo", 13, "web"],
        ["Taler", "Vistas", "Marzo", 1, "web"],
        ["Radio", "Vistas", "Pronto", 12, "web"],
        [None, "Vistas", "Marzo", "muchas", "web"],
    ],
    "Compromisos": [
        ["Código", "Instancia", "Mes", "Compromiso", "Responsable", "Fecha límite", "Estado"],
        ["C-1", "Mesa", "Julio", "Dar el acta", "Prensa", "31/08/2026", "Cumplido"],
        ["C-1", "Mesa", "Julio", "Dar el aval", "Prensa", None, "Volando"],
        ["C-2", "Mesa", "5/9/2026", "Dar el lote", "Prensa", "31/08/2026", "Aplazado"],
        ["C-3", "Mesa", "Julio", "Dar la vez", "Prensa", "31/08/2026", "Incumplido"],
    ],
}  # fmt: skip


def sources(*apps):
    for app in apps:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def marked(*apps):
    """The msgids of these apps, as gettext would collect them."""
    return {
        node.args[0].value
        for _path, tree in sources(*apps)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS
        if isinstance(node.args[0], ast.Constant)
    }


def name_of(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def has_letters(node):
    """Whether a piece of code writes words that no translation will find."""
    if isinstance(node, ast.Call) and name_of(node) in MARKS:
        return False
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        constants = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    elif isinstance(node, ast.Constant):
        constants = [node.value]
    else:
        return any(has_letters(part) for part in ast.iter_child_nodes(node)) if isinstance(node, ast.IfExp) else False
    return any(isinstance(text, str) and re.search(r"[^\W\d_]", re.sub(r"%\(\w+\)s", "", text)) for text in constants)


def test_no_sentence_is_built_where_no_translation_finds_it():
    built = [
        f"{path.name}:{call.lineno}"
        for path, tree in sources("matrices", "sheets")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and name_of(call) in SAYERS
        for argument in call.args
        if has_letters(argument)
    ]
    assert built == []


@pytest.fixture
def zz(settings, tmp_path):
    """An English in which every word of ours is zz, so that what stays is not translated."""
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for msgid in sorted(marked(*APPS)):
        kept = re.split(r"(%\(\w+\)[sd]|%%|«[^»]*»)", msgid)
        words = "".join(part if at % 2 else re.sub(r"[^\W\d_]+", "zz", part) for at, part in enumerate(kept))
        catalogue.append(polib.POEntry(msgid=msgid, msgstr=words))
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [str(tmp_path)]


def test_preview_with_many_faults_is_written_anew_in_the_language_of_who_opens_it(matrix, plan, zz):
    make_dependency(plan.entity, "Oficina de Prensa")
    found = matrix(FAULTS)
    result = load(found, plan=plan, by=None, propose=True, dry_run=True)
    journey = msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=Result)
    assert journey == result
    remarks = [*journey.errors, *journey.warnings, *journey.left_out, *journey.not_understood]
    assert len({remark.message.text for remark in remarks}) >= 40
    with override("en"):
        told = [re.sub("«[^»]*»", "", str(remark.message)) for remark in remarks]
        assert [words for words in told if SPANISH.search(words)] == []


def test_labels_and_changes_of_a_stored_result_are_written_when_they_are_shown(matrix, plan):
    def rows(target, dated):
        return matrix([["Actividad", "Meta", "Responsable", "Fecha"], ["Foro", target, "Todas las áreas", dated]])

    load(rows(2, "Octubre"), plan=plan, by=None, create_missing=True)
    result = load(rows("100%", "Octubre"), plan=plan, by=None, create_missing=True)
    activity, session = msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=Result).items
    kind = next(change for change in activity.changes if str(change.before) == "Cantidad")
    assert (str(session.label), str(kind.label)) == ("Foro · octubre de 2026", "Clase de meta")
    with override("en"):
        assert (str(session.label), str(kind.after)) == ("Foro · October 2026", "Percentage")


def test_matrix_is_the_same_after_a_journey(matrix):
    found = matrix(FAULTS)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Matrix) == found
    assert [str(remark.message) for remark in found.warnings][0].endswith(".")
    assert date(2026, 10, 31) in {when.on for row in found.activities for when in row.dates}
