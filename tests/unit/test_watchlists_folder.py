"""Watchlists together: keys, references, the last good version, edits, rulesets, the schema."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.config.watchlists import (
    DEFAULT_KINDS,
    Loaded,
    compare_loaded,
    load_files,
    load_folder,
    merge_last_good,
    read_folder,
    ruleset,
    ruleset_of,
    schema,
    schema_text,
)
from monitor.config.watchlists.channels import CHANNEL_KEYS
from monitor.config.watchlists.sources import SOURCE_KEYS
from monitor.config.watchlists.topics import PATTERN_KEYS, TERM_KEYS, TOPIC_KEYS
from monitor.domain.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRON = {"MONITOR_URL": "json://127.0.0.1:1/"}

TORCH = "topics: [{topic: torch, name: Torch, terms: [火炬计划]}]\n"
QIMING = "topics: [{topic: qiming, name: Qiming, terms: [启明计划]}]\n"
CHANNEL = "channels: [{channel: c, url: 'env:MONITOR_URL', topics: [qiming]}]\n"
BROKEN = "topics: [{topic: qiming, name: Qiming, terms: [启]}]\n"


def files(**texts: str) -> dict[str, bytes]:
    return {f"{name}.yaml": text.encode() for name, text in texts.items()}


def load(**texts: str) -> Loaded:
    return load_files(files(**texts), environ=ENVIRON, check_examples=False)


def merge(new: Mapping[str, bytes], old: Mapping[str, bytes]) -> Loaded:
    return merge_last_good(new, old, environ=ENVIRON, check_examples=False)


def keys(loaded: Loaded) -> list[str]:
    return sorted(topic.key for topic in loaded.topics)


def test_any_section_may_stand_in_any_file() -> None:
    loaded = load(a=CHANNEL, b=QIMING, c=TORCH, d="sources: [{source: s, feed: 'https://example.org/'}]")
    assert loaded.problems == ()
    assert (keys(loaded), len(loaded.sources), len(loaded.channels)) == (["qiming", "torch"], 1, 1)


def test_each_file_is_good_or_bad_by_itself() -> None:
    loaded = load(a=BROKEN, b=TORCH)
    assert keys(loaded) == ["torch"]
    assert (loaded.bad, list(loaded.good_files), loaded.ok) == ({"a.yaml"}, ["b.yaml"], False)


def test_a_key_that_stands_in_two_files_is_an_error_at_both_places() -> None:
    loaded = load(a=QIMING, b=QIMING)
    assert [problem.file for problem in loaded.errors] == ["a.yaml", "b.yaml"]
    assert "b.yaml:1:10" in loaded.errors[0].message
    assert loaded.topics == ()


def test_a_topic_and_a_source_may_have_the_same_key() -> None:
    assert load(a=QIMING, b="sources: [{source: qiming, feed: 'https://example.org/'}]").problems == ()


def test_a_former_key_that_is_in_use_is_an_error() -> None:
    loaded = load(a=QIMING, b="topics: [{topic: kunpeng, name: K, terms: [鲲鹏计划], formerly: [qiming]}]")
    assert ["is a topic still" in problem.message for problem in loaded.errors] == [True]
    twice = load(
        a="topics: [{topic: a, name: A, terms: [启明计划], formerly: [old]}]",
        b="topics: [{topic: b, name: B, terms: [火炬计划], formerly: [old]}]",
    )
    assert len(twice.errors) == 2


def test_a_channel_may_name_a_topic_by_its_former_key() -> None:
    renamed = QIMING.replace("topic: qiming", "topic: qiming-program, formerly: [qiming]")
    assert load(a=renamed, b=CHANNEL).problems == ()


def test_a_mistake_in_a_topic_does_not_make_its_channel_wrong_too() -> None:
    assert [problem.file for problem in load(a=BROKEN, b=CHANNEL).errors] == ["a.yaml"]
    assert [problem.file for problem in load(a=QIMING + "\t- x", b=CHANNEL).errors] == ["a.yaml"]


def test_a_bad_edit_leaves_the_last_good_version_in_force() -> None:
    good = files(a=QIMING, b=CHANNEL, c=TORCH)
    merged = merge(files(a=BROKEN, b=CHANNEL, c=TORCH.replace("火炬", "炬火")), good)
    assert keys(merged) == ["qiming", "torch"]
    assert [term.text for topic in merged.topics for term in topic.terms] == ["启明计划", "炬火计划"]
    assert merged.files["a.yaml"] == good["a.yaml"]
    assert (merged.replaced, merged.bad) == ({"a.yaml"}, frozenset())
    assert [problem.file for problem in merged.errors] == ["a.yaml"]


def test_a_bad_file_without_a_last_good_version_is_left_out() -> None:
    merged = merge(files(a=BROKEN, c=TORCH), {})
    assert (keys(merged), merged.bad, merged.ok) == (["torch"], {"a.yaml"}, False)
    assert list(merged.files) == ["c.yaml"]


def test_a_channel_whose_topic_went_keeps_naming_it_instead_of_hearing_all() -> None:
    merged = merge(files(b=CHANNEL, c=TORCH), files(a=QIMING, b=CHANNEL))
    assert [channel.topics for channel in merged.channels] == [("qiming",)]
    assert merged.replaced == {"b.yaml"}
    assert "names the topic" in merged.errors[0].message


def test_a_topic_that_two_edits_claim_stays_where_it_was() -> None:
    merged = merge(files(a=QIMING, c=QIMING), files(a=QIMING))
    assert (keys(merged), list(merged.files), merged.bad) == (["qiming"], ["a.yaml"], {"c.yaml"})


def test_an_emptied_folder_takes_nothing_away(tmp_path: Path) -> None:
    folder = read_folder(tmp_path)
    merged = merge_last_good(folder.files, files(a=QIMING), environ={}, check_examples=False, folder=folder)
    assert (keys(merged), merged.replaced) == (["qiming"], {"a.yaml"})
    assert "no *.yaml file" in merged.errors[0].message


def test_good_files_need_no_last_good_version() -> None:
    merged = merge(files(a=QIMING), files(a=TORCH, b=CHANNEL))
    assert (keys(merged), merged.replaced, merged.channels) == (["qiming"], frozenset(), ())


def test_an_edit_tells_what_it_takes_away() -> None:
    def sources(count: int) -> str:
        return "sources:\n" + "".join(f"  - {{source: s{n}, feed: 'https://h{n}.example/'}}\n" for n in range(count))

    old = load(a=QIMING, b=TORCH, s=sources(20), c=CHANNEL)
    edit = compare_loaded(old, load(a=QIMING.replace("启明计划", "啟明計畫"), s=sources(18)))
    assert (edit.dropped_topics, edit.changed_topics, edit.dropped_channels) == (("torch",), ("qiming",), ("c",))
    assert (edit.dropped_sources, edit.drops_many_sources) == (("s18", "s19"), False)
    assert compare_loaded(old, load(a=QIMING, s=sources(17))).drops_many_sources
    assert not compare_loaded(old, old)


def test_a_renamed_topic_is_not_dropped() -> None:
    renamed = load(a=QIMING.replace("topic: qiming", "topic: qm, formerly: [qiming]"))
    edit = compare_loaded(load(a=QIMING), renamed)
    assert (edit.dropped_topics, edit.added_topics) == ((), ("qm",))


def test_a_comment_makes_no_new_ruleset_and_a_term_or_reader_does() -> None:
    first, _ = ruleset(load(a=QIMING, b=TORCH).topics, "1")
    same, _ = ruleset(load(a="# why\n" + TORCH, z=QIMING.replace(", terms", ",   terms")).topics, "1")
    example, _ = ruleset(load(a=QIMING.replace("terms:", "must_match: [启明计划], terms:"), b=TORCH).topics, "1")
    other, _ = ruleset(load(a=QIMING.replace("启明计划", "启明工程"), b=TORCH).topics, "1")
    upgraded, _ = ruleset(load(a=QIMING, b=TORCH).topics, "2")
    assert first == same == example
    assert len({first.id, other.id, upgraded.id}) == 3


def test_a_stored_ruleset_is_read_back_as_it_was() -> None:
    text = """
        topics:
          - topic: qiming
            name: Qiming
            terms: [启明计划, {term: 启明, near: [人才], since: 2024-01-01, strength: weak, tolerance: exact}]
            exclude_near: [创投]
            patterns: [{name: p, groups: [[a, b], [c]]}, {name: q, groups: [[a], [c]], strength: weak}]
    """
    rules, canonical = ruleset(load(a=text).topics, "1")
    assert ruleset_of(rules.id, canonical) == rules
    assert rules.topic("qiming") is not None


def test_a_ruleset_that_was_stored_before_patterns_had_a_strength_is_still_read() -> None:
    text = "topics: [{topic: qiming, name: Qiming, patterns: [{name: p, groups: [[a, b], [c]]}]}]"
    rules, canonical = ruleset(load(a=text).topics, "1")
    older = canonical.replace('"strength":null,', "")
    assert older != canonical
    assert ruleset_of(rules.id, older) == rules


def test_the_shipped_watchlists_start_clean() -> None:
    loaded = load_folder(REPOSITORY / "watchlists", environ={})
    assert loaded.errors == ()
    assert {topic.key.split("-")[0] for topic in loaded.topics} >= {"qiming", "huoju", "kunpeng", "torch", "ttp"}


def test_the_commented_examples_are_right_once_the_signs_are_taken_away() -> None:
    texts = {}
    for name in ("sources.yaml", "channels.yaml"):
        lines = (REPOSITORY / "watchlists" / name).read_text("utf-8").splitlines()
        texts[name] = "\n".join(
            line.replace("  # ", "  ", 1) if line.startswith("  #") else line for line in lines
        ).encode()
    texts["topics.yaml"] = (
        (QIMING + TORCH.replace("torch", "huoju")).replace("\ntopics: [", "").replace("}]{", "}, {").encode()
    )
    url = "mailto://u:p@mail.example.org:587?from=m@example.org&to=a@example.org&mode=starttls"
    environ = {"MONITOR_ANALYSTS_URL": url, "MONITOR_OPERATORS_URL": "jsons://hooks.example.org/monitor"}
    loaded = load_files(texts, environ=environ, check_examples=False)
    assert loaded.problems == ()
    assert (len(loaded.sources), len(loaded.channels)) == (8, 2)


def test_the_schema_beside_the_watchlists_is_current() -> None:
    """Regenerate it with `monitor watchlist schema > watchlists/schema.json`."""
    assert (REPOSITORY / "watchlists" / "schema.json").read_text("utf-8") == schema_text()
    for name in ("sources.yaml", "channels.yaml"):
        assert (
            (REPOSITORY / "watchlists" / name)
            .read_text("utf-8")
            .startswith("# yaml-language-server: $schema=./schema.json\n")
        )


def test_the_schema_knows_the_keys_that_the_reader_knows() -> None:
    sections = schema()["properties"]
    items = {name: set(sections[name]["items"]["properties"]) for name in ("topics", "sources", "channels")}
    options = {name for kind in DEFAULT_KINDS for name in (kind.key, *kind.options)}
    assert items == {"topics": set(TOPIC_KEYS), "sources": {*SOURCE_KEYS, *options}, "channels": set(CHANNEL_KEYS)}
    topic = sections["topics"]["items"]["properties"]
    assert set(topic["terms"]["items"]["anyOf"][1]["properties"]) == set(TERM_KEYS)
    assert set(topic["patterns"]["items"]["properties"]) == set(PATTERN_KEYS)
    assert json.loads(schema_text()) == schema()


def test_one_file_is_as_good_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(QIMING)
    (tmp_path / "b.yaml").write_text(TORCH)
    assert keys(load_folder(tmp_path / "a.yaml")) == ["qiming"]
    assert keys(load_folder(tmp_path)) == ["qiming", "torch"]


def test_only_yaml_files_of_the_folder_itself_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(QIMING)
    (tmp_path / ".#a.yaml").write_text("junk: [")
    (tmp_path / "a.yaml~").write_text("junk: [")
    (tmp_path / "b.yml").write_text(TORCH)
    (tmp_path / "sub.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    loaded = load_folder(tmp_path)
    assert keys(loaded) == ["qiming"]
    assert [Path(problem.file).name for problem in loaded.problems] == ["b.yml"]
    assert "must end in .yaml" in loaded.problems[0].message


def test_a_folder_that_is_not_there_or_empty_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="name a folder"):
        load_folder(tmp_path / "none")
    (problem,) = load_folder(tmp_path).errors
    assert "no *.yaml file" in problem.message


def test_a_file_that_cannot_be_read_is_a_problem_and_keeps_its_last_good_version(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(QIMING)
    (tmp_path / "b.yaml").symlink_to(tmp_path / "b.yaml.d" / "missing")
    folder = read_folder(tmp_path)
    assert list(folder.files) == ["a.yaml"]
    broken = type(folder)(folder.path, folder.files, {"b.yaml": "the file cannot be read: Input/output error"})
    merged = merge_last_good(folder.files, files(b=TORCH), environ={}, check_examples=False, folder=broken)
    assert keys(merged) == ["qiming", "torch"]
    assert merged.replaced == {"b.yaml"}
    assert str(merged.errors[0]).startswith(f"{tmp_path}/b.yaml:1:1: the file cannot be read")


def test_problems_name_the_file_as_the_operator_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lists").mkdir()
    Path("lists/a.yaml").write_text(BROKEN)
    assert str(load_folder(Path("lists")).errors[0]).startswith("lists/a.yaml:1:48: ")
