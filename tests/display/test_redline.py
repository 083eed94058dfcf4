"""Two texts with what changed marked, word by word."""

import time

from display.redline import marked

LEFT = "<del><span class='visually-hidden'>quitado: </span>{}</del>"
CAME = "<ins><span class='visually-hidden'>agregado: </span>{}</ins>"


def test_words_that_changed_are_marked_on_their_side():
    before, after = marked("Mesa de juventud en marzo", "Mesa rural de juventud en abril")
    assert before == "Mesa de juventud en " + LEFT.format("marzo")
    assert after == "Mesa " + CAME.format("rural") + " de juventud en " + CAME.format("abril")


def test_one_side_empty_is_all_of_the_other():
    assert marked("", "Plaza") == ("", CAME.format("Plaza"))
    assert marked("Plaza", "") == (LEFT.format("Plaza"), "")


def test_texts_that_share_little_are_marked_whole():
    before, after = marked("Conocer con la gente de cada vereda qué falta", "Que la comunidad diga qué obra va primero")
    assert before == LEFT.format("Conocer con la gente de cada vereda qué falta")
    assert after == CAME.format("Que la comunidad diga qué obra va primero")


def test_what_is_typed_is_never_html():
    before, after = marked("<b>uno</b> & dos", "<b>uno</b> & <script>")
    assert before == "&lt;b&gt;uno&lt;/b&gt; &amp; " + LEFT.format("dos")
    assert after.endswith(CAME.format("&lt;script&gt;"))


def test_long_text_keeps_the_words_around_a_change_and_its_lines():
    same = " ".join(f"p{n}" for n in range(60))
    before, after = marked(f"Uno\n{same}\nviejo", f"Uno\n{same}\nnuevo")
    assert before.startswith("[…] p49 ") or "[…]" in before
    assert before.endswith("p59<br>" + LEFT.format("viejo"))
    assert after.endswith("p59<br>" + CAME.format("nuevo"))


def test_longest_chapter_takes_less_than_a_second():
    words = [f"palabra{n % 97}" for n in range(12_000)]
    start = time.perf_counter()
    before, after = marked(" ".join(words), " ".join(reversed(words)))
    assert time.perf_counter() - start < 1
    assert before.startswith("<del>") and after.startswith("<ins>")
