"""Whole files: a sound one becomes values, and every mistake of a bad one is named at once, each with its line."""

import os
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config, ConfigMistakes, Product, RoleMembers, Signing, load
from bot.domain.notices import AudiencePlan, NoticeRules
from bot.domain.words import Audience, ChannelId

Read = Callable[..., Config]
Mistakes = Callable[..., list[str]]


def test_a_sound_file_becomes_frozen_values(read: Read, sound: str, folder: Path) -> None:
    config = read(sound + "\n[policy]\nquorum = { TEST-GO = 2 }\n")

    shop = config.products["shop"]
    assert config.signing == Signing("ssh", folder / "id_ed25519", folder / "allowed_signers")
    assert shop == Product(
        name="shop",
        repository="https://git.example.com/shop.git",
        token=shop.token,
        branch="main",
        channel="C0123456789",
        tag_prefix="v",
        timezone=ZoneInfo("UTC"),
        look_every=60,
        notices=NoticeRules((AudiencePlan(Audience.USERS, ChannelId("C0123456789"), "UTC"),)),
    )
    assert config.roles == {
        "qa": RoleMembers(frozenset({"U0123", "U0456"}), None),
        "release-manager": RoleMembers(frozenset(), "S0123"),
    }
    assert config.quorums == {"TEST-GO": 2}
    assert config.warnings == ()


def test_the_token_is_read_from_the_variable_that_token_env_names_and_is_never_printed(
    read: Read, sound: str
) -> None:
    config = read(sound)

    token = config.products["shop"].token
    assert token is not None
    assert token.get_secret_value() == "made-up-git-token"
    assert "made-up" not in repr(config)


def test_openpgp_needs_the_name_of_a_key_and_no_files(read: Read, sound: str) -> None:
    text = sound.replace('"ssh"', '"openpgp"').replace('"id_ed25519"', '"0123456789ABCDEF"')

    config = read(text.replace('allowed_signers = "allowed_signers"\n', ""))

    assert config.signing == Signing("openpgp", "0123456789ABCDEF", None)


def test_two_products_may_share_a_channel(read: Read, sound: str) -> None:
    config = read(sound + '[products.web]\nrepository = "/srv/git/web.git"\nchannel = "C0123456789"\n')

    assert [product.channel for product in config.products.values()] == ["C0123456789", "C0123456789"]


