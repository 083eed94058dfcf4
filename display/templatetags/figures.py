"""`display.figures` as template filters: `{% load figures %}{{ figure.ratio|percent }}`."""

from django import template

from display import dates, figures, marks, text

register = template.Library()

for _function in (
    figures.percent,
    figures.whole,
    figures.quantity,
    figures.measure,
    dates.day,
    dates.when,
    dates.short_day,
    dates.moment,
    dates.away,
    dates.away_in_working_days,
    dates.month,
    dates.short_month,
    dates.weekday,
    text.hexadecimal,
    text.enumeration,
    text.paragraphs,
    text.tied,
):
    register.filter(_function.__name__, _function)

register.filter("marks", marks.to_html)
register.filter("marked", lambda text, caption: marks.to_html(text, 3, caption))
register.filter("without_marks", marks.to_plain)
