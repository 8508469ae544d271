"""The release tags of a repository: which tags are versions of one line, where a range begins, and which sibling lines
have shipped meanwhile. Odd tags are left aside and named."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.words import Sha

if TYPE_CHECKING:
    from semver import Version  # its import takes longer than reading 4,000 tags

_TAG = re.compile(
    r"(?P<prefix>(?:.*[^0-9A-Za-z.+-]|.*-)?v?|.*?[A-Za-z])"
    r"(?P<core>(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9}))(?P<pre>-[0-9A-Za-z.-]+)?",
    re.ASCII,
)
_SHORT = re.compile(r"(v?(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9}))(-[0-9A-Za-z.-]+)?", re.ASCII)
_NUMBER = r"(0|[1-9]\d{0,9})"
_PLAIN = re.compile(rf"(v?){_NUMBER}\.{_NUMBER}\.{_NUMBER}", re.ASCII)
_PRE = re.compile(
    r"-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*", re.A
)
_LONGEST = 200
_FINAL = ((2, 0, ""),)

Precedence = tuple[tuple[int, ...], tuple[tuple[int, int, str], ...]]


class TagRef(NamedTuple):
    """A tag as it stands in the repository. A tuple, since there may be tens of thousands."""

    name: str
    commit: Sha
    """What it leads to; usually a commit."""


class ReleaseTag(NamedTuple):
    """A tag whose name is a version."""

    name: str
    commit: Sha
    prefix: str
    version: str
    precedence: Precedence
    """Compares as Semantic Versioning says: rc.9 before rc.10, and both before the release."""

    @property
    def is_final(self) -> bool:
        return "-" not in self.version

    @property
    def core(self) -> str:
        """The version without its pre-release, `1.4.0` of `1.4.0-rc.2`."""
        return self.version.partition("-")[0]


@dataclass(frozen=True)
class Line:
    """The release tags that belong together, lowest version first, and the tags that are no versions of it."""

    tags: tuple[ReleaseTag, ...]
    odd: tuple[str, ...]
    ahead: frozenset[str] | None = None
    """The names of the pre-releases inside the range that is looked at: what comes next is not below what they announce.
    None: nobody has looked, so all of them count."""


def release_tag(tag: TagRef) -> ReleaseTag | None:
    """The version that is in a tag's name, whatever stands before it: `v1.4.0`, `shop@1.4.0`, `release-1.4.0-rc.2`."""
    plain = _PLAIN.fullmatch(tag.name)
    if plain is not None:  # most tags are; with tens of thousands of them the general pattern is too slow
        prefix, major, minor, patch = plain.groups()
        version = tag.name[len(prefix) :]
        place = ((int(major), int(minor), int(patch)), _FINAL)
        return tuple.__new__(ReleaseTag, (tag.name, tag.commit, prefix, version, place))
    found = _TAG.fullmatch(tag.name) if len(tag.name) <= _LONGEST else None
    if found is None or (found["pre"] and not _PRE.fullmatch(found["pre"])):
        return None
    pre = found["pre"] or ""
    core = tuple(int(number) for number in found["core"].split("."))
    return ReleaseTag(
        tag.name, tag.commit, found["prefix"], found["core"] + pre, (core, _pre_precedence(pre))
    )


def line_of(tags: Iterable[TagRef], prefix: str | None) -> Line:
    """The release tags with this prefix; None means the plain ones, with a `v` or without. Where people write `1.4` for
    1.4.0, those count too."""
    plain = frozenset({"", "v"}) if prefix is None else frozenset({""})
    start = prefix or ""
    found: list[ReleaseTag] = []
    odd: list[str] = []
    short: list[ReleaseTag] = []
    for tag in tags:
        name = tag.name
        if not start:
            read = release_tag(tag)
        else:
            read = release_tag(TagRef(name[len(start) :], tag.commit)) if name.startswith(start) else None
        if read is None or read.prefix not in plain:
            odd.append(name)
            if len(name) <= _LONGEST and (match := _SHORT.fullmatch(name.removeprefix(start))) is not None:
                whole = release_tag(TagRef(f"{match[1]}.0{match[2] or ''}", tag.commit))
                if whole is not None and whole.prefix in plain and name.startswith(start):
                    short.append(whole._replace(name=name, prefix=start or whole.prefix))
        else:
            found.append(read._replace(name=name, prefix=start) if start else read)
    if short and _writes_short(found, short):
        there = {read.version for read in found}
        found += (read for read in short if read.version not in there)
        taken = {read.name for read in found}
        odd = [name for name in odd if name not in taken]
    found.sort(key=lambda read: read.precedence)
    return Line(tuple(found), tuple(odd))