def test_every_mistake_of_the_file_and_of_the_environment_is_named_at_once(
    mistakes: Mistakes, folder: Path
) -> None:
    text = """\
[signing]
format = "ssh"
key = "elsewhere"

[products.Shop]
repository = "https://bot:hunter2@git.example.com/shop.git"
token_env = "ghp_hunter2"
chanel = "C0123456789"
timezone = "Europe/Berln"
look_every = "60"
tag_prefix = "-v"
branch = 3

[products.web]
repository = "https://git.example.com/web.git"
token_env = "WEB_GIT_TOKEN"
channel = "#web"
look_every = 0

[roles.qa]
members = [
  "U0123",  # the only one
  "bob",
  "U0123",
]

[roles.releese-manager]

[policy]
quorum = { TEST-GO = 3, REL-G = 1, REL-GO = 0 }

[polcy]
"""

    lines = mistakes(text, {"SLACK_BOT_TOKEN": "xoxb-1"})

    assert lines == [
        "environment: Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set, so nothing from Slack could come "
        "in. Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for requests over HTTP.",
        'harbourmaster.toml:1: `signing.allowed_signers` is missing. With format = "ssh" it names the file of the '
        "keys that count for your tags; without it no tag could be verified.",
        "harbourmaster.toml:3: `signing.key` names elsewhere, and there is no such file.",
        "harbourmaster.toml:5: `products.Shop` must be named in small letters, digits and hyphens, at most 40 of "
        "them and no hyphen first.",
        "harbourmaster.toml:5: `products.Shop.channel` is missing. docs/configuration.md says what belongs there.",
        "harbourmaster.toml:6: `products.Shop.repository` must not hold a name or password: this file is read by "
        "many. Put the token into an environment variable, name that in `token_env`, and make a new token, since "
        "this one was written down.",
        "harbourmaster.toml:7: `products.Shop.token_env` must be the name of an environment variable in capitals, "
        "as SHOP_GIT_TOKEN, never the token itself.",
        "harbourmaster.toml:8: `products.Shop.chanel` is not a setting. Did you mean `channel`?",
        "harbourmaster.toml:9: `products.Shop.timezone` must be a time zone, as Europe/Berlin; `Europe/Berln` is "
        "none. Did you mean `Europe/Berlin`?",
        "harbourmaster.toml:10: `products.Shop.look_every` must be a whole number without quotes.",
        "harbourmaster.toml:11: `products.Shop.tag_prefix` must be the start of a tag, and git does not take "
        "`-v1.0.0`.",
        "harbourmaster.toml:12: `products.Shop.branch` must be text in quotes.",
        "harbourmaster.toml:16: `products.web.token_env` names the environment variable WEB_GIT_TOKEN, which is "
        "not set. Set it to the token.",
        "harbourmaster.toml:17: `products.web.channel` must be the id of a channel, as C0123456789, and `#web` is "
        "none. Slack shows it at the bottom of the channel's details.",
        "harbourmaster.toml:18: `products.web.look_every` must be a number of seconds from 1 to 86400.",
        "harbourmaster.toml:20: `roles.release-manager` is missing, and the process gives items to this role. Add "
        "[roles.release-manager] with `members`, a `group`, or both. Or is `roles.releese-manager` meant to be "
        "this one?",
        "harbourmaster.toml:23: Entry 2 of `roles.qa.members` must be the id of a person, as U0123456789, and "
        "`bob` is none. Slack copies it from the menu of the person's profile.",
        "harbourmaster.toml:27: `roles.releese-manager` must have `members`, a `group`, or both; nobody could act "
        "for this role.",
        "harbourmaster.toml:30: `policy.quorum.TEST-GO` asks for 3 people of the role qa, which has 2. Add members "
        "or a group, or lower the quorum.",
        "harbourmaster.toml:30: `policy.quorum.REL-G` is no sign-off of the process. Did you mean `REL-GO`?",
        "harbourmaster.toml:30: `policy.quorum.REL-GO` must be 1 or more; nobody would have to sign.",
        "harbourmaster.toml:32: `polcy` is not a setting. Did you mean `policy`?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"ssh"', '"x509"', "2: `signing.format` must be 'ssh' or 'openpgp'."),
        ('"ssh"', "true", "2: `signing.format` must be 'ssh' or 'openpgp'."),
        (
            '"ssh"\nkey = "id_ed25519"',
            '"openpgp"\nkey = "0123456789ABCDEF"',
            '4: `signing.allowed_signers` belongs to format = "ssh"; with "openpgp" the keyring says whose keys '
            "count.",
        ),
        (
            '"allowed_signers"',
            '"other"',
            "4: `signing.allowed_signers` names other, and there is no such file.",
        ),
        (
            '["U0123", "U0456"]',
            '"U0123"',
            '12: `roles.qa.members` must be a list in brackets, as `["U0123456789"]`.',
        ),
        (
            '"S0123"',
            '"@leads"',
            "15: `roles.release-manager.group` must be the id of a user group, as S0123456789, and `@leads` is "
            "none. Slack copies it from the menu of the group in the directory.",
        ),
        ("[products.shop]", "[[products.shop]]", "6: `products.shop` must be a table."),
        (
            'channel = "C0123456789"',
            'channel = "C0123456789"\nextra = { a = 1 }',
            "10: `products.shop.extra` is not a setting. Known here: repository, token_env, branch, channel, "
            "tag_prefix, timezone, automates, look_every, notes, audiences, recipes, environments, "
            "deploy_order, versions, aligned, migrations, dialect, openapi, settings, settings_in_code, docs, "
            "waived, branch_names, hotfix_lines, far_behind, "
            "changelog, manifest, bump, components, carry_over.",
        ),
        (
            'channel = "C0123456789"',
            'channel = "C0123456789"\ncomponents.api = { paths = ["api"] }',
            "10: `products.shop.components.api` must have a `tag_prefix` or a `version`; nobody could tell its last "
            "version without.",
        ),
        (
            'channel = "C0123456789"',
            'channel = "C0123456789"\ncomponents.api = { paths = ["a"], tag_prefix = "a-v", changelog = "CHANGELOG.md" }',
            "6: `products.shop` must not have one `changelog` for the product and a component, or for two of them.",
        ),
        (
            'token_env = "SHOP_GIT_TOKEN"',
            'branch = "my branch"',
            "8: `products.shop.branch` must be the name of a branch, and git does not take `my branch`.",
        ),
        (
            "[roles.qa]",
            '["roles"."q a"]\nmembers = ["U012"]\n[roles.qa]',
            '11: `roles."q a"` must be named in small letters, digits and hyphens, no hyphen first.',
        ),
    ],
)
def test_a_mistake_stands_alone_when_it_is_alone(
    mistakes: Mistakes, sound: str, old: str, new: str, line: str
) -> None:
    assert mistakes(sound.replace(old, new, 1)) == [f"harbourmaster.toml:{line}"]


