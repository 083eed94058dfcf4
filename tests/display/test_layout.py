"""Forms in parts: what folds, what opens, and that no field is forgotten."""

import pytest
from django import forms
from django.template import Context, Template

from activities.forms.activity import ActivityForm
from activities.forms.metric import MetricForm
from activities.forms.report import ExtraReportForm, MeasureReportForm, SessionReportForm
from activities.forms.session import SessionPlanForm
from commitments.forms import CommitmentForm, FollowUpForm, MoveForm
from display.layout import Fold, Part, in_parts

FORMS = [
    *(ActivityForm, SessionPlanForm, SessionReportForm, MeasureReportForm, ExtraReportForm, MetricForm),
    *(CommitmentForm, FollowUpForm, MoveForm),
]


class Letter(forms.Form):
    to = forms.CharField(label="Para quién")
    copies = forms.IntegerField(label="Copias", required=False)
    seal = forms.CharField(label="Sello", required=False)

    helper = in_parts(Part("A quién", "to"), Fold("Con qué", "copies", "seal"))


def drawn(form: forms.Form) -> str:
    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))
    return " ".join(html.split())


def test_parts_have_legends_and_summaries():
    html = drawn(Letter())
    assert '<fieldset class="part" > <legend>A quién</legend>' in html
    assert '<details class="fold" > <summary>Con qué</summary>' in html
    assert "<form" not in html and "csrf" not in html


def test_fold_opens_when_something_inside_is_wrong():
    assert '<details class="fold" >' in drawn(Letter({"to": ""}))
    html = drawn(Letter({"to": "Ana", "copies": "dos"}))
    assert '<details class="fold" open>' in html
    assert '<a href="#id_copies">Copias: ' in html


def test_required_marks_are_explained_when_there_are_some():
    form = Letter()
    assert "son obligatorios" in drawn(form)
    form.fields["to"].required = False
    assert "son obligatorios" not in drawn(form)


def test_field_that_the_form_left_out_is_skipped():
    form = Letter()
    del form.fields["seal"]
    assert "Copias" in drawn(form) and "Sello" not in drawn(form)


def test_field_that_no_form_has_is_a_mistake():
    class Wrong(Letter):
        helper = in_parts(Part("A quién", "too"))

    with pytest.raises(Exception, match="too"):
        drawn(Wrong())


@pytest.mark.parametrize("form", FORMS)
def test_form_draws_each_of_its_fields_once(form):
    names = [pointer.name for pointer in form.helper.layout.get_field_names()]
    assert (
        names[0] == "revision" or "revision" not in form.base_fields
    )  # hidden, and before the parts: buttons come right after the last fold
    assert sorted(names) == sorted(form.base_fields)
