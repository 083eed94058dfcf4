"""Template tags of every page: icons, navigation, state looks, the way back, page header, error list."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.html import conditional_escape, format_html
from django.utils.http import escape_leading_slashes
from django.utils.safestring import SafeString, mark_safe

from display import figures

register = template.Library()

ICON_DIR = Path(settings.BASE_DIR) / "static" / "vendor" / "bootstrap-icons"

# How each state of plans, sessions, commitments, reports, jobs and imports looks: tone and icon.
# The words come from the model; tone and icon repeat them, so that nothing depends on colour alone.
NEUTRAL, INFO, MET, LATE, BAD = "neutral", "info", "met", "late", "bad"
LOOKS = {
    # plans and reports
    "draft": (NEUTRAL, "pencil"),
    "approved": (MET, "check-circle"),
    "published": (MET, "check-circle"),
    "superseded": (NEUTRAL, "clock-history"),
    "closed": (NEUTRAL, "lock"),
    # sessions
    "scheduled": (NEUTRAL, "calendar3"),
    "due": (INFO, "clock"),
    "overdue": (LATE, "exclamation-triangle"),
    "executed": (MET, "check-circle"),
    "partly_executed": (LATE, "circle-half"),
    "carried_over": (INFO, "arrow-right"),
    "withdrawn": (NEUTRAL, "dash-circle"),
    "not_executed": (LATE, "x-circle"),
    "no_demand": (NEUTRAL, "dash-circle"),
    "extra": (INFO, "plus-lg"),
    # activities, all their sessions together
    "undated": (LATE, "exclamation-triangle"),
    "unowned": (LATE, "exclamation-triangle"),
    "unreported": (LATE, "exclamation-triangle"),
    "unexplained": (LATE, "pencil"),
    "on_time": (INFO, "check-circle"),
    "explained": (NEUTRAL, "circle-half"),
    # what is pending of sessions
    "report": (LATE, "exclamation-triangle"),
    "explain": (INFO, "circle-half"),
    "up_to_date": (MET, "check-circle"),
    # percentage targets
    "not_yet_due": (NEUTRAL, "calendar3"),
    "not_reported": (LATE, "exclamation-triangle"),
    "met": (MET, "check-circle"),
    "short": (LATE, "x-circle"),
    # commitments
    "recorded": (NEUTRAL, "circle"),
    "in_progress": (INFO, "circle-half"),
    "reported_done": (MET, "check-circle"),
    "verified": (MET, "check-all"),
    "partly_done": (LATE, "circle-half"),
    "not_viable": (NEUTRAL, "slash-circle"),
    "breached": (BAD, "x-circle"),
    "unkept": (LATE, "x-circle"),
    # what moved its deadline, what citizens say of it
    "granted": (MET, "check-circle"),
    "refused": (NEUTRAL, "x-circle"),
    "disputes": (LATE, "exclamation-triangle"),
    "confirms": (MET, "check-circle"),
    "replied": (INFO, "journal-text"),
    # jobs, imports
    "queued": (NEUTRAL, "hourglass-split"),
    "running": (INFO, "arrow-clockwise"),
    "done": (MET, "check-circle"),
    "failed": (BAD, "exclamation-octagon"),
    "new": (INFO, "plus-lg"),
    "changed": (INFO, "pencil"),
    "missing": (LATE, "exclamation-triangle"),
    "to_come": (NEUTRAL, "clock"),
    "unchanged": (NEUTRAL, "dash-circle"),
    "error": (BAD, "exclamation-octagon"),
    "warning": (LATE, "exclamation-triangle"),
    # requests of change
    "requested": (INFO, "hourglass-split"),
    "returned": (LATE, "pencil"),
    "rejected": (NEUTRAL, "x-circle"),
    "cancelled": (NEUTRAL, "slash-circle"),
    # monthly returns
    "submitted": (INFO, "hourglass-split"),
    # what a dependency answered when it was asked for proposals
    "accepted": (MET, "check-circle"),
    "none": (NEUTRAL, "dash-circle"),
    "silent": (LATE, "exclamation-triangle"),
    # evidence
    "private": (NEUTRAL, "lock"),
    "public": (MET, "eye"),
    "broken": (LATE, "exclamation-triangle"),
    # people
    "active": (MET, "check-circle"),
    "inactive": (NEUTRAL, "slash-circle"),
}
TONE_ICONS = {NEUTRAL: "circle", INFO: "info-circle", MET: "check-circle", LATE: "clock", BAD: "x-circle"}


@cache
def icon_source(name: str) -> str:
    path = ICON_DIR / f"{name}.svg"
    if not path.exists():
        raise template.TemplateSyntaxError(
            f"No existe el icono «{name}». Agréguelo a ICONS en tools/vendor.py y ejecute ese programa."
        )
    source = path.read_text()
    return source[source.index(">") + 1 : source.rindex("</svg>")].strip()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline icon, hidden from screen readers unless it has a `label`."""
    drawing = mark_safe(icon_source(name))  # a file of this repository, its hash held by a test
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" width="16" height="16" viewBox="0 0 16 16"'
            ' fill="currentColor">{}</svg>',
            label,
            drawing,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false" width="16" height="16" viewBox="0 0 16 16"'
        ' fill="currentColor">{}</svg>',
        drawing,
    )


