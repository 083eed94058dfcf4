"""Finishes the PDF that the engine leaves: its tags say what the page shows.

The engine (WeasyPrint 70) tags each page's part of a section or of a table as one of its own, repeats heads as content,
puts a heading inside a heading, knows neither contents nor notes, gives header cells no scope and links no name, and
leaves running heads as untagged content. A screen reader stumbles on each; validators see only some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from io import BytesIO

import pikepdf
from django.utils.html import strip_tags
from pikepdf import Array, Dictionary, Name, String

MARKED = re.compile(rb"/\w+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")
ARTIFACT = b"/Artifact\n<</Type /Pagination>>\nBDC"
PRINT_FLAG = 4  # the annotation is printed (ISO 32000-1, table 165)
OPENING = (Name.H1, Name.H2)  # what a section of ours begins with
HEADINGS = (Name.H1, Name.H2, Name.H3)
# Places inside our documents: of a note, and of the mark that leads to it.
NOTE, MARK = "nota-", "llamada-"

_LINK = re.compile(r"<a\s([^>]*)>(.*?)</a>", re.DOTALL)
_ATTRIBUTE = re.compile(r'\b(href|title)="([^"]*)"')


def finish(pdf: bytes, html: str = "") -> bytes:
    """The PDF with its tags repaired, links named as in its `html`. The same bytes in, the same bytes out."""
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root.StructTreeRoot.K[0]
        join_sections(root)
        prune(root)
        held, found = set(), {}
        for element, kind in walk(root):
            held.add(element.objgen)
            found.setdefault(str(kind), []).append(element)
        tables = found.get("/Table", [])
        for head in join_tables(tables):
            held.difference_update(element.objgen for element, _ in walk(head))
        for table in tables:
            scope_heads(table)
            set_apart(document, table)
        for kind in HEADINGS:
            flatten(found.get(str(kind), []))
        for link in found.get("/Link", []):
            name_note(link)
        for one in found.get("/L", []):
            name_contents(one)
        set_running_text_apart(document, held)
        finish_annotations(document, link_names(html))
        say_accessible(document)
        return written(document)


# The engine writes PDF/A; that it is PDF/UA too stands in a schema that PDF/A wants described (ISO 19005-3, 6.6.2.3).
PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file meets</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>"""


def say_accessible(document: pikepdf.Pdf) -> None:
    metadata = document.Root.Metadata
    metadata.write(metadata.read_bytes().replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>"))


def written(document: pikepdf.Pdf) -> bytes:
    """The bytes of the file. The line end after a stream whose last byte is a carriage return is one too: a line feed
    there would be read as the second half of a single end of line, and the stream as a byte too long (ISO 19005-3,
    6.1.7.1), by chance in one of 256 streams."""
    target = BytesIO()
    document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue().replace(b"\r\nendstream", b"\r\rendstream")


def kids(element: Dictionary) -> list[tuple[Dictionary, Name]]:
    """Its structure elements with their kinds: numbers are content of the page, what has no kind is an annotation."""
    return [(kid, kind) for kid in element.K if type(kid) is not int and (kind := kid.get("/S"))]


def walk(element: Dictionary) -> Iterator[tuple[Dictionary, Name]]:
    """The structure element and its descendants with their kinds, in reading order."""
    left = [(element, element.S)]
    while left:
        parent = left.pop()
        yield parent
        left += reversed(kids(parent[0]))


def adopt(parent: Dictionary, element: Dictionary) -> None:
    element.P = parent
    parent.K.append(element)


def join_sections(root: Dictionary) -> None:
    """Makes one of the parts of a section that spans pages: a part without a title continues the one before."""
    sections = []
    for element, kind in kids(root):
        if sections and kind == Name.Sect and not begins_with_title(element):
            for kid, _kind in kids(element):
                adopt(sections[-1], kid)
        else:
            sections.append(element)
    root.K = Array(sections)


def begins_with_title(section: Dictionary) -> bool:
    """Whether a heading is what its first element begins with."""
    inside = kids(section)
    while inside:
        first, kind = inside[0]
        if kind in OPENING:
            return True
        inside = kids(first)
    return False


def prune(element: Dictionary) -> None:
    """Takes away what holds nothing, such as the bar beside a figure, and the columns of a list."""
    inside, empty = [], set()
    for kid, kind in kids(element):
        prune(kid)
        if kind in (Name.Span, Name.NonStruct) and not len(kid.K):
            empty.add(kid.objgen)
        else:
            inside.append((kid, kind))
    if empty:
        element.K = Array([each for each in element.K if type(each) is int or each.objgen not in empty])
    if inside and all(kind == Name.L for _kid, kind in inside) and element.S == Name.L:
        element.K = Array()
        for column, _kind in inside:
            for kid, _kind in kids(column):
                adopt(element, kid)


def join_tables(tables: list[Dictionary]) -> Iterator[Dictionary]:
    """Makes one of the parts of a table that spans pages: every table of ours has a caption, and a later part none.

    Removes the joined parts from `tables` (in reading order) and yields their repeated heads.
    """
    whole = page = None
    for table in tuple(tables):
        parts = kids(table)
        kinds = [kind for _kid, kind in parts]
        if whole is None or Name.Caption in kinds or Name.THead not in kinds or table.Pg.objgen == page:
            whole, page = table, table.Pg.objgen
            continue
        for kid, kind in parts:
            if kind == Name.TBody:
                adopt(whole, kid)
            else:
                yield kid
        page = table.Pg.objgen
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
    rows = [(row, Name.THead == part.S) for part in table.K if Name.Caption != part.S for row in part.K]
    cells = [
        # A row of the body that is all heads names the rows under it: readers take it for text.
        (cell, cell.S == Name.TH, on_top, on_top or any(each.S != Name.TH for each in row.K))
        for row, on_top in rows
        for cell in row.K
    ]
    crowded = 2 * sum(is_head for _, is_head, _, _ in cells) > len(cells)
    for cell, is_head, on_top, is_mixed in cells:
        # The engine's own links from cells to heads count rows anew on each page: the scope replaces them.
        if not is_head:
            del cell.A["/Headers"]
            continue
        del cell["/ID"]
        if (crowded and not on_top) or not is_mixed:
            cell.S = Name.TD  # a table of a row or two: with more heads than data it would read as broken
        else:
            cell.A.Scope = Name.Column if on_top else Name.Row


def set_apart(document: pikepdf.Pdf, table: Dictionary) -> None:
    """Gives the table a Div when another follows it at once, or readers would take both for one."""
    parent, siblings = table.P, kids(table.P)
    at = next(at for at, (kid, _kind) in enumerate(siblings) if kid.objgen == table.objgen)
    if at + 1 == len(siblings) or siblings[at + 1][1] != Name.Table:
        return
    around = document.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Div, P=parent, Pg=table.Pg, K=Array([table]))
    )
    parent.K = Array([around if type(kid) is not int and kid.objgen == table.objgen else kid for kid in parent.K])
    table.P = around


