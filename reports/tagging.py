"""Repairs the tags of the finished PDF where the engine leaves them incomplete.

The engine (WeasyPrint 70) tags each page's part of a table as a table, repeats its head as content, gives header
cells no scope and leaves running headers as untagged content. A screen reader stumbles on each; validators
see only some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

MARKED = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")
ARTIFACT = b"/Artifact\n<</Type /Pagination>>\nBDC"
PRINT_FLAG = 4  # the annotation is printed (ISO 32000-1, table 165)


def mend(pdf: bytes) -> bytes:
    """The PDF with its tags repaired. Deterministic: the same bytes in, the same bytes out."""
    with pikepdf.open(BytesIO(pdf)) as document:
        held, tables = set(), []
        for element, kind in walk(document.Root.StructTreeRoot.K[0]):
            held.add(element.objgen)
            if kind == Name.Table:
                tables.append(element)
        for head in join_tables(tables):
            held.difference_update(element.objgen for element, _ in walk(head))
        for table in tables:
            scope_heads(table)
        # In shorter documents checkers take a running line that is not on every page for untagged prose.
        if len(document.pages) > 5:
            set_running_text_apart(document, held)
        for page in document.pages:
            for annotation in page.get("/Annots", ()):
                annotation.F = int(annotation.get("/F", 0)) | PRINT_FLAG
        target = BytesIO()
        document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def walk(element: Dictionary) -> Iterator[tuple[Dictionary, Name]]:
    """The structure element and its descendants with their kinds; only "parents first" is certain of their order."""
    left = [(element, element.S)]
    while left:
        parent = left.pop()
        yield parent
        # Numbers are marked content on the page; what has no kind is a reference to an annotation.
        left += [(kid, kind) for kid in reversed(list(parent[0].K)) if type(kid) is not int and (kind := kid.get("/S"))]


def join_tables(tables: list[Dictionary]) -> Iterator[Dictionary]:
    """Joins the parts of a table that spans pages: a part with a head but no caption continues the one before.

    Removes the joined parts from `tables` (in reading order) and yields their repeated heads.
    """
    for table in tuple(tables):
        kinds = [kid.S for kid in table.K]
        if table is tables[0] or Name.Caption in kinds or Name.THead not in kinds:
            whole = table
            continue
        for kid, kind in zip(list(table.K), kinds, strict=True):
            if kind == Name.TBody:
                kid.P = whole
                whole.K.append(kid)
            else:
                yield kid
        tables.remove(table)
        detach(table)


def detach(element: Dictionary) -> None:
    """Removes the element from its parent, and every ancestor that this leaves empty."""
    parent = element.P
    parent.K = Array([kid for kid in parent.K if type(kid) is int or kid.objgen != element.objgen])
    if not len(parent.K):
        detach(parent)


def scope_heads(table: Dictionary) -> None:
    """Gives header cells their scope: Column in THead, Row in the body."""
    cells = [
        (cell, cell.S == Name.TH, Name.THead == part.S)
        for part in table.K
        if Name.Caption != part.S
        for row in part.K
        for cell in row.K
    ]
    crowded = 2 * sum(is_head for _, is_head, _ in cells) > len(cells)
    for cell, is_head, on_top in cells:
        # The engine's own links from cells to heads count rows anew on each page: the scope replaces them.
        if not is_head:
            del cell.A["/Headers"]
            continue
        del cell["/ID"]
        if crowded and not on_top:
            cell.S = Name.TD  # a table of a row or two: with more heads than data it would read as broken
        else:
            cell.A.Scope = Name.Column if on_top else Name.Row


def set_running_text_apart(document: pikepdf.Pdf, held: set) -> None:
    """Marks untagged content as artifacts: headers, footers, page numbers, repeated heads (ISO 14289-1, 7.8)."""
    numbers = document.Root.StructTreeRoot.ParentTree.Nums
    owners_of = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    for page in document.pages:
        owners = owners_of[int(page.StructParents)]
        loose = {number for number, owner in enumerate(owners) if owner.objgen not in held}
        for number in loose:
            owners[number] = None
        page.Contents.write(
            MARKED.sub(
                lambda match, loose=loose: ARTIFACT if int(match[1]) in loose else match[0],
                page.Contents.read_bytes(),
            )
        )
