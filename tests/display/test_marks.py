"""Texts with marks: what they become, and that nothing in them gets out."""

import re
import time

import pytest

from display.marks import to_html, to_plain

TEXT = """# Uno
texto **fuerte** y *suave*
segunda línea

• uno
• dos

1) a
2) b

> ¿Para qué?

| Norma | Qué dice |
|---|--:|
| Ley 1757 | =SUM(A1) |

[sitio](https://a.co/x?y=1&z=2)
"""


def test_marks_become_html():
    assert to_html(TEXT).replace("\n", "") == (
        "<h3>Uno</h3><p>texto <strong>fuerte</strong> y <em>suave</em><br>segunda línea</p>"
        "<ul><li>uno</li><li>dos</li></ul><ol><li>a</li><li>b</li></ol><blockquote><p>¿Para qué?</p></blockquote>"
        '<table><thead><tr><th scope="col">Norma</th><th scope="col">Qué dice</th></tr></thead>'
        "<tbody><tr><td>Ley 1757</td><td>=SUM(A1)</td></tr></tbody></table>"
        '<p><a href="https://a.co/x?y=1&amp;z=2" rel="nofollow noopener">sitio</a></p>'
    )


def test_words_without_marks():
    assert to_plain(TEXT).split("\n") == [
        *("Uno", "texto fuerte y suave", "segunda línea", "• uno", "• dos", "1. a", "2. b", "¿Para qué?"),
        *("Norma", "Qué dice", "Ley 1757", "=SUM(A1)", "sitio"),
    ]


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("### a\n# b\n## c", ["3", "3", "4"]),
        ("## a\n#### b\n# c", ["3", "4", "3"]),
        ("# a\n## b\n### c", ["3", "4", "4"]),
    ],
)
def test_headings_skip_no_level(text, levels):
    assert re.findall(r"<h(\d)", to_html(text)) == levels


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x]( JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](//otro.example)",
        "<javascript:alert(1)>",
        '[x](https://a.co" onclick="alert(1))',
        "![x](https://a.co/b.png)",
        "<style>body{display:none}</style>",
        "<svg/onload=alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "`<b>`\n\n    <script>",
        "<!-- --><iframe src=https://a.co>",
    ],
)
def test_nothing_gets_out(text):
    html = to_html(text)
    tags = re.findall(r"<(/?\w+)([^>]*)>", html)
    assert {name.strip("/") for name, _rest in tags} <= {"p", "br", "a"}
    for name, rest in tags:
        assert rest == "" or re.fullmatch(r' href="https?://[^"<>]*" rel="nofollow noopener"', rest), (name, rest)
    assert "javascript:" not in " ".join(rest for _name, rest in tags)


@pytest.mark.parametrize(
    "text",
    ["> " * 60 + "hondo", "\n".join("  " * n + "- hondo" for n in range(40)), "- " * 50 + "hondo"],
)
def test_what_is_too_deep_stays_as_it_was_typed(text):
    assert "hondo" in to_html(text)
    assert to_html(text).count("<") < 200
    assert to_plain(text).count("hondo") == text.count("hondo")


def test_table_wider_than_a_page_stays_as_it_was_typed():
    wide = "|" + " a |" * 40 + "\n|" + "---|" * 40
    assert "<table" not in to_html(wide)
    assert to_plain(wide).count("a") == 40


@pytest.mark.parametrize(
    "text",
    ["*a_ " * 25_000, "[" * 100_000, ">" * 100_000, "|a" * 25_000 + "\n" + "|-" * 25_000, "_" * 100_000, "<" * 100_000],
)
def test_longest_chapter_takes_seconds(text):
    began = time.monotonic()
    to_html(text)
    assert time.monotonic() - began < 15


def test_items_of_a_list_with_empty_lines_between_are_no_paragraphs():
    assert to_html("- uno\n\n- dos\n  sigue").replace("\n", "") == "<ul><li>uno</li><li>dos<br>sigue</li></ul>"


def test_heads_alone_are_no_table():
    assert to_html("| a | **b** |\n|---|---|", 3, "Normas") == "<p>a · <strong>b</strong></p>"
