"""Tables and charts that are data (display/tables, display/charts), drawn where a template puts them."""

from collections.abc import Iterable
from fractions import Fraction

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from display import charts, svg, tables
from display.charts import Bar, Chart
from display.tables import Table

register = template.Library()


@register.simple_tag(takes_context=True)
def table(context, data: Table | None, length: float = 482.0) -> SafeString | str:
    """Nothing for None or a table without rows. `length`: of the line, in points. The same template draws it on paper
    and, where the context says `on_page`, on a page of the site."""
    if not data:
        return ""
    if context.get("on_page"):
        return tables.page_html(data, context.get("figures_url") or "")
    return tables.html(data, length=length)


@register.simple_tag(takes_context=True)
def chart(context, data: Chart | None) -> SafeString | str:
    if data is None:
        return ""
    notes = format_html_join("", '<p class="note">{}</p>', ((note,) for note in (*data.notes, data.source) if note))
    drawing, *more = (data.drawing, *data.more)
    if context.get("on_page"):  # a telephone moves it sideways, as does the keyboard
        scrolled = '<div class="drawing" tabindex="0" role="group" aria-label="{}">{}</div>'
        drawing, *more = (format_html(scrolled, data.title, each) for each in (drawing, *more))
    return format_html(
        '<div class="chart" id="{}"><p class="chart-title"><span class="exhibit">Gráfica {}.</span> {}</p>{}</div>{}{}',
        data.slug,
        data.number,
        data.title,
        drawing,
        format_html_join("", '<div class="chart">{}</div>', ((each,) for each in more)),
        notes,
    )


@register.simple_tag
def page_table(data: Table, at: str = "") -> SafeString:
    """On a page: a row is a card on a phone. `at`: the address under which its cells with a key lead on."""
    return tables.page_html(data, at or "")


@register.simple_tag
def sign(state: str) -> SafeString:
    """The sign of a bar's state as charts draw it, in the colour of the text; words say it beside it."""
    if state == charts.MISSING:
        drawn = svg.hatch(0, 0, 10, 10, "currentcolor") + svg.frame(0, 0, 10, 10, "currentcolor", 0.8)
    else:
        drawn = charts.sign(state, 1, 1, 8, "currentcolor", "var(--page)")
    attributes = {"class": f"sign sign-{state}", "viewBox": "0 0 10 10", "aria_hidden": "true", "focusable": "false"}
    return mark_safe(svg.element("svg", drawn, **attributes))  # of attributes alone


@register.simple_tag
def states_of(bars: Iterable[Bar]) -> list[tuple[str, str]]:
    return charts.legend({bar.state for bar in bars})


@register.filter
def bar_width(share: Fraction) -> str:
    """Of 1; a gap of one in a thousand stays visible, and so does one that was done."""
    done = min(float(share), 1)
    if 0 < done < 1:
        done = min(max(done, 0.005), 0.995)
    return svg.number(done) if done in (0, 1) else f"{done:.3f}"


@register.filter
def state_words(state: str) -> str:
    return dict(charts.legend({state})).get(state, "")


@register.filter
def leads_to(at: str, key: str) -> str:
    """The page of a key under an address; "" without either."""
    return f"{at}{key}/" if at and key else ""
