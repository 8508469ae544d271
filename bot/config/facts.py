"""The keys of [products.<name>] that say what is read from the product's repository, and reading them alone: a command
in a pipeline needs neither Slack's tokens nor the roles."""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from bot.config import rules
from bot.config.lines import KeyPath
from bot.config.mistakes import ConfigMistakes, Mistake, did_you_mean, in_sentences, place_of
from bot.domain.alignment import NAME, Rule, parse_rule
from bot.domain.facts_wanted import ComponentWanted, DocsRule, FactsWanted
from bot.domain.named_versions import RELEASED, CommitCount, FileKey, FilePattern, HighestNumber, Source

_LONGEST_PATTERN = 300
_DOCS_ITEMS = tuple(f"{kind}-{number}" for kind in ("DD", "DA", "DC", "DO") for number in range(1, 5))


def _path(value: str) -> str:
    if not value or value.startswith("/") or ".." in value.split("/") or "\0" in value or len(value) > 300:
        raise ValueError("must be a path inside the repository, as `api/openapi.yaml`.")
    return value


def _pattern(value: str) -> str:
    import re2

    if len(value) > _LONGEST_PATTERN:
        raise ValueError(f"must be a pattern of at most {_LONGEST_PATTERN} characters.")
    options = re2.Options()
    options.log_errors = False
    try:
        groups = re2.compile(value, options).groups
    except re2.error:
        raise ValueError(
            "must be a regular expression that needs no looking back or ahead (the syntax of RE2)."
        ) from None
    if groups != 1:
        raise ValueError(
            "must have exactly one group, `(…)`, around what is wanted; write others as `(?:…)`."
        )
    return value