@register.simple_tag
def state_look(state: str = "", tone: str = "", icon: str = "") -> dict[str, str]:
    """Tone and icon of a state; a given `tone` or `icon` overrides LOOKS."""
    default_tone, default_icon = LOOKS.get(str(state), (NEUTRAL, ""))
    tone = tone or default_tone
    return {"tone": tone, "icon": icon or default_icon or TONE_ICONS.get(tone, "circle")}


@register.simple_tag(takes_context=True)
def nav_item(context, label: str, url_name: str, *args, exact: bool = False) -> str:
    try:
        url = reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
    request = context.get("request")
    path = request.path if request else ""
    current = ""
    if path == url:
        current = mark_safe(' aria-current="page"')
    elif path.startswith(url) and not exact:
        current = mark_safe(' aria-current="true"')
    return format_html('<li><a href="{}"{}>{}</a></li>', url, current, label)


@register.simple_block_tag(takes_context=True)
def nav_group(context, content, label: str) -> str:
    """The `nav_item`s inside as a menu; with `flat` in the context, under a heading. One alone needs no menu: its link
    has the name of the group."""
    items = content.strip()
    if items.count("<li>") < 2:
        return mark_safe(re.sub(r">[^<>]*</a>", lambda _name: f">{conditional_escape(label)}</a>", items))
    inside = mark_safe(items)
    if context.get("flat"):
        return format_html('<li class="nav-group"><p>{}</p><ul>{}</ul></li>', label, inside)
    current = mark_safe(' aria-current="true"') if "aria-current" in items else ""
    return format_html(
        '<li class="nav-group"><details data-menu><summary{}>{} {}</summary><ul>{}</ul></details></li>',
        *(current, label, icon("chevron-down"), inside),
    )


@register.simple_tag(takes_context=True)
def address_in(context, language: str) -> str:
    request = context.get("request")
    if request is None:
        return ""
    address = request.get_full_path()
    translated = translate_url(address, language)
    # Unchanged: the page has no other language (errors). "//" would lead to another site.
    return "" if translated == address else escape_leading_slashes(translated)


@register.simple_tag
def back(label, url: str) -> SafeString:
    """The one way back that a page has: {% back _("Actividades") list_url %}, to what it is a part of."""
    if not url:
        return mark_safe("")
    return format_html('<p class="back"><a href="{}">{} {}</a></p>', url, icon("arrow-left"), label)


@register.simple_block_tag(takes_context=True)
def page_header(context, content, title, lead="", eyebrow=""):
    """{% page_header title=… lead=… %}<a class="btn">…</a>{% endpage_header %}: the content becomes the actions.

    No line of a title begins with its «·».
    """
    tied = str(title).replace(" · ", f"{figures.NO_BREAK}· ")
    title = mark_safe(tied) if hasattr(title, "__html__") else tied
    parts = {"title": title, "lead": lead, "eyebrow": eyebrow, "actions": mark_safe(content.strip())}
    return render_to_string("_components/page_header.html", parts, request=context.get("request"))


@register.simple_tag
def error_items(form: BaseForm) -> list[dict[str, str]]:
    """The errors of a form in its order: dicts of `target` (id to link to, or empty), `label` and `message`."""
    items = [{"target": "", "label": "", "message": message} for message in form.non_field_errors()]
    for field in form:
        # A group of options has no single control: its box is the target, and app.js moves to its first option.
        target = "" if field.is_hidden else field.id_for_label or f"div_{field.auto_id}"
        label = field.name if field.is_hidden else field.label
        items += [{"target": target, "label": label, "message": message} for message in field.errors]
    return items


@register.filter
def has_required(form: BaseForm) -> bool:
    return any(field.field.required for field in form.visible_fields())


@register.filter
def page_numbers(page) -> list:
    """1 … 4 5 [6] 7 8 … 20, with Paginator.ELLIPSIS for what is left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.filter
def svg_number(value) -> str:
    """A number for SVG attributes: decimal point, no thousands separator; 0 for None."""
    return f"{float(value or 0):.6g}"


register.simple_tag(figures.done_of_total)
