"""Version files are bumped in one place; every other byte stays, and what cannot be done precisely is not done."""

import pytest

from bot.domain.named_versions import FileKey, FilePattern
from bot.readers.edits import with_version
from bot.readers.keyed import NotReadable

TOML = b'# 1.3.2\r\n[project]\r\nname = "shop-1.3.2"\r\nversion = "1.3.2"  # keep 1.3.2\r\n[tool]\r\nversion = "1.3.2"\r\n'
YAML = b"apiVersion: v2 # 1.3.2\nappVersion: '1.3.2'\nversion: 1.3.2\n"
XML = b"<p><!-- 1.3.2 --><parent><version>1.3.2</version></parent>\n<version>1.3.2</version></p>"


@pytest.mark.parametrize(
    ("file", "key", "before", "after"),
    [
        ("pyproject.toml", "project.version", TOML, TOML.replace(b'version = "1.3.2"  #', b'version = "1.4.0"  #')),
        ("package.json", "version", b'{"dep": "1.3.2",\n\t"version":"1.3.2" }', b'{"dep": "1.3.2",\n\t"version":"1.4.0" }'),
        ("lock.json", "all.0.v", b'{"all": [{"v": "1.3.2"}, {"v": "1.3.2"}]}', b'{"all": [{"v": "1.4.0"}, {"v": "1.3.2"}]}'),
        ("Chart.yaml", "version", YAML, YAML.replace(b"\nversion: 1.3.2", b"\nversion: 1.4.0")),
        ("pom.xml", "version", XML, XML.replace(b"\n<version>1.3.2", b"\n<version>1.4.0")),
        ("a.toml", "v", '\ufeffo = "größe"\nv = "1.3.2"'.encode(), '\ufeffo = "größe"\nv = "1.4.0"'.encode()),
    ],
    ids=["toml", "json", "json-list", "yaml", "xml", "bom"],
)  # fmt: skip
def test_the_value_at_a_key_changes_and_nothing_else(
    file: str, key: str, before: bytes, after: bytes
) -> None:
    assert with_version(before, FileKey(file, key), "1.4.0") == after


@pytest.mark.parametrize(
    ("before", "pattern", "after"),
    [
        (b'__version__ = "1.3.2"\r\nold = "1.3.2"\r\n', r'^__version__ = "(.+)"', b'__version__ = "1.4.0"\r\nold = "1.3.2"\r\n'),
        ("# größe ü\nVERSION=1.3.2".encode(), r"^VERSION=(\S+)$", "# größe ü\nVERSION=1.4.0".encode()),
        (b"same 1.4.0", r"same (\S+)", b"same 1.4.0"),
    ],
    ids=["python", "beyond-ascii", "already"],
)  # fmt: skip
def test_what_the_group_of_a_pattern_holds_changes_and_nothing_else(
    before: bytes, pattern: str, after: bytes
) -> None:
    assert with_version(before, FilePattern("any", pattern), "1.4.0") == after


@pytest.mark.parametrize(
    ("content", "where", "why"),
    [
        (b"version: 1.10\n", FileKey("a.yaml", "version"), "could not be replaced by itself"),
        (b"a: &v 1.3.2\nversion: *v\n", FileKey("a.yaml", "version"), "aliases"),
        (b'{"version": "1.3.\\u0032"}', FileKey("a.json", "version"), "could not be replaced by itself"),
        (b'{"other": 1}', FileKey("a.json", "version"), "has no key version"),
        (b"v = 12", FilePattern("a", r"v = (\d+)$"), "does not match 1.4.0 any more"),
        (b"\xff v = 1", FilePattern("a", r"v = (\d+)"), "not UTF-8"),
        (b"nothing", FilePattern("a", r"v = (\d+)"), "matches nothing"),
        (b"x" * (2 * 1024 * 1024 + 1), FilePattern("a", r"v = (\d+)"), "larger than 2 MiB"),
    ],
)
def test_what_cannot_be_changed_precisely_is_left_and_said(
    content: bytes, where: FileKey | FilePattern, why: str
) -> None:
    with pytest.raises(NotReadable, match=why):
        with_version(content, where, "1.4.0")
