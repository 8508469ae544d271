"""What others wrote stays what it is on a card: it closes no code, turns no line round, and nothing is said of nothing."""

from dataclasses import replace

import pytest

from bot.domain.course import read_head
from bot.views.card import card
from bot.views.text import code, foreign
from tests.domain.builders import C1, ROLES, head, moved, now, process, started


@pytest.mark.parametrize("name", ["a`b <!channel>", "\u202e<@U0BEN>`", "&" * 4000, "x\n`y`\u200f"])
def test_a_foreign_name_between_backticks_stays_between_them(name: str) -> None:
    shown = code(name)

    assert shown.count("`") == 2
    assert (shown[0], shown[-1]) == ("`", "`")
    assert not {"<", "\n", "\u202e", "\u200f"} & set(shown)
    assert len(shown) <= 400


def test_a_mark_that_turns_the_reading_direction_is_taken_out() -> None:
    assert foreign("a\u200fb\u061cc") == "a b c"


def test_a_branch_cut_at_the_same_commit_is_no_news_on_the_card() -> None:
    release = moved(started(), C1)
    cut = replace(head(release, C1, new=0), branch="release/2.4", lines=())
    again = read_head(release, cut, now(release), process()).release

    assert again.branch == "release/2.4"
    assert "0 commits" not in str([b.to_dict() for b in card(again, process(), ROLES, [])[1]])
