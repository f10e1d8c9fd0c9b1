"""Possessive quantifiers and atomic groups say the same, also of what only backtracking could match."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliant_infra.hcl_checks import reader, reader_json, syntax, wellformed
from compliant_infra.hcl_checks.patterns import compiled, with_atomic_groups

PATTERNS = sorted(
    {
        (item.pattern, item.flags)
        for module in (reader, reader_json, syntax, wellformed)
        for item in vars(module).values()
        if isinstance(item, re.Pattern) and isinstance(item.pattern, str)
    }
)
TEXT = st.text(st.sampled_from('ab_1.-=:,"\\${}%!<>[]()#/* \t\r\n'), max_size=30)

needs_sound_quantifiers = pytest.mark.skipif(
    sys.version_info < (3, 11, 5), reason="this Python matches possessive quantifiers of groups wrongly"
)


def test_atomic_groups_take_the_place_of_possessive_quantifiers() -> None:
    assert with_atomic_groups(r'a*+(?:b|(c)?+)*+["(\]]++\)*+') == r'a*+(?>(?:b|(?>(c)?))*)["(\]]++\)*+'
    assert with_atomic_groups(r"[]()*+]*+(?P<x>[^]()]++)++") == r"[]()*+]*+(?>(?P<x>[^]()]++)+)"


def test_nothing_is_given_back() -> None:
    assert compiled("(?:ab?c)++").match("aca").group() == "ac"
    assert compiled("(?:a|ab)*+c").match("abc") is None


@needs_sound_quantifiers
@given(TEXT)
def test_both_forms_match_the_same(text: str) -> None:
    assert len(PATTERNS) > 15
    for pattern, flags in PATTERNS:
        first, second = (
            re.compile(pattern, flags).match(text),
            re.compile(with_atomic_groups(pattern), flags).match(text),
        )
        assert (first and first.regs) == (second and second.regs), pattern
