"""docs/configuration.md and the example file say what the models say; importing the settings stays cheap."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.config import load, read_environment
from bot.config.announcements import AnnouncementsTable
from bot.config.calendar import CalendarTable
from bot.config.environment import Environment
from bot.config.facts import ComponentTable
from bot.config.recipes import EnvironmentTable, RecipeTable
from bot.config.tables import NotesTable, PolicyTable, ProductTable, RemindersTable, RoleTable, SigningTable
from bot.domain.words import ItemId, RoleName

ROOT = Path(__file__).parents[2]
TABLES = {
    "signing": SigningTable,
    "products.<name>": ProductTable,
    "products.<name>.recipes.<name>": RecipeTable,
    "products.<name>.environments.<name>": EnvironmentTable,
    "products.<name>.components.<name>": ComponentTable,
    "roles.<name>": RoleTable,
    "policy": PolicyTable,
    "notes": NotesTable,
    "reminders": RemindersTable,
    "calendar": CalendarTable,
    "announcements": AnnouncementsTable,
}


def rows_of_the_page(heading: str) -> dict[str, str]:
    """Name and default of each row of the table below this heading."""
    page = (ROOT / "docs/configuration.md").read_text()
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+?) \|", section, re.MULTILINE))


def default_in_toml(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    match field.default:
        case None:
            return "none"
        case str(text):
            return f'`"{text}"`'
        case bool(yes):
            return f"`{str(yes).lower()}`"
        case other:
            return f"`{other}`"


def test_the_page_has_every_key_of_the_file_with_its_default() -> None:
    keys = {
        f"{table}.{name}": default_in_toml(field)
        for table, model in TABLES.items()
        for name, field in model.model_fields.items()
    }

    assert rows_of_the_page("harbourmaster.toml") == keys


def test_the_page_has_every_environment_variable_with_its_default() -> None:
    documented = rows_of_the_page("Environment variables")
    required = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    filled = read_environment(required)

    variables = {
        str(field.validation_alias): "required"
        if field.is_required()
        else f"`{field.default}`"
        if field.default
        else "none"
        for field in Environment.model_fields.values()
    }
    variables["HARBOURMASTER_DATABASE_URL"] = f"`{filled.database_url.get_secret_value()}`"
    assert documented == variables


def test_the_example_file_loads_without_a_mistake_or_a_warning(folder: Path) -> None:
    example = (ROOT / "harbourmaster.example.toml").read_text()
    file = folder / "harbourmaster.toml"
    file.write_text(example.replace("/etc/harbourmaster", str(folder)))
    process = tomllib.loads((ROOT / "bot/process.toml").read_text())["items"]
    environ = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SHOP_GIT_TOKEN": "made-up"}

    config = load(
        file,
        environ,
        roles_used={RoleName(item["role"]) for item in process},
        items_known={
            ItemId(item["id"]): RoleName(item["role"]) for item in process if item["kind"] == "sign-off"
        },
    )

    assert "/etc/harbourmaster" in example
    assert list(config.products) == ["shop"]
    assert config.warnings == ()


def test_importing_the_settings_brings_in_nothing_beyond_pydantic_settings_and_semver() -> None:
    program = (
        "import pydantic_settings, sys; before = set(sys.modules); import bot.config;"
        "print({name.split('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() in ("{'bot', 'semver'}", "{'semver', 'bot'}")
