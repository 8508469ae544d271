"""A folder with everything a configuration names, so that a test shows only what it is about."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.config import Config, ConfigMistakes, load
from bot.domain.words import ItemId, RoleName

ENVIRON = {
    "SLACK_BOT_TOKEN": "xoxb-1-made-up",
    "SLACK_APP_TOKEN": "xapp-1-made-up",
    "SHOP_GIT_TOKEN": "made-up-git-token",
}

SOUND = """\
[signing]
format = "ssh"
key = "id_ed25519"
allowed_signers = "allowed_signers"

[products.shop]
repository = "https://git.example.com/shop.git"
token_env = "SHOP_GIT_TOKEN"
channel = "C0123456789"

[roles.qa]
members = ["U0123", "U0456"]

[roles.release-manager]
group = "S0123"
"""

ROLES_USED = frozenset({RoleName("qa"), RoleName("release-manager")})
SIGN_OFFS = {ItemId("TEST-GO"): RoleName("qa"), ItemId("REL-GO"): RoleName("release-manager")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder with a key and the allowed signers, and no harbourmaster.toml yet."""
    key = tmp_path / "id_ed25519"
    key.write_text("made up, and never read by the configuration")
    key.chmod(0o600)
    (tmp_path / "allowed_signers").write_text("")
    return tmp_path


@pytest.fixture
def sound() -> str:
    """A file without a mistake; its lines are counted from [signing] on line 1."""
    return SOUND


@pytest.fixture
def read(folder: Path) -> Callable[..., Config]:
    """Load this text as the harbourmaster.toml of the folder."""

    def read_(text: str, environ: Mapping[str, str] = ENVIRON) -> Config:
        file = folder / "harbourmaster.toml"
        file.write_text(text)
        return load(file, environ, roles_used=ROLES_USED, items_known=SIGN_OFFS)

    return read_


@pytest.fixture
def mistakes(read: Callable[..., Config], folder: Path) -> Callable[..., list[str]]:
    """Load a text that has mistakes; the lines of the report without the folder's name."""

    def mistakes_(text: str, environ: Mapping[str, str] = ENVIRON) -> list[str]:
        with pytest.raises(ConfigMistakes) as caught:
            read(text, environ)
        return str(caught.value).replace(f"{folder}/", "").splitlines()

    return mistakes_
