"""`reports.format` as template filters: `{% load figures %}{{ figure.ratio|percent }}`."""

from django import template

from reports import format

register = template.Library()

for _function in (
    format.percent,
    format.whole,
    format.quantity,
    format.measure,
    format.words,
    format.day,
    format.short_day,
    format.month,
    format.period,
    format.short_month,
    format.hexadecimal,
    format.enumeration,
    format.paragraphs,
    format.tied,
):
    register.filter(_function.__name__, _function)
