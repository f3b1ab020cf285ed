"""Patterns that wait until they are asked."""

from __future__ import annotations

import re
import sys

import pytest

from monitor.pipeline import later as waiting
from monitor.pipeline.facts import facts
from monitor.pipeline.later import later


def test_a_pattern_answers_like_any_other_once_it_is_asked() -> None:
    pattern = later(r"(\d+)[wW万]", re.ASCII)
    assert pattern.pattern == r"(\d+)[wW万]"
    assert "finditer" not in vars(pattern)
    assert [found[1] for found in pattern.finditer("1万, 20w")] == ["1", "20"]
    assert "finditer" in vars(pattern)
    assert pattern.sub("x", "1万") == "x" and pattern.search("１万") is None
    assert (pattern.groups, pattern.groupindex) == (1, {})


def test_a_fault_shows_when_the_pattern_is_asked() -> None:
    pattern = later("(")
    with pytest.raises(re.error):
        pattern.search("")


def test_every_waiting_pattern_can_be_compiled() -> None:
    facts("年薪50万元")
    held = [module for name, module in list(sys.modules.items()) if name.startswith("monitor.pipeline.facts.")]
    patterns = [value for module in held for value in vars(module).values() if isinstance(value, waiting._Later)]
    assert len(patterns) > 50
    assert all(re.compile(pattern.pattern) for pattern in patterns)
