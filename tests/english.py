"""Is there Spanish left in an English page? What people wrote, or a file brought, is theirs and stays as it is."""

import io
import re
import unicodedata

import openpyxl
from django.apps import apps
from django.db import models

# Words that no English sentence of ours has. Those that both languages write alike (no, a, he, me…) are left out.
FUNCTION_WORDS = frozenset(
    "el los las del al un una unos unas y o que qué se su sus lo le les con por para sin sobre entre desde hasta esta "
    "este esto estas estos está están son fue ser hay más menos muy cada todo toda todos todas otro otra ya aún solo "
    "sí cuando cuándo donde dónde cómo quien quién cual cuál si porque pero también nada nadie ningún ninguna usted "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes jueves "
    "viernes sábado domingo hoy hace días mes año años hoja fila celda columna falta faltan escriba diga elija revise "
    "suba guarde vuelva deje quite puede plan_de en de la es".split()
)
ENDINGS = re.compile(r"\w+(?:ción|ciones|miento|mientos|dad|dades|ará|arán)|\w*ñ\w*")
WORD = re.compile(r"[^\W\d_]+")
SHORTEST_RUN = 3  # words in a row that the data also have: fewer may be chance

# Visible texts, and those that a screen reader says.
TEXTS = """() => {
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest('script, style, noscript, [lang^=es], [name=time_zone]')) continue;
    if (node.textContent.trim()) seen.push(node.textContent);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    if (!element.closest('[lang^=es]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        if (element.getAttribute(name)) seen.push(element.getAttribute(name));
  seen.push(document.title);
  return seen;
}"""


def words_of(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text).lower())


class Data:
    """Everything that people wrote: the texts of the database, and of the files that were brought."""

    def __init__(self, *files: bytes):
        texts = [text for content in files for text in cells(content)]
        for model in apps.get_models():
            names = [
                field.name
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField) and not field.choices
            ]
            texts += [str(value) for row in model._default_manager.values_list(*names) for value in row if value]
            frozen = [field.name for field in model._meta.concrete_fields if isinstance(field, models.JSONField)]
            for row in model._default_manager.values_list(*frozen) if frozen else ():
                texts += strings_in(row)
        self.whole = {words for text in texts if (words := " ".join(words_of(text)))}
        self.runs = f" {' | '.join(self.whole)} "

    def without(self, text: str) -> list[str]:
        """The words of a text that are not the data's: whole texts of theirs go, and long runs of their words."""
        words, left, at = words_of(text), [], 0
        if " ".join(words) in self.whole or (len(words) > 1 and f" {' '.join(words)} " in self.runs):
            return []
        while at < len(words):
            end = at
            while end < len(words) and f" {' '.join(words[at : end + 1])} " in self.runs:
                end += 1
            if end - at >= SHORTEST_RUN or " ".join(words[at:end]) in self.whole:
                at = end
            else:
                left.append(words[at])
                at += 1
        return left


def strings_in(value: object) -> list[str]:
    """Those of a value of JSON, however deep."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in strings_in(one)]


def cells(content: bytes) -> list[str]:
    if not content.startswith(b"PK"):
        return re.split(r"[;\n]", content.decode())
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
    return [sheet.title for sheet in book] + [str(value) for row in rows for value in row if value is not None]


def spanish_in(texts: list[str], data: Data) -> list[str]:
    """The texts that hold a Spanish word of ours; quotes hold quotations, O4 a cell, O a column, 94de f741… a hash."""
    found = []
    for text in texts:
        # The way back, as its readers call it; a column.
        if text.strip() == "Español" or re.fullmatch(r"[A-Z]{1,2}", text.strip()):
            continue
        own = data.without(re.sub(r"«[^»]*»|“[^”]*”|\b[A-Z]{1,3}\d+\b|(?:[0-9a-f]{4}\s?){4,}", " ", text))
        if any(word in FUNCTION_WORDS or ENDINGS.fullmatch(word) for word in own):
            found.append(" ".join(text.split()))
    return found
