"""What one value must be to be usable. Each rule returns the value or raises ValueError with a predicate, `must be …`,
that the reader of the file sees behind the name of the key. Values that may hold a secret are not repeated in it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.config.mistakes import did_you_mean, shown
from bot.domain.convention import Unconventional

SHORTEST_SECRET = 6
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_SCP_ADDRESS = re.compile(r"[A-Za-z0-9_.][\w.-]*@[\w.-]+:[^:\s]+")
# git-check-ref-format(1), rules 3 to 9 for a name below refs/heads/ or refs/tags/; and no part may begin with a
# hyphen, which git allows and a command would take for an option.
_NOT_IN_A_REF = re.compile(
    r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|(?:^|/)[.-]|\.lock(?:/|$)|^/|/$|\.$|^@$|^$",
)


def product_name(value: str) -> str:
    if not _NAME.fullmatch(value) or len(value) > 40:
        raise ValueError(
            "must be named in small letters, digits and hyphens, at most 40 of them and no hyphen first."
        )
    return value


def role_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("must be named in small letters, digits and hyphens, no hyphen first.")
    return value


def channel_id(value: str) -> str:
    if not re.fullmatch(r"[CG][A-Z0-9]{2,}", value):
        raise ValueError(
            f"must be the id of a channel, as C0123456789, and {shown(value)} is none. "
            "Slack shows it at the bottom of the channel's details."
        )
    return value


def user_id(value: str) -> str:
    if not re.fullmatch(r"[UW][A-Z0-9]{2,}", value):
        raise ValueError(
            f"must be the id of a person, as U0123456789, and {shown(value)} is none. "
            "Slack copies it from the menu of the person's profile."
        )
    return value


def group_id(value: str) -> str:
    if not re.fullmatch(r"S[A-Z0-9]{2,}", value):
        raise ValueError(
            f"must be the id of a user group, as S0123456789, and {shown(value)} is none. "
            "Slack copies it from the menu of the group in the directory."
        )
    return value


def time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as `Europe`
        hint = did_you_mean(value, available_timezones())
        raise ValueError(f"must be a time zone, as Europe/Berlin; {shown(value)} is none.{hint}") from None
    return value


def unconventional(value: str) -> str:
    if value not in set(Unconventional):
        raise ValueError(f"must be one of {', '.join(Unconventional)}.{did_you_mean(value, Unconventional)}")
    return value


def issue_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s<>|()\[\]]+", value.replace("{issue}", "X-1")):
        raise ValueError(
            f"must be an address as https://tracker.example/browse/{{issue}}; {shown(value)} is none."
        )
    if value and value.count("{issue}") != 1:
        raise ValueError("must have `{issue}` in it once, where the name of the issue belongs.")
    return value


def commit_type(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", value):
        raise ValueError(
            f"must be a type as commits have it, in small letters as feat; {shown(value)} is none."
        )
    return value


def seconds_between_looks(value: int) -> int:
    if not 1 <= value <= 86_400:
        raise ValueError("must be a number of seconds from 1 to 86400.")
    return value


def quorum(value: int) -> int:
    if value < 1:
        raise ValueError("must be 1 or more; nobody would have to sign.")
    return value


def branch(value: str) -> str:
    if value == "HEAD" or _NOT_IN_A_REF.search(value):
        raise ValueError(f"must be the name of a branch, and git does not take {shown(value)}.")
    return value


def tag_prefix(value: str) -> str:
    """An empty prefix is fine: the tag is then the bare version."""
    if _NOT_IN_A_REF.search(f"{value}1.0.0"):
        raise ValueError(f"must be the start of a tag, and git does not take {shown(value + '1.0.0')}.")
    return value


def repository(value: str) -> str:
    """https, http, ssh (also as git@host:path), file, or an absolute path; nothing that runs a helper program."""
    if re.search(r"[\s\x00-\x1f\x7f]", value) or value.startswith("-"):
        raise ValueError("must be an address without blanks, as https://git.example.com/shop.git.")
    try:
        address = urlsplit(value)
        address.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        address = urlsplit("")
    if address.password is not None or (address.scheme in ("https", "http") and address.username is not None):
        raise ValueError(
            "must not hold a name or password: this file is read by many. Put the token into an "
            "environment variable, name that in `token_env`, and make a new token, since this one was written down."
        )
    has_host = address.scheme in ("https", "http", "ssh") and address.hostname and address.path.strip("/")
    is_here = value.startswith(("/", "file:///"))
    if not (has_host or is_here or _SCP_ADDRESS.fullmatch(value)):
        raise ValueError(
            "must be an address as https://git.example.com/shop.git, git@git.example.com:shop.git "
            "or an absolute path."
        )
    return value


def token_name(value: str) -> str:
    # Capitals only, because nearly every token has a small letter: one pasted here by mistake is not repeated.
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
        raise ValueError(
            "must be the name of an environment variable in capitals, as SHOP_GIT_TOKEN, never the token itself."
        )
    return value


def token_env(value: str, environ: Mapping[str, str]) -> str:
    token_name(value)
    token = environ.get(value, "").strip()
    if not token:
        raise ValueError(f"names the environment variable {value}, which is not set. Set it to the token.")
    if re.search(r"[\s\x00-\x1f\x7f]", token):
        raise ValueError(
            f"names the environment variable {value}, whose value has blanks or line breaks in it."
        )
    return value


def secret_env(value: str, environ: Mapping[str, str]) -> str:
    """The name of a variable whose value is masked in logs; one of a few characters would be masked everywhere."""
    token_name(value)
    secret = environ.get(value, "").strip()
    if not secret:
        raise ValueError(f"names the environment variable {value}, which is not set. Set it to the secret.")
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(
            f"names the environment variable {value}, whose value is too short to be masked in logs. "
            f"Use a secret of {SHORTEST_SECRET} characters or more."
        )
    return value


def readable_file(value: str, folder: Path) -> Path:
    """`value` seen from the folder of the file, as a path to a file that this process may read."""
    path = folder / value
    try:
        is_file = path.is_file()
    except OSError as error:
        raise ValueError(f"names {path}, which cannot be looked at: {error.strerror}.") from None
    if not is_file:
        raise ValueError(f"names {path}, and there is no such file.")
    if not os.access(path, os.R_OK):
        raise ValueError(f"names {path}, which this process may not read. Change its owner or its group.")
    return path


def folder(value: str, around: Path) -> Path:
    """`value` seen from the folder of the file, as a path to a folder that is there."""
    path = around / value
    if not path.is_dir():
        raise ValueError(f"names {path}, and there is no such folder.")
    return path


def ssh_key(value: str, folder: Path) -> Path:
    path = readable_file(value, folder)
    stat = path.stat()
    # ssh-keygen refuses a private key of the user who runs it when others may do anything with it; it does
    # not mind the mode of a key that belongs to someone else, as in a mounted secret (OpenSSH, sshkey_perm_ok).
    if stat.st_uid == os.getuid() and stat.st_mode & 0o077 and path.suffix != ".pub":
        raise ValueError(
            f"names {path}, which others may open; ssh refuses such a key. Run `chmod 600 {path}`."
        )
    return path


def openpgp_key(value: str) -> str:
    # A name or an address could mean several keys; a tag is proven by the fingerprint that ends in this id.
    if not re.fullmatch(r"(?:0x)?[0-9A-Fa-f]{16,64}!?", value):
        raise ValueError("must be the fingerprint of a key in the keyring, or its last 16 digits or more.")
    return value


def hours(value: int) -> int:
    if not 1 <= value <= 24 * 365:
        raise ValueError("must be a number of hours from 1 to 8760.")
    return value


def reminders(value: int) -> int:
    if not 0 <= value <= 20:
        raise ValueError("must be a number of reminders from 0 to 20; 0 means none at all.")
    return value


def working_hours(value: str) -> str:
    """Two times of one day, the first before the second."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", value)
    if found is None or found.group(1, 2) >= found.group(3, 4):
        raise ValueError('must be two times of a day, as "09:00-17:00".')
    return value
