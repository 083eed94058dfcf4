"""The editor of chapters in a browser: what the buttons write, what is pasted, what is dragged."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.browser
WORD = """<html><body><b style="font-weight:normal"><h1>Objetivos</h1>
<p class=MsoNormal>Un <b>texto</b> con <span style="font-style:italic">estilo</span><o:p></o:p></p>
<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span>·&nbsp;&nbsp; </span>Primero</p>
<p class="MsoListParagraph" style="mso-list:l0 level2 lfo1">o&nbsp; Dentro</p>
<table><tr><td><p>Norma</p></td><td>Dice</td></tr><tr><td>Ley 1</td><td>=SUM(2)</td></tr></table>
<a href="javascript:alert(1)">malo</a> <a href="https://a.co">bueno</a><script>alert(1)</script></b></body></html>"""
AS_MARKS = """# Objetivos

Un **texto** con *estilo*

- Primero
  - Dentro

| Norma | Dice |
|---|---|
| Ley 1 | =SUM(2) |

malo [bueno](https://a.co)"""
PASTE = """(text, html) => {
  text.focus();
  const data = new DataTransfer();
  data.setData("text/html", html);
  text.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def address(plan, name, *args):
    return reverse(f"plans:chapter_{name}", args=[plan.entity.slug, plan.slug, *args])


def test_chapter_is_pasted_from_a_word_processor_marked_shown_and_saved(visit, violations, plan, planner):
    page = visit(address(plan, "create"), planner)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    text = page.locator("#id_body")

    text.evaluate(PASTE, WORD)
    assert text.input_value() == AS_MARKS

    text.press("Control+End")
    text.press_sequentially("\n\nfuerte")
    text.evaluate("text => text.setSelectionRange(text.value.length - 6, text.value.length)")
    page.get_by_role("button", name="Negrita").click()
    assert text.input_value().endswith("\n\n**fuerte**")
    page.get_by_role("button", name="Lista", exact=True).click()
    assert text.input_value().endswith("\n\n- **fuerte**")

    page.get_by_role("button", name="Ver cómo queda").click()
    page.locator("#preview li strong").wait_for()
    assert page.locator("#preview h3").inner_text() == "Objetivos"
    assert violations(page) == []

    page.get_by_label("Título").fill("Presentación")
    page.get_by_role("button", name="Guardar").click()
    page.get_by_text("quedó guardado").wait_for()
    assert plan.chapters.get().body == AS_MARKS + "\n\n- **fuerte**"
    assert complaints == []


def test_chapter_is_dragged_to_its_place(visit, plan, planner):
    for order, title in enumerate(("Primero", "Segundo", "Tercero")):
        plan.chapters.create(title=title, order=order)
    page = visit(address(plan, "list"), planner)
    rows = page.locator("ol.chapters > li")
    with page.expect_navigation():
        rows.nth(2).drag_to(rows.nth(0), target_position={"x": 60, "y": 4})
    assert page.locator(".chapter-title").all_inner_texts() == ["Tercero", "Primero", "Segundo"]
