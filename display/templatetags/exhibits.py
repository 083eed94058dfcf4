"""Tables and charts that are data (display/tables, display/charts), drawn where a template puts them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from display import tables
from display.charts import Chart
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


@register.filter
def leads_to(at: str, key: str) -> str:
    """The page of a key under an address; "" without either."""
    return f"{at}{key}/" if at and key else ""
