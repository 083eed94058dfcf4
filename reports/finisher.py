"""Finishes the PDF that the engine leaves: its tags say what the page shows.

The engine (WeasyPrint 70) tags each page's part of a section or of a table as one of its own, repeats heads as content,
puts a heading inside a heading, knows neither contents nor notes, gives header cells no scope and links no name, and
leaves running heads as untagged content. A screen reader stumbles on each; validators see only some.

The tags are mended in the engine's own objects (pydyf), before they are written; qpdf then writes them small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from io import BytesIO

import pikepdf
import pydyf
from django.utils.html import strip_tags

PRINT_FLAG = 4  # the annotation is printed (ISO 32000-1, table 165)
OPENING = ("H1", "H2")  # what a section of ours begins with
HEADINGS = ("H1", "H2", "H3", "H4")
# Places inside our documents: of a note, and of the mark that leads to it.
NOTE, MARK = "nota-", "llamada-"

_LINK = re.compile(r"<a\s([^>]*)>(.*?)</a>", re.DOTALL)
_ATTRIBUTE = re.compile(r'\b(href|title)="([^"]*)"')


class Element:
    """A structure element while it is mended: `kids` are elements, numbers of marked content and links (OBJR)."""

    __slots__ = ("kids", "kind", "parent", "stored")

    def __init__(self, stored: pydyf.Dictionary, kind: str, parent: Element | None):
        self.stored, self.kind, self.parent, self.kids = stored, kind, parent, []

    @property
    def elements(self) -> list[Element]:
        return [kid for kid in self.kids if type(kid) is Element]

    def adopt(self, element: Element) -> None:
        element.parent = self
        self.kids.append(element)


def finish(pdf: pydyf.PDF, html: str) -> None:
    """Repairs the tags of what the engine is about to write, links named as in its `html`."""
    root = read(pdf)
    join_sections(root)
    prune(root)
    found: dict[str, list[Element]] = {}
    for element in walk(root):
        found.setdefault(element.kind, []).append(element)
    tables = join_tables(found.get("Table", []))
    for table in tables:
        scope_heads(table)
        set_apart(pdf, table)
    for kind in HEADINGS:
        flatten(found.get(kind, []))
    for link in found.get("Link", []):
        name_note(pdf, link)
    for item in found.get("LI", []):
        embody(pdf, item)
    for one in found.get("L", []):
        name_contents(pdf, one)
    set_running_text_apart(pdf, held=put_back(root))
    finish_annotations(pdf, link_names(html))
    say_accessible(pdf)


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


def say_accessible(pdf: pydyf.PDF) -> None:
    metadata = at(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>") for part in metadata.stream]


def compressed(content: bytes) -> bytes:
    """The same file, small. The same bytes in, the same bytes out."""
    with pikepdf.open(BytesIO(content)) as document:
        return written(document)


def written(document: pikepdf.Pdf) -> bytes:
    """The bytes of the file. The line end after a stream whose last byte is a carriage return is one too: a line feed
    there would be read as the second half of a single end of line, and the stream as a byte too long (ISO 19005-3,
    6.1.7.1), by chance in one of 256 streams."""
    target = BytesIO()
    document.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue().replace(b"\r\nendstream", b"\r\rendstream")


def at(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    """The object that "12 0 R" names."""
    return pdf.objects[int(reference.partition(b" ")[0])]


def read(pdf: pydyf.PDF) -> Element:
    """The tree of tags under its document."""
    tree = at(pdf, pdf.catalog["StructTreeRoot"])
    stored = at(pdf, tree["K"][0])
    root = Element(stored, stored["S"][1:], None)
    left = [root]
    while left:
        parent = left.pop()
        for kid in parent.stored["K"]:
            if type(kid) is int:
                parent.kids.append(kid)
                continue
            stored = at(pdf, kid)
            if kind := stored.get("S"):
                element = Element(stored, kind[1:], parent)
                parent.kids.append(element)
                left.append(element)
            else:
                parent.kids.append(stored)
    return root


def put_back(root: Element) -> set[bytes]:
    """Writes the tree over what the engine stored; returns the references of its elements."""
    held = set()
    for element in walk(root):
        stored, reference = element.stored, element.stored.reference
        held.add(reference)
        stored["S"] = "/" + element.kind
        kids = []
        for kid in element.kids:
            if type(kid) is Element:
                kid.stored["P"] = reference
                kid = kid.stored
            kids.append(kid if type(kid) is int else kid.reference)
        stored["K"] = pydyf.Array(kids)
    return held


def walk(element: Element) -> Iterator[Element]:
    """The element and its descendants, in reading order."""
    left = [element]
    while left:
        parent = left.pop()
        yield parent
        left += reversed(parent.elements)


def join_sections(root: Element) -> None:
    """Makes one of the parts of a section that spans pages: a part without a title continues the one before."""
    sections: list[Element] = []
    for element in root.elements:
        if sections and element.kind == "Sect" and not begins_with_title(element):
            for kid in element.elements:
                sections[-1].adopt(kid)
        else:
            sections.append(element)
    root.kids = sections


def begins_with_title(section: Element) -> bool:
    """Whether a heading is what its first element begins with."""
    inside = section.elements
    while inside:
        if inside[0].kind in OPENING:
            return True
        inside = inside[0].elements
    return False


def prune(element: Element) -> None:
    """Takes away what holds nothing, such as the bar beside a figure, and the columns of a list."""
    kept = []
    for kid in element.kids:
        if type(kid) is Element:
            prune(kid)
            if not kid.kids and kid.kind in ("Span", "NonStruct"):
                continue
        kept.append(kid)
    element.kids = kept
    inside = element.elements
    if element.kind == "L" and inside and all(kid.kind == "L" for kid in inside):
        element.kids = []
        for column in inside:
            for kid in column.elements:
                element.adopt(kid)


def join_tables(tables: list[Element]) -> list[Element]:
    """Makes one of the parts of a table that spans pages: every table of ours has a caption, and a later part none.

    Takes tables in reading order and returns those that are left. The heads that later parts repeat go.
    """
    left: list[Element] = []
    page = None
    for table in tables:
        kinds = [part.kind for part in table.elements]
        if not left or "Caption" in kinds or "THead" not in kinds or table.stored["Pg"] == page:
            left.append(table)
        else:
            for part in table.elements:
                if part.kind == "TBody":
                    left[-1].adopt(part)
            detach(table)
        page = table.stored["Pg"]
    return left


def detach(element: Element) -> None:
    """Removes the element from its parent, and every ancestor that this leaves empty."""
    parent = element.parent
    parent.kids = [kid for kid in parent.kids if kid is not element]
    if not parent.kids:
        detach(parent)


def scope_heads(table: Element) -> None:
    """Gives header cells their scope: Column in THead, Row in the body."""
    rows = [(row, part.kind == "THead") for part in table.elements if part.kind != "Caption" for row in part.elements]
    # A row of the body that is all heads names the rows under it: readers take it for text.
    mixed = {row for row, on_top in rows if on_top or any(cell.kind != "TH" for cell in row.elements)}
    cells = [(cell, on_top, row in mixed) for row, on_top in rows for cell in row.elements]
    crowded = 2 * sum(cell.kind == "TH" for cell, _on_top, _is_mixed in cells) > len(cells)
    for cell, on_top, is_mixed in cells:
        # The engine's own links from cells to heads count rows anew on each page: the scope replaces them.
        if cell.kind != "TH":
            cell.stored["A"].pop("Headers", None)
            continue
        cell.stored.pop("ID", None)
        if (crowded and not on_top) or not is_mixed:
            cell.kind = "TD"  # a table of a row or two: with more heads than data it would read as broken
        else:
            cell.stored["A"]["Scope"] = "/Column" if on_top else "/Row"


def set_apart(pdf: pydyf.PDF, table: Element) -> None:
    """Gives the table a Div when another follows it at once, or readers would take both for one."""
    parent, siblings = table.parent, table.parent.elements
    following = siblings[siblings.index(table) + 1 :]
    if not following or following[0].kind != "Table":
        return
    stored = pydyf.Dictionary({"Type": "/StructElem", "P": parent.stored.reference, "Pg": table.stored["Pg"]})
    pdf.add_object(stored)
    around = Element(stored, "Div", parent)
    parent.kids = [around if kid is table else kid for kid in parent.kids]
    around.adopt(table)


def embody(pdf: pydyf.PDF, item: Element) -> None:
    """What an item of a list holds besides its sign and its words, such as a quote, goes into its body."""
    loose = [kid for kid in item.elements if kid.kind not in ("Lbl", "LBody")]
    if not loose:
        return
    body = next((kid for kid in item.elements if kid.kind == "LBody"), None)
    if body is None:
        stored = pydyf.Dictionary({"Type": "/StructElem", "P": item.stored.reference, "Pg": item.stored["Pg"]})
        pdf.add_object(stored)
        body = Element(stored, "LBody", item)
        item.kids.append(body)
    item.kids = [kid for kid in item.kids if kid not in loose]
    for kid in loose:
        body.adopt(kid)


def flatten(headings: list[Element]) -> None:
    """A heading inside a heading, made for its number or for a line of its own, is part of it."""
    for heading in headings:
        for inner in list(walk(heading))[1:]:
            if inner.kind in HEADINGS:
                inner.kind = "Span"


def name_note(pdf: pydyf.PDF, link: Element) -> None:
    """The mark of a note is a Reference, and what its letter leads back from is a Note."""
    place = place_of(pdf, link)
    if place.startswith(NOTE):
        if link.parent.kind in ("NonStruct", "Span"):
            link.parent.kind = "Reference"
    elif place.startswith(MARK):
        note = link.parent
        while note.kind not in ("P", "LI", "Note"):
            note = note.parent
        note.kind, note.stored["ID"] = "Note", pydyf.String(NOTE + place.removeprefix(MARK))


def name_contents(pdf: pydyf.PDF, one: Element) -> None:
    """A list of nothing but links to sections is the contents."""
    items = [item for item in one.elements if item.kind == "LI"]
    places = [[place_of(pdf, each) for each in walk(item) if each.kind == "Link"] for item in items]
    if not items or not all(len(found) == 1 and found[0] and not found[0].startswith(MARK) for found in places):
        return
    one.kind = "TOC"
    for item in items:
        item.kind = "TOCI"
        for body in item.elements:
            if body.kind == "LBody":
                body.kind = "Reference"


def place_of(pdf: pydyf.PDF, link: Element) -> str:
    """Where in the document the link leads; "" when it leaves it."""
    for kid in link.kids:
        if isinstance(kid, pydyf.Dictionary):
            place = at(pdf, kid["Obj"]).get("Dest")
            return place.string if place else ""
    return ""


def link_names(html: str) -> dict[str, str]:
    """The name of each link by what it leads to: its title, else its words."""
    names = {}
    for written, inside in _LINK.findall(html):
        attributes = dict(_ATTRIBUTE.findall(written))
        name = attributes.get("title") or strip_tags(inside)
        names.setdefault(unescape(attributes.get("href", "")).removeprefix("#"), " ".join(unescape(name).split()))
    return names


def finish_annotations(pdf: pydyf.PDF, names: Mapping[str, str]) -> None:
    for each in pdf.objects:
        if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/Annot":
            each["F"] = each.get("F", 0) | PRINT_FLAG
            if "Contents" in each and (name := names.get(each["Contents"].string)):
                each["Contents"] = pydyf.String(name)


def set_running_text_apart(pdf: pydyf.PDF, held: set[bytes]) -> None:
    """Marks untagged content as artifacts: headers, footers, page numbers, repeated heads (ISO 14289-1, 7.8).

    `held`: the references of the elements that the tree still has.
    """
    artifact = pydyf.Dictionary({"Type": "/Pagination"})
    numbers = at(pdf, at(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])["Nums"]
    owners_of = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for reference in pdf.page_references:
        page = at(pdf, reference)
        owners = owners_of[page["StructParents"]]
        loose = {number for number, owner in enumerate(owners) if owner not in held}
        for number in loose:
            owners[number] = "null"
        drawn = at(pdf, page["Contents"]).stream
        for place, part in enumerate(drawn):
            if type(part) is pydyf.Dictionary and part.get("MCID") in loose:
                drawn[place - 1 : place + 1] = "/Artifact", artifact
