"""The output of a command as people read it: its end in a message, all that was kept in a file. Foreign text throughout."""

import re
from collections.abc import Mapping
from pathlib import Path

LONGEST_TAIL = 1500
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
# Everything that would move the cursor, turn the reading direction, or pass for the bot's own marks.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]"
)


def pieces_in(folder: Path) -> Mapping[int, bytes]:
    """The pieces of the output in an operation's folder, by the places of their first bytes."""
    found = {}
    for path in sorted(folder.glob("output.*")):
        try:
            found[int(path.suffix[1:])] = path.read_bytes()
        except (FileNotFoundError, ValueError):  # it was cut off in the meantime, or is none of ours
            continue
    return found


def whole(pieces: Mapping[int, bytes]) -> str:
    """All that was kept, with a line where something was left out."""
    parts, end = [], 0
    for at in sorted(pieces):
        if at > end:
            parts.append(f"\n[… {at - end:,} bytes were left out here …]\n".encode())
        parts.append(pieces[at])
        end = at + len(pieces[at])
    return plain(b"".join(parts).decode(errors="replace"))


def of_parts(parts: Mapping[str, Mapping[int, bytes]], operation: str) -> str:
    """The output of an operation with all of its parts, each under its name; of one without parts, just that."""
    if [*parts] == [operation]:
        return whole(parts[operation])
    texts = ((name, whole(pieces)) for name, pieces in parts.items())
    return "".join(f"── {name} ──\n{text.rstrip()}\n" for name, text in texts if text)


def tail(pieces: Mapping[int, bytes]) -> str:
    """The end of the output, from the beginning of a line if there is one."""
    last = b"".join(pieces[at] for at in sorted(pieces)[-2:])[-8 * LONGEST_TAIL :]
    return shortened(last.decode(errors="replace"))


def shortened(text: str) -> str:
    """The end of a text, as `tail` gives it."""
    kept = plain(text).rstrip()
    if len(kept) <= LONGEST_TAIL:
        return kept
    cut = kept[-LONGEST_TAIL:]
    line = cut.find("\n")
    return cut[line + 1 :] if 0 <= line < LONGEST_TAIL // 2 else cut


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """Without colours and control characters; a line that was written over again and again counts as it was last."""
    lines = _ESCAPES.sub("", text.replace("\r\n", "\n")).split("\n")
    return "\n".join(_UNSEEN.sub("", line.rstrip("\r").rpartition("\r")[2]) for line in lines)