def flatten(headings: list[Dictionary]) -> None:
    """A heading inside a heading, made for its number or for a line of its own, is part of it."""
    for heading in headings:
        for inner, kind in list(walk(heading))[1:]:
            if kind in HEADINGS:
                inner.S = Name.Span


def name_note(link: Dictionary) -> None:
    """The mark of a note is a Reference, and what its letter leads back from is a Note."""
    place = place_of(link)
    if place.startswith(NOTE):
        if link.P.S in (Name.NonStruct, Name.Span):
            link.P.S = Name.Reference
    elif place.startswith(MARK):
        note = link.P
        while note.S not in (Name.P, Name.LI, Name.Note):
            note = note.P
        note.S, note.ID = Name.Note, String(NOTE + place.removeprefix(MARK))


def name_contents(one: Dictionary) -> None:
    """A list of nothing but links to sections is the contents."""
    items = [item for item, kind in kids(one) if kind == Name.LI]
    places = [[place_of(each) for each, kind in walk(item) if kind == Name.Link] for item in items]
    if not items or not all(len(found) == 1 and found[0] and not found[0].startswith(MARK) for found in places):
        return
    one.S = Name.TOC
    for item in items:
        item.S = Name.TOCI
        for body, kind in kids(item):
            if kind == Name.LBody:
                body.S = Name.Reference


def place_of(link: Dictionary) -> str:
    """Where in the document the link leads; "" when it leaves it."""
    annotations = (kid.Obj for kid in link.K if type(kid) is not int and kid.get("/Type") == Name.OBJR)
    return next((str(annotation.get("/Dest", "")) for annotation in annotations), "")


def link_names(html: str) -> dict[str, str]:
    """The name of each link by what it leads to: its title, else its words."""
    names = {}
    for written, inside in _LINK.findall(html):
        attributes = dict(_ATTRIBUTE.findall(written))
        name = attributes.get("title") or strip_tags(inside)
        names.setdefault(unescape(attributes.get("href", "")).removeprefix("#"), " ".join(unescape(name).split()))
    return names


def finish_annotations(document: pikepdf.Pdf, names: Mapping[str, str]) -> None:
    for page in document.pages:
        for annotation in page.get("/Annots", ()):
            annotation.F = int(annotation.get("/F", 0)) | PRINT_FLAG
            if name := names.get(str(annotation.get("/Contents", ""))):
                annotation.Contents = String(name)


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