def _whole_pattern(value: str) -> str:
    """A pattern for a whole name; groups are fine."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(value, options)
    except re2.error:
        raise ValueError("must be a regular expression in the syntax of RE2.") from None
    return value


def _version_name(value: str) -> str:
    if not NAME.fullmatch(value) or value == RELEASED:
        raise ValueError(
            f"must be a name in small letters, digits, `_`, `-` and dots, as `backend.api`, and not `{RELEASED}`."
        )
    return value


def _rule(value: str, info: ValidationInfo) -> str:
    rule = parse_rule(value)
    # Versions with a mistake of their own are not there; their names are not judged a second time.
    known = {*info.data["versions"], RELEASED} if "versions" in info.data else None
    for name in (rule.left, rule.right):
        if known is not None and name not in known:
            raise ValueError(
                f"names the version `{name}`, which is not configured.{did_you_mean(name, known)}"
            )
    return value


def _docs_item(value: str) -> str:
    if value not in _DOCS_ITEMS:
        raise ValueError(
            "must be a statement about documentation: DD, DA, DC or DO and a number from 1 to 4."
        )
    return value


def _reason(value: str) -> str:
    if not value.strip():
        raise ValueError("must say why it is accepted.")
    return value


RepositoryPath = Annotated[str, AfterValidator(_path)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class VersionTable(_Strict):
    """[products.<name>.versions] "backend.api" = { … }"""

    file: RepositoryPath | None = None
    key: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    highest: RepositoryPath | None = None
    commits: bool | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = frozenset(name for name, value in self if value is not None)
        shapes = ({"file", "key"}, {"file", "pattern"}, {"highest"}, {"commits"})
        if given not in shapes or self.commits is False:
            raise ValueError(
                "must be one of { file, key }, { file, pattern }, { highest = a glob } and { commits = true }."
            )
        return self

    def source(self) -> Source:
        match self:
            case VersionTable(file=str(file), key=str(key)):
                return FileKey(file, key)
            case VersionTable(file=str(file), pattern=str(pattern)):
                return FilePattern(file, pattern)
            case VersionTable(highest=str(glob)):
                return HighestNumber(glob)
            case _:
                return CommitCount()


class BumpTable(_Strict):
    """[[products.<name>.bump]], and the `version` of a component"""

    file: RepositoryPath
    key: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.key is None) == (self.pattern is None):
            raise ValueError(
                "must have a `key` or a `pattern` that says where in the file the version stands."
            )
        return self

    def place(self) -> FileKey | FilePattern:
        return (
            FileKey(self.file, self.key)
            if self.key is not None
            else FilePattern(self.file, self.pattern or "")
        )


class ComponentTable(_Strict):
    """[products.<name>.components.<name>]"""

    paths: Annotated[list[RepositoryPath], Field(min_length=1)]
    tag_prefix: Annotated[str, AfterValidator(rules.tag_prefix)] | None = None
    version: BumpTable | None = None
    changelog: RepositoryPath | None = None

    @model_validator(mode="after")
    def _some_version(self) -> Self:
        if self.tag_prefix is None and self.version is None:
            raise ValueError(
                "must have a `tag_prefix` or a `version`; nobody could tell its last version without."
            )
        return self

    def component(self, name: str) -> ComponentWanted:
        place = self.version.place() if self.version else None
        return ComponentWanted(name, tuple(self.paths), self.tag_prefix, place, self.changelog)


class DocsTable(_Strict):
    """[[products.<name>.docs]]"""

    paths: Annotated[list[RepositoryPath], Field(min_length=1)]
    docs: Annotated[list[RepositoryPath], Field(min_length=1)]
    item: Annotated[str, AfterValidator(_docs_item)] = "DD-1"


class FactKeys(_Strict):
    """The fact keys of [products.<name>]."""

    versions: dict[Annotated[str, AfterValidator(_version_name)], VersionTable] = {}
    aligned: list[Annotated[str, AfterValidator(_rule)]] = []
    migrations: list[RepositoryPath] = []
    dialect: Annotated[str, Field(pattern=r"^[a-z0-9_]*$", max_length=30)] = ""
    openapi: list[RepositoryPath] = []
    settings: list[RepositoryPath] = []
    settings_in_code: list[Annotated[str, AfterValidator(_pattern)]] = []
    docs: list[DocsTable] = []
    waived: dict[str, Annotated[str, AfterValidator(_reason)]] = {}
    branch_names: Annotated[str, AfterValidator(_whole_pattern)] = FactsWanted.branch_names
    hotfix_lines: Annotated[int, Field(ge=1)] = FactsWanted.hotfix_lines
    far_behind: Annotated[int, Field(ge=1)] = FactsWanted.far_behind
    changelog: RepositoryPath = FactsWanted.changelog
    manifest: RepositoryPath = FactsWanted.manifest
    bump: list[BumpTable] = []
    components: dict[Annotated[str, AfterValidator(rules.product_name)], ComponentTable] = {}
    carry_over: bool = FactsWanted.carry_over

    @model_validator(mode="after")
    def _a_changelog_each(self) -> Self:
        named = [self.changelog, *(c.changelog for c in self.components.values() if c.changelog is not None)]
        if len(set(named)) < len(named):
            raise ValueError(
                "must not have one `changelog` for the product and a component, or for two of them."
            )
        return self

    def wanted(self) -> FactsWanted:
        """The keys as the rest of the program sees them."""
        return FactsWanted(
            versions={name: table.source() for name, table in self.versions.items()},
            aligned=tuple(self._rules()),
            migrations=tuple(self.migrations),
            dialect=self.dialect,
            openapi=tuple(self.openapi),
            settings=tuple(self.settings),
            settings_in_code=tuple(self.settings_in_code),
            docs=tuple(DocsRule(tuple(d.paths), tuple(d.docs), d.item) for d in self.docs),
            waived=dict(self.waived),
            branch_names=self.branch_names,
            hotfix_lines=self.hotfix_lines,
            far_behind=self.far_behind,
            changelog=self.changelog,
            manifest=self.manifest,
            bump=tuple(table.place() for table in self.bump),
            components=tuple(table.component(name) for name, table in self.components.items()),
            carry_over=self.carry_over,
        )

    def _rules(self) -> list[Rule]:
        return [parse_rule(text) for text in self.aligned]


def load_facts(file: Path, product: str | None) -> FactsWanted:
    """The fact keys of one product; `product` may be None when the file has only one.

    Raises ConfigMistakes with every mistake among the fact keys of that product.
    """
    from bot.config.load import read_document

    document = read_document(file)
    products = document.data.get("products", {})
    name = _chosen(str(file), products if isinstance(products, dict) else {}, product)
    table: Any = products[name]
    keys = (
        {key: table[key] for key in FactKeys.model_fields if key in table}
        if isinstance(table, dict)
        else table
    )
    try:
        return FactKeys.model_validate(keys).wanted()
    except ValidationError as error:
        mistakes = [
            Mistake(str(file), place_of(path, document.lines), sentence)
            for path, sentence in in_sentences(error, known_fact_keys, ("products", name))
        ]
    raise ConfigMistakes(sorted(mistakes, key=lambda mistake: mistake.line or 0))


def known_fact_keys(table: KeyPath) -> list[str]:
    """The keys that may stand in the tables below a product."""
    match table:
        case ("products", _, "versions", _):
            return list(VersionTable.model_fields)
        case ("products", _, "docs", _):
            return list(DocsTable.model_fields)
        case ("products", _, "bump", _) | ("products", _, "components", _, "version"):
            return list(BumpTable.model_fields)
        case ("products", _, "components", _):
            return list(ComponentTable.model_fields)
        case _:
            return []


def _chosen(file: str, products: dict[str, Any], product: str | None) -> str:
    if product is None and len(products) == 1:
        return next(iter(products))
    if product in products:
        return str(product)
    names = ", ".join(products) or "none"
    sentence = f"Which product is meant? Name one with --product; the file has {names}."
    if product is not None:
        sentence = f"There is no product {product!r}; the file has {names}."
    raise ConfigMistakes([Mistake(file, None, sentence)])
