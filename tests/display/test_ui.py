"""The template pieces of every page."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from display import figures
from display.charts import Bar
from display.templatetags import ui

TEMPLATES = Path(settings.BASE_DIR, "templates")


class ActivityForm(forms.Form):
    name = forms.CharField(label="Nombre")
    level = forms.ChoiceField(label="Nivel", widget=forms.RadioSelect, choices=[("a", "Consulta"), ("b", "Control")])
    notes = forms.CharField(label="Notas", required=False)

    def clean(self):
        self.add_error(None, "La actividad ya existe.")


def render(source: str, **context) -> str:
    return Template("{% load ui i18n crispy_forms_tags %}" + source).render(Context(context)).strip()


def one_line(html: str) -> str:
    return re.sub(r"\s+", " ", html)


def test_icon_hidden_without_label():
    html = render('{% icon "lock" %}')
    assert 'aria-hidden="true"' in html
    assert 'focusable="false"' in html
    assert "aria-label" not in html


def test_icon_labelled_is_an_image():
    html = render('{% icon "lock" label="Cerrado" %}')
    assert 'role="img" aria-label="Cerrado"' in html
    assert "aria-hidden" not in html


def test_icon_unknown_says_what_to_do():
    with pytest.raises(TemplateSyntaxError, match="No existe el icono «unicornio».*tools/vendor.py"):
        render('{% icon "unicornio" %}')


def test_icon_names_in_templates_exist():
    named = {
        name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'{%\s*icon\s+"([\w-]+)"', path.read_text())
    }
    named |= {icon for _tone, icon in ui.LOOKS.values()} | set(ui.TONE_ICONS.values())
    assert {name for name in named if not (ui.ICON_DIR / f"{name}.svg").exists()} == set()


def test_state_known_has_its_look():
    assert ui.state_look("approved") == {"tone": "met", "icon": "check-circle"}
    assert ui.state_look("overdue") == {"tone": "late", "icon": "exclamation-triangle"}


def test_state_unknown_is_neutral():
    assert ui.state_look("otra cosa") == {"tone": "neutral", "icon": "circle"}


def test_state_tone_given_wins():
    assert ui.state_look("approved", tone="bad") == {"tone": "bad", "icon": "check-circle"}
    assert ui.state_look(tone="late") == {"tone": "late", "icon": "clock"}


def test_state_shows_icon_and_words():
    html = render('{% include "_components/state.html" with state="approved" label="Aprobado" only %}')
    assert 'class="state state-met"' in html
    assert "<svg" in html
    assert "Aprobado" in html


BARS = '{% include "_components/bars.html" with bars=bars at=at only %}'


def test_bars_say_their_state_with_sign_words_and_hatch():
    done = Bar("TIC", Fraction(1), "100,0 %", "7 de 7", "complete", url="/cifras/")
    short = Bar("Salud", Fraction(1, 3), "33,3 %", "2 de 6", "unexplained", marks="a, b", key="estrategia-2")
    html = one_line(render(BARS, bars=[done, short], at="/v1/cifras/"))
    assert '<a href="/cifras/">TIC</a>' in html
    assert '<a href="/v1/cifras/estrategia-2/">Salud</a> <sup>a, b</sup>' in html
    assert 'class="share-track share-unexplained"' in html and 'width="0.333"' in html
    assert "Faltó algo sin causa registrada o sin reporte:</span> <strong>33,3 %</strong> <span>2 de 6</span>" in html
    assert html.count('class="sign sign-unexplained"') == 2  # its own, and the legend's
    assert "Sin ejecutar" in html


def test_gap_of_one_in_a_thousand_stays_visible():
    html = render(BARS, bars=[Bar("TIC", Fraction(999, 1000), "99,9 %", "999 de 1.000", "explained")])
    assert 'width="0.995"' in html


def test_bar_of_what_nobody_reported_is_words():
    html = one_line(render(BARS, bars=[Bar("TIC", None, "Sin reporte: 3 espacios por hacer", "", "nothing")]))
    assert "share-track" not in html
    assert "<strong>Sin reporte: 3 espacios por hacer</strong>" in html


def test_error_items_in_order_with_targets():
    assert ui.error_items(ActivityForm({})) == [
        {"target": "", "label": "", "message": "La actividad ya existe."},
        {"target": "id_name", "label": "Nombre", "message": "Este campo es obligatorio."},
        {"target": "div_id_level", "label": "Nivel", "message": "Este campo es obligatorio."},
    ]


def test_no_template_says_twice_what_is_wrong_with_a_form():
    said = re.compile(r'include "_components/error_summary.html"(?: with form=([\w.]+))?')
    twice = {}
    for path in TEMPLATES.rglob("*.html"):
        html = path.read_text()
        drawn = re.findall(r"{{ ([\w.]+)\|crispy }}|{% crispy ([\w.]+)", html)
        both = {name or "form" for name in said.findall(html)} & {one or other for one, other in drawn}
        if both:
            twice[path.name] = both
    assert twice == {"filters.html": {"filters.form"}}  # one of the two, as the list asks


def test_crispy_form_lists_errors_once_and_its_targets_exist():
    html = render("{{ form|crispy }}", form=ActivityForm({}))
    assert html.count("data-error-summary") == 1
    assert html.count("La actividad ya existe.") == 1
    assert all(f'id="{target}"' in html for target in re.findall(r'href="#([^"]+)"', html))


def test_crispy_form_explains_required_marks_when_there_are_any():
    class OptionalForm(forms.Form):
        notes = forms.CharField(required=False)

    assert "son obligatorios" in render("{{ form|crispy }}", form=ActivityForm())
    assert "son obligatorios" not in render("{{ form|crispy }}", form=OptionalForm())
    assert "son obligatorios" not in render("{{ form|crispy }}", form=ActivityForm(prefix="form-0"))


def test_nav_item_marks_where_one_is():
    at = RequestFactory().get
    item = '{% nav_item "Ingresar" "account_login" %}'
    login = render(item, request=at("/"))
    url = re.search(r'href="([^"]+)"', login)[1]
    assert login == f'<li><a href="{url}">Ingresar</a></li>'
    assert 'aria-current="page"' in render(item, request=at(url))
    assert 'aria-current="true"' in render(item, request=at(url + "codigo/"))
    assert "aria-current" not in render(item.replace(" %}", " exact=True %}"), request=at(url + "codigo/"))


def test_group_of_navigation_is_a_menu_a_heading_or_the_link_that_it_holds():
    one = '{% nav_item "Ingresar" "account_login" %}'
    two = one + '{% nav_item "Salir" "account_logout" %}'
    group = '{{% nav_group "Cuenta" %}}{}{{% endnav_group %}}'
    login = re.search(r'href="([^"]+)"', render(one, request=RequestFactory().get("/")))[1]

    menu = render(group.format(two), request=RequestFactory().get(login))
    assert '<summary aria-current="true">Cuenta' in menu
    assert menu.count("<li>") == 2
    assert "aria-current" not in render(group.format(two), request=RequestFactory().get("/"))
    flat = render(group.format(two), request=RequestFactory().get("/"), flat=True)
    assert flat.startswith('<li class="nav-group"><p>Cuenta</p><ul><li>')
    alone = render(group.format(one), request=RequestFactory().get("/"))
    assert alone == f'<li><a href="{login}">Cuenta</a></li>'


def test_way_back_names_where_it_leads():
    html = one_line(render('{% back name "/planes/" %}', name="<Planes>"))
    assert html.startswith('<p class="back"><a href="/planes/"><svg')
    assert html.endswith("&lt;Planes&gt;</a></p>")
    assert render('{% back "Planes" "" %}') == ""


def test_page_header_holds_its_actions():
    html = one_line(
        render('{% page_header title="Planes" lead="Los de hoy." %}<a href="/n/">Nuevo</a>{% endpage_header %}')
    )
    assert "<h1>Planes</h1>" in html
    assert '<div class="page-actions"><a href="/n/">Nuevo</a></div>' in html
    assert "page-actions" not in render('{% page_header title="Planes" %}{% endpage_header %}')


def test_page_header_escapes_its_words():
    assert "&lt;b&gt;" in render("{% page_header title=title %}{% endpage_header %}", title="<b>")


def test_pagination_keeps_the_filters():
    page = Paginator(range(1, 1235), 50).page(2)
    request = RequestFactory().get("/lista/?estado=vencida&page=2")
    html = one_line(render_to_string("_components/pagination.html", {"page": page}, request=request))
    assert "51 a 100 de 1.234" in html
    assert 'href="?estado=vencida&amp;page=1"' in html
    assert 'href="?estado=vencida&amp;page=3"' in html


def test_address_in_other_language_is_the_same_page():
    request = RequestFactory().get("/cuenta/login/")
    assert ui.address_in({"request": request}, "en") == "/en/cuenta/login/"
    assert ui.address_in({"request": RequestFactory().get("/no-existe/nada/aqui/")}, "en") == ""


def test_error_500_needs_no_context():
    html = render_to_string("500.html")
    assert '<html lang="es-co">' in html
    assert "Algo falló de nuestro lado" in html


def test_web_templates_have_no_inline_script_or_style():
    paper = TEMPLATES / "reports" / "paper.html"
    pages = [
        path for path in TEMPLATES.rglob("*.html") if path != paper and not {"schema1", "emails"} & set(path.parts)
    ]
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", re.IGNORECASE)
    assert [str(path.relative_to(TEMPLATES)) for path in pages if inline.search(path.read_text())] == []


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [(Fraction(9088, 100), 96, "90,9 de 96"), (Fraction(1885, 100), 21, "18,9 de 21"), (None, 1200, "0 de 1.200")],
)
def test_fraction_of_a_unit_is_rounded_half_up_as_in_the_report(done, total, said):
    assert figures.done_of_total(done, total) == said


def test_no_line_of_a_title_begins_with_its_dot():
    source = "{% load ui %}{% page_header title=title %}{% endpage_header %}"
    assert "<h1>Informe mensual\u00a0· octubre</h1>" in render(source, title="Informe mensual · octubre")
    assert "<h1>A &amp; B\u00a0· &lt;c&gt;</h1>" in render(source, title="A & B · <c>")
    assert "<h1>A &amp; B\u00a0· c</h1>" in render(source, title=mark_safe("A &amp; B · c"))
