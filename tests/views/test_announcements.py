"""Templates of announcements: one for every event, hostile text in them, and what does not fit into a message."""

import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from bot.domain.highlights import Highlights
from bot.domain.notices import Kind
from bot.domain.posts import Post
from bot.domain.words import Audience
from bot.views.announcement_samples import broken_templates, samples
from bot.views.announcements import TEMPLATES, announcement, in_own_words, message, to_edit
from bot.views.parts import as_json, within_budget

FULL = next(samples())


def test_there_is_one_template_for_every_event_and_none_too_many() -> None:
    there = {
        file.name
        for file in resources.files("templates").joinpath("announce").iterdir()
        if file.name[0] != "_"
    }

    assert set(TEMPLATES) == {*Post, *Kind}
    assert sorted(TEMPLATES.values()) == sorted(there)
    assert all(file == f"{name}.md.j2" for name, file in TEMPLATES.items())


def test_every_template_says_something_to_every_audience_whatever_is_known() -> None:
    assert broken_templates(None) == []


def test_only_operators_read_about_migrations() -> None:
    said = {t.audience: announcement(Kind.ADVANCE, t) for t in samples() if t.migrations}

    assert {audience for audience, text in said.items() if "*Before you upgrade*" in text} == {
        Audience.OPERATORS
    }


def test_text_from_elsewhere_can_neither_ping_nor_link_nor_format() -> None:
    line = "<!channel> *now* <https://evil.example|click> @here"
    hostile = replace(
        FULL,
        release=replace(FULL.release, previous_tag="v1.4.0<!here>"),
        brings=Highlights((line,), (line,)),
        reason="<!everyone> *because*",
        migrations=("<@U0MARA> x",),
    )

    for name in TEMPLATES:
        text = announcement(name, hostile)
        outside = text.replace("<!date^", "").replace("<#C0123456789>", "")
        assert "<" not in outside.replace("&lt;", "")
        assert "*now*" not in text


@pytest.mark.parametrize(
    "shape", ["one line", "many lines", "many paragraphs", "signs that grow when escaped"]
)
def test_40000_characters_of_notes_become_one_message_that_says_it_is_shortened(shape: str) -> None:
    text = {
        "one line": "x" * 40_000,
        "many lines": "a line of notes\n" * 2_500,
        "many paragraphs": "a paragraph of notes\n\n" * 2_000,
        "signs that grow when escaped": in_own_words("<&>\n" * 10_000),
    }[shape]

    line, blocks = message(text)

    assert within_budget(blocks)
    assert len(line) <= 300
    assert all(len(block["text"]["text"]) <= 3_000 for block in as_json(blocks))
    assert "shortened here" in str(as_json(blocks)[-1])


@pytest.mark.parametrize(
    "words", ["x" * 2_898 + "&lt;!channel&gt;", "word " * 800, "<#C0123> " * 500, "&amp;" * 1_000]
)
def test_a_line_that_is_longer_than_a_section_goes_on_in_the_next_one_and_nothing_is_cut_open(
    words: str,
) -> None:
    _, blocks = message(words)

    texts = [block["text"]["text"] for block in as_json(blocks)]
    assert len(texts) > 1
    assert "".join(texts) == words
    for text in texts:
        assert len(text) <= 3_000
        assert not set("&;<>") & set(re.sub(r"&(?:amp|lt|gt);|<[^<>]*>", "", text))


def test_a_notice_to_be_edited_shows_dates_and_channels_in_plain_words() -> None:
    assert to_edit("At <!date^1^{date}|2026-12-01 09:00 UTC>, ask in <#C0123> &lt;now&gt;.") == (
        "At 2026-12-01 09:00 UTC, ask in the channel of the release <now>."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ versoin }}", "The template tagged.md.j2 cannot be used: 'versoin' is undefined. Correct it."),
        ("{% if %}", "The template tagged.md.j2, line 1 cannot be used: "),
        ("{{ product.__class__ }}", "The template tagged.md.j2 cannot be used: access to attribute '__class__'"),
        ("{{ 'x' * 300000 }}", "The template tagged.md.j2 makes more than 200,000 characters. Look for a loop in it."),
        ("{% include '../tag.txt.j2' %}", "The template ../tag.txt.j2 does not exist. It belongs beside tagged.md.j2."),
        ("{{ 1 // 0 }}", "The template tagged.md.j2 cannot be used: "),
        ("   ", "The template tagged.md.j2 makes no text at all."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_of_the_team_is_named_with_its_file(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "tagged.md.j2").write_text(text)

    assert [problem[: len(said)] for problem in broken_templates(tmp_path)] == [said]


def test_a_template_of_the_team_takes_the_place_of_ours_and_may_use_our_parts(tmp_path: Path) -> None:
    (tmp_path / "tagged.md.j2").write_text(
        '{% from "_parts.md.j2" import rollback %}Ours: {{ version }}. {{ rollback(rollback_roles, channel, previous) }}'
    )

    assert announcement(Post.TAGGED, FULL, tmp_path).startswith("Ours: 2.0.0. *If something goes wrong:*")
