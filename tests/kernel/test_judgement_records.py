"""What workers send and the cache keeps is the judgement itself, and nothing else is taken for one."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliant_infra.kernel.evaluation import Judgement
from compliant_infra.kernel.judgement_records import dump, load
from compliant_infra.kernel.model import (
    Diagnostic,
    Result,
    Severity,
    SourceLocation,
    Text,
    UnknownReason,
    Verdict,
    Waiver,
)

words = st.text(max_size=6)
places = st.builds(SourceLocation, words, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
sentences = st.builds(Text, words, words)
reasons = st.none() | st.builds(UnknownReason, words, words, st.none() | places)
results = st.builds(
    Result,
    rule=words,
    code=words,
    verdict=st.sampled_from(Verdict),
    severity=st.sampled_from(Severity),
    root=st.just("root"),
    resource=words,
    type=words,
    location=places,
    attribute=words,
    finding=words,
    message=sentences,
    reason=reasons,
    fingerprint=words,
)
waivers = st.builds(
    Waiver,
    rule=words,
    reason=words,
    owner=words,
    until=words,
    resource=words,
    finding=words,
    approver=words,
    ticket=words,
    inline=st.just(True),
    location=st.none() | places,
)
judgements = st.builds(
    Judgement,
    root=st.just("root"),
    results=st.lists(results, max_size=8),
    diagnostics=st.lists(
        st.builds(
            Diagnostic, st.just("syntax-error"), sentences, words, st.integers(0, 9), st.integers(0, 9), sentences
        )
    ),
    passes=st.builds(Counter, st.dictionaries(words, st.integers(1, 9))),
    judged=st.integers(0, 99),
    resources=st.integers(0, 99),
    files=st.integers(0, 99),
    absent_modules=st.integers(0, 9),
    clouds=st.sets(words),
    unsupported=st.builds(Counter, st.dictionaries(words, st.integers(1, 9))),
    witnesses=st.dictionaries(words, st.sets(words)),
    waivers=st.lists(st.tuples(waivers, st.lists(st.integers(0, 9)))),
    sources=st.dictionaries(words, words),
)


@given(judgements)
def test_a_judgement_comes_back_as_it_was(judgement: Judgement) -> None:
    text = dump(judgement)
    assert load(text) == judgement
    assert load(text.encode()) == judgement


def test_what_repeats_is_kept_once() -> None:
    sentence = "a sentence that every one of them says"
    one = Result("rule", "CI-1", Verdict.FAIL, Severity.HIGH, "r", "a.b", "a", SourceLocation("f"))
    one.message = Text(sentence, sentence)
    text = dump(Judgement("r", [one] * 100))
    assert text.count(sentence) == 2
    assert load(text).results == [one] * 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        json.dumps({"root": "r"}),
        dump(Judgement("r")).replace('"results":[]', '"results":[[7]]'),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, IndexError)):
        load(text)
