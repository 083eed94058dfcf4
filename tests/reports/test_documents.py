"""The documents that test_paper.py measures in print, as facts and as HTML: where coverage is measured."""

import json

import pytest

from demo import load as demo
from reports import published, snapshot
from tests.reports.test_paper import GUARD, NAMES, OLD, reports

FINGERPRINT = "0" * 64


@pytest.mark.once
def test_facts_of_every_document_are_kept_whole_and_written_out(db, monkeypatch, tmp_path):
    monkeypatch.setattr(demo, "add_reports", lambda *content: None)
    written = []
    for name, report in reports(tmp_path):
        taken = snapshot.take(report)
        assert published.load(json.loads(snapshot.canonical(taken))) == taken
        html = published.paper(taken, FINGERPRINT)
        assert html.count("<h1") == 1 and "En una página" in html
        written.append(name)
    assert tuple(written) == NAMES


@pytest.mark.parametrize("name", OLD)
def test_facts_of_the_first_schema_are_written_out(db, name):
    facts = published.load(json.loads((GUARD / "published" / f"{name}.json").read_text()))
    html = published.paper(facts, FINGERPRINT)
    assert html.count("<h1") == 1
    assert all(printed in html for printed in (facts.entity.name, facts.plan.title))
