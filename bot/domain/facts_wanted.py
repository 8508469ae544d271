"""What a product's team wants read from its repository, as values. The defaults suit a repository nobody described."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.alignment import Rule
from bot.domain.named_versions import FileKey, FilePattern, Source


@dataclass(frozen=True)
class DocsRule:
    """When a file that fits `paths` changes, one that fits `docs` must change too. `item` is the process's statement."""

    paths: tuple[str, ...]
    docs: tuple[str, ...]
    item: str


@dataclass(frozen=True)
class ComponentWanted:
    """A part of the product that has a version of its own. Its last version is in its own tags, or in a file."""

    name: str
    paths: tuple[str, ...]
    """Its files and folders: a change counts for it when it touches one of them."""
    tag_prefix: str | None = None
    """What stands before the version in the tags of its own; None: it has none."""
    version: FileKey | FilePattern | None = None
    """Where its version stands, at the last release and now."""
    changelog: str | None = None


@dataclass(frozen=True)
class FactsWanted:
    """The fact settings of one product."""

    versions: Mapping[str, Source] = field(default_factory=dict)
    aligned: tuple[Rule, ...] = ()
    migrations: tuple[str, ...] = ()
    """Globs; none means the conventional places."""
    dialect: str = ""
    """Of SQL, as sqlglot names it; empty means the common ground."""
    openapi: tuple[str, ...] = ()
    """Globs of OpenAPI files; none means `openapi.*` and `swagger.*` anywhere."""
    settings: tuple[str, ...] = ()
    """Globs of files that declare settings; none means `.env.example` and its kin."""
    settings_in_code: tuple[str, ...] = ()
    """Patterns with one group, the setting's name, that are looked for in the code; none means the usual calls."""
    docs: tuple[DocsRule, ...] = ()
    waived: Mapping[str, str] = field(default_factory=dict)
    """Findings that somebody has accepted, by name, each with the reason."""
    branch_names: str = "[a-z]+/[A-Za-z0-9._/#-]{3,}"
    """A regular expression for the whole name of a branch that is neither main nor a release's."""
    hotfix_lines: int = 200
    """Changed lines (added and deleted) above which a hotfix counts as large."""
    far_behind: int = 50
    """Commits behind the main branch from which a branch counts as far behind."""
    changelog: str = "CHANGELOG.md"
    manifest: str = "releases.json"
    bump: tuple[FileKey | FilePattern, ...] = ()
    """Where the version of the release is written into the product's own files, beside the changelog."""
    components: tuple[ComponentWanted, ...] = ()
    carry_over: bool = False
    """Whether sign-offs stay when nothing but the bot's own files changed, by the bot's own commits."""

    @property
    def own_files(self) -> frozenset[str]:
        """The files that the bot writes on a release's branch."""
        components = [c.changelog for c in self.components if c.changelog is not None]
        components += [c.version.file for c in self.components if c.version is not None]
        return frozenset({self.changelog, *(place.file for place in self.bump), *components})
