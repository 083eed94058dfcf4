"""Texts with light marks, as people type them: headings, lists, bold, quotes, links and simple tables (docs/adr/0025).

What is stored is the text with its marks. Its HTML is made anew each time: by a Markdown library that takes no HTML,
and then kept to the few tags named here, so that neither alone is trusted.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a"),
    *("h2", "h3", "h4", "h5", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"scope"}}
SCHEMES = {"http", "https", "mailto", "tel"}
LEVELS = 2  # of headings under that of a chapter: more are one with the second
DEEPEST = 16  # tags inside tags
MOST_COLUMNS = 12  # of a table that a page can hold

# As word processors write the items of a list when only their text is taken along.
_BULLET = re.compile(r"^([ \t]*)(?:[•·●▪■◦‣∙]|o(?=\t)|[–—](?=[ \t]))[ \t]*(?=\S)", re.MULTILINE)
_SPACES = re.compile(r"^[ \t]{2,}(?=\S)", re.MULTILINE)
_LIST_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")


# Heads alone have no rows to head: no table.
_HEADS_ALONE = re.compile(r"<table>\s*<thead>((?:(?!</thead>).)*)</thead>\s*</table>", re.DOTALL)


def _markdown() -> MarkdownIt:
    """CommonMark and tables, without what no chapter needs: code, pictures, HTML, links defined elsewhere."""
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST})
    reader.enable("table").disable(["code", "fence", "html_block", "reference", "lheading", "hr"])
    reader.disable(["backticks", "image", "html_inline", "entity"])
    reader.validateLink = lambda address: address.split(":")[0].lower().strip() in SCHEMES and ":" in address
    return reader


_READER = _markdown()
_PLAIN = MarkdownIt("zero", {"html": False, "breaks": True}).enable("newline")


@lru_cache(maxsize=256)
def to_html(text: str, heading: int = 3, caption: str = "") -> SafeString:
    """Safe whatever is in it. `heading`: the level of its first headings, which never skip one. `caption`: of its
    tables, on paper where each has one."""
    tokens = _tokens(text)
    _level(tokens, heading)
    _tighten(tokens)
    for token in tokens:
        if token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "td_open":
            token.attrs = {}
    html = _READER.renderer.render(tokens, _READER.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener")
    clean = _HEADS_ALONE.sub(_in_a_line, clean)
    if caption:
        clean = clean.replace("<table>", f"<table><caption>{escape(caption)}</caption>")
    return mark_safe(clean.strip())


def _in_a_line(heads: re.Match) -> str:
    return f"<p>{' · '.join(re.findall(r'<th[^>]*>(.*?)</th>', heads[1], re.DOTALL))}</p>"


def to_plain(text: str) -> str:
    """Its words without marks: a line a paragraph, item or row."""
    lines, depth, item = [], [], ""
    for token in _tokens(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth.append(int(token.attrGet("start") or 1) if token.tag == "ol" else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth.pop()
        elif token.type == "list_item_open":
            item = f"{depth[-1]}. " if depth[-1] else "• "
            depth[-1] += bool(depth[-1])
        elif token.type == "inline":
            lines.append(item + _words(token))
            item = ""
    return "\n".join(lines)


def _tokens(text: str) -> list[Token]:
    """Of a text whose marks no page could hold, its lines as they stand: the reader would drop what is too deep."""
    tokens, columns = _READER.parse(_normal(text)), 0
    for token in tokens:
        columns = 0 if token.type == "tr_open" else columns + (token.type in ("th_open", "td_open"))
        if token.level >= DEEPEST - 1 or columns > MOST_COLUMNS:
            return _PLAIN.parse(_normal(text))
    return tokens


def _words(inline: Token) -> str:
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in inline.children or ()
    )


def _normal(text: str) -> str:
    """What was pasted as text, as the marks that it meant."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _BULLET.sub(r"\1- ", text)
    # An indented line that is no item of a list is a paragraph of a word processor, not a part of the item above.
    return "\n".join(line if _LIST_ITEM.match(line) else _SPACES.sub("", line) for line in text.split("\n"))


def _tighten(tokens: list[Token]) -> None:
    """An item of a list is its words, whatever empty lines stand about it: its paragraphs part by line breaks."""
    items: list[bool] = []  # of those that are open: whether its first paragraph was met
    for token in tokens:
        if token.type == "list_item_open":
            items.append(False)
        elif token.type == "list_item_close":
            items.pop()
        elif items and token.type == "paragraph_close":
            token.hidden = True
        elif items and token.type == "paragraph_open":
            token.hidden = True
            if items[-1]:
                token.type, token.hidden = "hardbreak", False
            items[-1] = True


def _level(tokens: list[Token], first: int) -> None:
    """Headings in the levels that the text uses, from `first` down without a gap."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    before = 0
    for token in tokens:
        if token.type == "heading_open":
            before = min(used.index(token.tag) + 1, before + 1, LEVELS)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{first + before - 1}"