def test_tables_that_are_not_there_are_missing_from_the_file_as_a_whole(mistakes: Mistakes) -> None:
    lines = mistakes("")

    assert [line.split(", and")[0] for line in lines] == [
        "harbourmaster.toml: `roles.qa` is missing",
        "harbourmaster.toml: `roles.release-manager` is missing",
        "harbourmaster.toml: `signing` is missing. docs/configuration.md says what belongs there.",
        "harbourmaster.toml: `products` is missing. docs/configuration.md says what belongs there.",
    ]


def test_a_products_table_without_a_product_is_refused(mistakes: Mistakes, sound: str) -> None:
    text = sound[: sound.index("[products.shop]")] + "[products]\n" + sound[sound.index("[roles.qa]") :]

    lines = mistakes(text)

    assert lines == ["harbourmaster.toml:6: `products` must hold at least one product, as [products.shop]."]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[signing\n",
            "1: TOML cannot read column 9 of this line: Expected ']' at the end of a table declaration.",
        ),
        ("a = 1\na = 2\n", "2: TOML cannot read column 6 of this line: Cannot overwrite a value."),
        ("a = 1\n\nb = ", "3: TOML cannot read the file to its end: Invalid value."),
        ("a = [\n1\n", "2: TOML cannot read the file to its end: Unclosed array."),
    ],
)
def test_a_file_that_is_not_toml_is_named_with_its_line(mistakes: Mistakes, text: str, line: str) -> None:
    assert mistakes(text) == [f"harbourmaster.toml:{line}"]


def test_a_file_that_is_not_utf_8_is_named_with_its_line(folder: Path, sound: str) -> None:
    file = folder / "harbourmaster.toml"
    file.write_bytes(b"[signing]\n# f\xfcr alle\n")

    with pytest.raises(ConfigMistakes) as caught:
        load(file, {}, roles_used=frozenset(), items_known={})

    assert str(caught.value.mistakes[-1]) == f"{file}:2: This is not UTF-8 text, as TOML must be."


def test_a_byte_order_mark_does_no_harm(read: Read, sound: str) -> None:
    assert list(read("\ufeff" + sound).products) == ["shop"]


def test_a_file_that_is_not_there_is_a_mistake_and_the_environment_is_checked_all_the_same(
    tmp_path: Path,
) -> None:
    file = tmp_path / "harbourmaster.toml"

    with pytest.raises(ConfigMistakes) as caught:
        load(
            None,
            {"HARBOURMASTER_CONFIG": str(file), "SLACK_APP_TOKEN": "xapp-1"},
            roles_used=set(),
            items_known={},
        )

    assert str(caught.value).splitlines() == [
        "environment: `SLACK_BOT_TOKEN` is missing. docs/configuration.md says what belongs there.",
        f"{file}: The file cannot be read: No such file or directory. Write it after harbourmaster.example.toml, "
        "or name another one in HARBOURMASTER_CONFIG.",
    ]


