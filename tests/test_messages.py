"""English is complete: every Spanish sentence of the code has its translation, compiled."""

import shutil
import string
import subprocess
import sys

import polib
import pytest
from django.conf import settings

CATALOGUE = "locale/en/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The catalogue as `make messages` would leave it, collected from a copy of the sources."""
    copy = tmp_path_factory.mktemp("sources") / "convite"
    leave = shutil.ignore_patterns(".*", "var", "static", "tests", "node_modules", "__pycache__")
    shutil.copytree(settings.BASE_DIR, copy, ignore=leave)
    command = [sys.executable, "manage.py", "makemessages", "--locale=en", "--no-location", "--no-obsolete"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return polib.pofile(str(copy / CATALOGUE))


def test_every_sentence_is_translated(collected):
    assert [entry.msgid for entry in collected if not entry.translated() or entry.fuzzy] == []


def test_compiled_catalogue_is_the_written_one(collected):
    def sentences(catalogue):
        return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in catalogue}

    compiled = polib.mofile(str(settings.BASE_DIR / CATALOGUE.replace(".po", ".mo")))
    assert sentences(compiled) == sentences(collected)


def test_translation_keeps_its_blanks(collected):
    """%(name)s and {name} mean the same on both sides, or the page fails only in English."""

    def blanks(text):
        named = {field for _, field, _, _ in string.Formatter().parse(text) if field} if "%" not in text else set()
        return named | {word.split(")")[0] for word in text.split("%(")[1:]}

    uneven = [
        entry.msgid
        for entry in collected
        for translation in ([entry.msgstr] if entry.msgstr else entry.msgstr_plural.values())
        if blanks(entry.msgid) != blanks(translation)
        and blanks(entry.msgid_plural or entry.msgid) != blanks(translation)
    ]
    assert uneven == []


def test_only_english_is_translated():
    """Spanish is the source; es_CO only writes months in lower case."""
    assert sorted(path.name for path in (settings.BASE_DIR / "locale").iterdir()) == ["en", "es_CO"]
