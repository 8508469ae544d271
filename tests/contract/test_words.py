"""No file carries what does not belong into a project: paths of somebody's machine, or talk about how it was written."""

import re
from pathlib import Path

import pytest

from tests.contract.project import PROJECT, files, is_checkout

MADE_BY_TOOLS = {"uv.lock"}
THIS = Path(__file__)
# Whole words in the sense that does not belong. A database session, a terminal prompt and a prompt answer are fine.
FOREIGN = re.compile(
    r"/work/|(?<![\w.])/root\b|/home/[a-z]+/|/Users/[A-Za-z]+/"
    r"|\b(?:system|user|the|this|original) prompt\b|\b(?:in|from) (?:my|our|this|the last|a previous) session\b"
    r"|\bA\.?I\.?\b|\bLLMs?\b|\blanguage model\b|\bchat ?gpt\b|\bGPT-\d|\bcopilot\b|\bassistant\b|\bsub-?agents?\b"
)


@pytest.mark.skipif(not is_checkout(), reason="only a git checkout knows its files")
def test_no_file_carries_words_that_do_not_belong() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:100]}"
        for path in files()
        if path != THIS and path.name not in MADE_BY_TOOLS
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if FOREIGN.search(line)
    ]

    assert found == []


def text_of(path: Path) -> str:
    """The file's text; empty for pictures and other bytes."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode(errors="replace")


@pytest.mark.parametrize(
    "line",
    ["see /work/main/bot", "cd /root", "an AI wrote this", "as the system prompt says", "in this session we"],
)
def test_words_that_do_not_belong_are_seen(line: str) -> None:
    assert FOREIGN.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "class PromptServer",
        "GIT_TERMINAL_PROMPT",
        "with Session(engine) as session:",
        "make the bot wait: FAIR",
        "repo/rooted",
    ],
)
def test_ordinary_words_are_left_alone(line: str) -> None:
    assert not FOREIGN.search(line)
