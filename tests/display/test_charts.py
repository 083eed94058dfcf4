from fractions import Fraction
from xml.etree import ElementTree

import pytest

from display import charts
from display.palette import Palette
from display.typeface import width

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = Palette()
LONG = (
    "Consejería para la articulación interinstitucional de los derechos de las víctimas, la paz y la reconciliación "
    * 2
)


def bar(**changes) -> charts.Bar:
    values = {
        "label": "Subsecretaría técnica",
        "share": Fraction(26, 27),
        "value": "96,3 %",
        "detail": "26 de 27",
        "state": charts.EXPLAINED,
    }
    return charts.Bar(**{**values, **changes})


def pair(label="jul", planned=36, executed=30) -> charts.Pair:
    return charts.Pair(label, planned, executed, f"{planned:,}".replace(",", "."), f"{executed:,}".replace(",", "."))


def drawn(kind: str) -> str:
    """One chart of each kind, with the longest labels that people write."""
    if kind == "ring":
        return charts.ring(Fraction(199, 206), "96,6 %", "1.199.206 de 1.206.199", title="96,6 %", colours=COLOURS)
    if kind == "bars":
        states = [(charts.COMPLETE, "Completo"), (charts.MISSING, "Sin ejecutar"), (charts.NOTHING, LONG[:90])]
        items = [bar(label=LONG, marks="a, b"), bar(label="Sinespacios" * 30), bar(detail="1.234 de 12.345"), bar()]
        return charts.bars(items, title="Por bloque", colours=COLOURS, legend=states)
    if kind == "months":
        items = [pair("ene\n2026" if n == 0 else "septiembre", 1_234_567, 1_234_000 + n) for n in range(12)]
        return charts.month_columns(items, title="Por mes", colours=COLOURS, legend=[(charts.PLANNED, "Programados")])
    if kind == "people":
        items = [charts.Column("noviembre\n2026", 12_000 + n, "12.000.000") for n in range(12)]
        return charts.columns(items, title="Personas", colours=COLOURS, length=228)
    return charts.units(206, Fraction(199), title="199 de 206")


KINDS = ["ring", "bars", "months", "people", "units"]


@pytest.mark.parametrize("kind", KINDS)
def test_chart_says_its_message_first_and_needs_no_style(kind):
    root = ElementTree.fromstring(drawn(kind))
    assert root[0].tag == f"{SVG}title"
    assert root[0].text
    for element in root.iter():
        assert element.tag not in (f"{SVG}style", f"{SVG}script")
        assert not {"style", "class", "id", "href"} & element.attrib.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_label_is_whole_inside_the_drawing(kind):
    root = ElementTree.fromstring(drawn(kind))
    _, _, wide, high = (float(value) for value in root.get("viewBox").split())
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size"))
        length = width(text.text, size, int(text.get("font-weight")))
        left = float(text.get("x")) - (length / 2 if text.get("text-anchor") == "middle" else 0)
        assert left >= -0.5, text.text
        assert left + length <= wide + 0.5, text.text
        assert size <= float(text.get("y")) + size * 0.3, text.text
        assert float(text.get("y")) + size * 0.25 <= high + 0.5, text.text


def test_long_label_wraps_and_loses_no_word():
    root = ElementTree.fromstring(charts.bars([bar(label=LONG)], title="x", colours=COLOURS))
    lines = [text.text for text in root.iter(f"{SVG}text") if text.get("font-size") == "9.5"]
    assert len(lines) > 1
    assert " ".join(lines).split() == LONG.split()


def test_hatch_marks_what_is_missing_and_only_that():
    complete = charts.bars([bar(share=Fraction(1), state=charts.COMPLETE)], title="x", colours=COLOURS)
    short = charts.bars([bar()], title="x", colours=COLOURS)
    nothing = charts.bars([bar(share=None, state=charts.NOTHING)], title="x", colours=COLOURS)
    assert COLOURS.hatch not in complete
    assert COLOURS.hatch in short
    assert "stroke-dasharray" in nothing


def test_smallest_miss_is_still_seen():
    root = ElementTree.fromstring(charts.bars([bar(share=Fraction(9999, 10000))], title="x", colours=COLOURS))
    hollow, full = root.findall(f"{SVG}rect")
    assert float(hollow.get("width")) >= 1.9
    assert float(full.get("width")) < float(hollow.get("x")) + float(hollow.get("width"))


def test_bars_of_several_charts_have_one_length():
    wide, narrow = bar(share=Fraction(1), detail="1.152 de 1.154"), bar(share=Fraction(1), detail="1 de 1")
    apart = [charts.bars([one], title="x", colours=COLOURS, alike=[wide, narrow]) for one in (wide, narrow)]
    lengths = {ElementTree.fromstring(drawing).find(f"{SVG}rect").get("width") for drawing in apart}
    assert len(lengths) == 1


def test_state_has_a_sign_of_its_own():
    drawings = {
        state: charts.sign(state, 0, 0, 8, "#000000")
        for state in (charts.COMPLETE, charts.EXPLAINED, charts.UNEXPLAINED, charts.NOTHING)
    }
    assert len(set(drawings.values())) == 4


def test_words_of_people_are_escaped():
    drawing = charts.bars([bar(label="<script>alert(1)</script>")], title='"<&>"', colours=COLOURS)
    assert "<script>" not in drawing
    assert ElementTree.fromstring(drawing)[0].text == '"<&>"'


def test_units_are_full_hollow_or_half():
    root = ElementTree.fromstring(charts.units(4, Fraction(5, 2), title="2,5 de 4"))
    full = [rect for rect in root.iter(f"{SVG}rect") if rect.get("fill") == "#ffffff"]
    hollow = [rect for rect in root.iter(f"{SVG}rect") if rect.get("fill") == "none"]
    assert [rect.get("width") for rect in full] == ["9", "9", "4.5"]
    assert len(hollow) == 2


def test_ring_without_anything_planned_is_dotted():
    drawing = charts.ring(None, "no aplica", "sin espacios programados", title="x", colours=COLOURS)
    assert "stroke-dasharray" in drawing
    assert "no aplica" in drawing


@pytest.mark.parametrize("draw", [charts.bars, charts.month_columns, charts.columns])
def test_chart_of_nothing_is_still_a_drawing(draw):
    assert ElementTree.fromstring(draw([], title="Nada", colours=COLOURS))[0].text == "Nada"