def _writes_short(found: Sequence[ReleaseTag], short: Sequence[ReleaseTag]) -> bool:
    """Do these people write `1.4` for 1.4.0? They do when they have no other tags, or when 1.4.1 follows on `1.4` and there is no
    1.4.0. Elsewhere such a tag is one that moves along with its series."""
    if not found:
        return True
    series: dict[tuple[int, ...], int] = {}
    for read in found:
        major, minor, patch = read.precedence[0]
        series[major, minor] = min(patch, series.get((major, minor), patch))
    return any(series.get(read.precedence[0][:2], 0) > 0 for read in short if read.is_final)


def finals(tags: Iterable[TagRef], prefix: str) -> list[ReleaseTag]:
    """The final releases with this prefix, the highest version first."""
    return [tag for tag in reversed(line_of(tags, prefix).tags) if tag.is_final]


def prefix_of(name: str) -> str | None:
    """The prefix in a tag's name; None for a plain version, as `v1.4.0`, and for what is no version at all."""
    read = release_tag(TagRef(name, Sha("")))
    return None if read is None or read.prefix in {"", "v"} else read.prefix


def component_of(prefix: str) -> str:
    """The name of the component in a prefix: `shop` in `shop@`, `shop-v`, `@ada/shop@`; empty where there is none."""
    name = prefix.removesuffix("v").rstrip("@-/_").rpartition("/")[2]
    return "" if name.lower() in _NO_COMPONENT else name


_NO_COMPONENT = frozenset({"release", "releases", "rel", "version", "ver", "tag"})


def usual_prefix(names: Sequence[str]) -> str | None:
    """The prefix that a repository means when nobody named one: None (plain versions) if it has any, else the most used."""
    if any(_PLAIN.fullmatch(name) for name in names):
        return None
    read = (release_tag(TagRef(name, Sha(""))) for name in names)
    counts = Counter(tag.prefix for tag in read if tag is not None)
    return (
        None
        if not counts or "" in counts or "v" in counts
        else max(counts, key=lambda prefix: counts[prefix])
    )


def starts_before(line: Line, to: ReleaseTag | None) -> list[ReleaseTag]:
    """The tags from which the notes for `to` may start, best first: final releases below it, and for a pre-release also
    the pre-releases of the same version. `to` is None for what has no version yet."""
    if to is None:
        return [tag for tag in reversed(line.tags) if tag.is_final]
    return [
        tag
        for tag in reversed(line.tags)
        if tag.precedence < to.precedence and (tag.is_final or (not to.is_final and tag.core == to.core))
    ]


def siblings(line: Line, low: Precedence, high: Precedence) -> list[ReleaseTag]:
    """The final releases strictly between two versions: whoever goes up version by version has read their notes."""
    return [tag for tag in line.tags if tag.is_final and low < tag.precedence < high]


def shipped_earlier(
    candidates: Iterable[ReleaseTag], to: str | None, dates: Mapping[str, int]
) -> list[ReleaseTag]:
    """Those of the candidates that were tagged before `to` was; all of them when `to` is no tag, for it comes last."""
    limit = dates.get(to) if to is not None else None
    return [tag for tag in candidates if limit is None or dates.get(tag.name, limit) < limit]


def precedence(version: "Version") -> Precedence:
    pre = f"-{version.prerelease}" if version.prerelease else ""
    return (version.major, version.minor, version.patch), _pre_precedence(pre)


def taken_versions(tags: Collection[str], prefix: str) -> list[str]:
    """All versions that have a tag with this prefix, pre-releases too, highest first."""
    line = line_of((TagRef(name, Sha("")) for name in tags if name.startswith(prefix)), prefix)
    return [tag.version for tag in reversed(line.tags)]


def _pre_precedence(pre: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers come before words, and a shorter list before a longer one; no pre-release at all comes last."""
    if not pre:
        return _FINAL
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre[1:].split("."))
