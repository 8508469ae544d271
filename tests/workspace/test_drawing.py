"""What the page is given to draw, without a browser: known tags alone, texts as texts, mentions and dates as what they are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.workspace.drawing import Viewer, draw_blocks, draw_text
from bot.workspace.drawing.markdown import draw_markdown
from bot.workspace.drawing.nodes import words_in
from tests.workspace.test_blockkit_samples import VALID, unfolded

BUILD = Path(__file__).parents[2] / "bot" / "workspace" / "page" / "build.js"
ALICE = Viewer(
    user="U1",
    names={"U1": "alice", "U2": "bob", "C1": "releases", "S1": "qa"},
    groups=frozenset({"S1"}),
    rooms=frozenset({"C1"}),
)
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


def nodes_in(tree: Any) -> Iterator[list[Any]]:
    """Every node of a drawing, those in attributes too."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from nodes_in(value)
    if isinstance(tree, list):
        if len(tree) > 1 and isinstance(tree[0], str) and isinstance(tree[1], dict):
            yield tree
        for item in tree:
            yield from nodes_in(item)


def mrkdwn(text: str) -> list[Any]:
    return draw_text({"type": "mrkdwn", "text": text}, ALICE)


def known_tags() -> set[str]:
    source = BUILD.read_text("utf-8").partition("// A drawing can")[0]
    own = re.search(r"const OWN = \{(.*)\}", source)
    assert own is not None
    return {*re.findall(r'"([a-z0-9]+)"', source), *re.findall(r"[a-z]+", own[1])}


@pytest.mark.parametrize("number", range(len(VALID)))
def test_every_valid_sample_is_drawn_with_tags_the_page_knows(number: int) -> None:
    surface, text = VALID[number]
    sample = unfolded(json.loads(text))
    blocks = sample.get("blocks", [sample]) if isinstance(sample, dict) else sample
    named = [{"block_id": f"b{n}", **block} for n, block in enumerate(blocks)]
    named = json.loads(
        re.sub(
            r'("type": "(?:button|feedback_buttons|input)")',
            r'"action_id": "a", "block_id": "b", \1',
            json.dumps(named),
        )
    )

    drawn = draw_blocks(named, ALICE)

    assert {node[0] for node in nodes_in(drawn)} - known_tags() == set()
    assert "unknown quiet" not in json.dumps(drawn), surface


def test_hostile_text_stays_text_and_bad_links_are_no_links() -> None:
    drawn = [
        *mrkdwn(HOSTILE),
        *mrkdwn("<javascript:alert(1)|here>"),
        *draw_markdown(f"# {HOSTILE}\n[x](javascript:y)", ALICE),
    ]

    assert {node[0] for node in nodes_in(drawn)} <= {"span", "h3", "p"}
    assert "onerror" in words_in(drawn)


def test_mentions_stand_out_for_those_they_mean() -> None:
    drawn = mrkdwn("<@U1> <@U2> <!subteam^S1> <!here> <#C1> <#C9|old> <!channel>")

    assert [[tag, rest.get("class") or rest.get("to"), words] for tag, rest, words in nodes_in(drawn)] == [
        ["span", "mention mine", "@alice"],
        ["span", "mention", "@bob"],
        ["span", "mention mine", "@qa"],
        ["span", "mention mine", "@here"],
        ["go", "C1", "#releases"],
        ["span", "mention", "#old"],
        ["span", "mention mine", "@channel"],
    ]


def test_mrkdwn_is_drawn_as_slack_reads_it() -> None:
    drawn = mrkdwn("*bold* and _leaning_ ~gone~ `a*b*c`\n&gt; quoted\n&gt; twice\nafter 2*3*4 &amp;amp;")

    assert drawn == [
        ["strong", {}, "bold"], " and ", ["em", {}, "leaning"], " ", ["s", {}, "gone"], " ", ["code", {}, "a*b*c"],
        ["blockquote", {}, "quoted", ["br", {}], "twice"], "after 2*3*4 &amp;",
    ]  # fmt: skip


def test_markdown_is_drawn_with_its_lists_tables_and_code() -> None:
    listed = "## Fixes\n- **one** `a`\n  - two\n\n1. first\n"
    rest = "| a | b |\n|---|:-:|\n| 1 | [x](https://y/) |\n```sh\nmake\n```\n> said\n---"
    text = f"{listed}\n{rest}"

    drawn = draw_markdown(text, ALICE)

    assert [node[0] for node in drawn] == ["h3", "ul", "ol", "table", "pre", "blockquote", "hr"]
    assert drawn[1][3] == ["li", {"class": "indent-1"}, "two"]
    assert words_in(drawn) == "Fixesone atwofirstab1xmakesaid"


def test_a_date_without_a_number_is_its_fallback() -> None:
    assert words_in(mrkdwn("<!date^soon^{date}|some day>")) == "some day"