def test_a_key_that_ssh_would_refuse_is_refused_here_first(
    mistakes: Mistakes, sound: str, folder: Path
) -> None:
    (folder / "id_ed25519").chmod(0o640)

    lines = mistakes(sound)

    assert lines == [
        "harbourmaster.toml:3: `signing.key` names id_ed25519, which others may open; ssh refuses such a key. "
        "Run `chmod 600 id_ed25519`."
    ]


@pytest.mark.skipif(os.getuid() == 0, reason="root may read every file")
def test_a_key_that_this_process_may_not_read_is_refused(
    mistakes: Mistakes, sound: str, folder: Path
) -> None:
    (folder / "id_ed25519").chmod(0o000)

    lines = mistakes(sound)

    assert lines == [
        "harbourmaster.toml:3: `signing.key` names id_ed25519, which this process may not read. Change its owner or "
        "its group."
    ]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to another user")
def test_a_mounted_key_of_another_user_is_taken_and_doubted_when_everyone_may_read_it(
    read: Read, sound: str, folder: Path
) -> None:
    key = folder / "id_ed25519"
    os.chown(key, 65534, 65534)
    key.chmod(0o440)
    for_the_group = read(sound)
    key.chmod(0o444)

    for_everyone = read(sound)

    assert for_the_group.warnings == ()
    assert [str(warning) for warning in for_everyone.warnings] == [
        f"{folder}/harbourmaster.toml:3: `signing.key` names {key}, which everyone on this machine may read and "
        f"sign with. Run `chmod o-r {key}`."
    ]


def test_a_token_with_a_line_break_inside_is_refused_and_not_repeated(mistakes: Mistakes, sound: str) -> None:
    environ = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SHOP_GIT_TOKEN": "hun\nter2"}

    lines = mistakes(sound, environ)

    assert lines == [
        "harbourmaster.toml:8: `products.shop.token_env` names the environment variable SHOP_GIT_TOKEN, whose "
        "value has blanks or line breaks in it."
    ]


def test_a_group_may_have_any_number_of_members_for_a_quorum(read: Read, sound: str) -> None:
    config = read(sound + "[policy.quorum]\nREL-GO = 7\n")

    assert config.quorums == {"REL-GO": 7}


def test_what_looks_wrong_and_works_is_a_warning_with_its_line(read: Read, sound: str, folder: Path) -> None:
    text = sound.replace("https://git.example.com", "http://git.example.com")
    text += '[roles.docs]\ngroup = "S012"\n'
    text += (
        '[products.web]\nrepository = "/srv/git/web.git"\nchannel = "C012"\ntoken_env = "SHOP_GIT_TOKEN"\n'
    )
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "HARBOURMASTER_DATABSE_URL": "postgresql+psycopg://bot:hunter2@db/harbourmaster",
        "HARBOURMASTER_GIT_TOKEN": "made-up",
    }

    config = read(text.replace("SHOP_GIT_TOKEN", "HARBOURMASTER_GIT_TOKEN"), environ)

    file = folder / "harbourmaster.toml"
    assert [str(warning) for warning in config.warnings] == [
        f"{file}:7: `products.shop.repository` is reached without encryption, so the token of `token_env` can be "
        "read on the way. Use https.",
        f"{file}:21: `products.web.token_env` is not used: only https and http take a token.",
        f"{file}:16: `roles.docs` is a role to which the process gives nothing.",
        "environment: HARBOURMASTER_DATABSE_URL is set, and nothing reads it. Did you mean "
        "`HARBOURMASTER_DATABASE_URL`?",
    ]
