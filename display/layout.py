"""Long forms in parts, drawn by `{% crispy form %}` inside the <form> of their page."""

from collections.abc import Callable

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django.forms import BaseForm
from django.utils.safestring import SafeString


class Skipping:
    """What the form left out is skipped."""

    def get_rendered_fields(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        left_out = form.base_fields.keys() - form.fields.keys()
        fields = (field for field in self.fields if not left_out.intersection(_named(field)))
        return SafeString("".join(render_field(field, form, context, template_pack=template_pack) for field in fields))


def _named(field) -> list[str]:
    """The field that is named, plainly or as crispy's Field, which draws it by a template of its own."""
    return [field] if isinstance(field, str) else field.fields if isinstance(field, Field) else []


class Part(Skipping, Fieldset):
    """Fields under a legend."""

    def __init__(self, legend, *fields):
        super().__init__(legend, *fields, css_class="part")


class Together(Skipping, Div):
    """Fields that stand beside each other, or show on the same condition: `Together(*fields, css_class=…)`."""


class Fold(Part):
    """A part that its reader unfolds: a native <details>, open from the start when a field inside has an error, or when
    `opens` says so of the form."""

    template = "_components/fold.html"

    def __init__(self, legend, *fields, opens: Callable[[BaseForm], bool] = lambda form: False):
        super().__init__(legend, *fields)
        self.opens = opens

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        names = {pointer.name for pointer in self.get_field_names()}
        context.update({"open": not names.isdisjoint(form.errors) or self.opens(form)})
        return super().render(form, context, template_pack, **kwargs)


def in_parts(*parts) -> FormHelper:
    """The `helper` of a form class; its <form>, token and buttons are the template's."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(*parts)
    return helper
