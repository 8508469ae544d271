"""A ballot: what a person saw when signing. It travels in a button and is compared with the present before it counts."""

import json
from dataclasses import asdict, dataclass

from bot.domain.errors import OutOfDate
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.words import Phase, ReleaseId, RoleName, Sha

_LONGEST = 2000
"""Slack's limit for a button's value; whatever is longer was not written by us."""
UNREADABLE = (
    "This button is from an older version or was changed on its way. Use the buttons on the present card."
)


@dataclass(frozen=True)
class Ballot:
    release: ReleaseId
    phase: Phase
    role: RoleName
    commit: Sha
    digest: str

    def dump(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @staticmethod
    def load(value: str) -> "Ballot":
        """Read a button's value. Raises OutOfDate for anything that `dump` would not have written."""
        try:
            if len(value) > _LONGEST:
                raise ValueError("too long")
            row = json.loads(value)
            texts = [row[name] for name in ("release", "phase", "role", "commit", "digest")]
            # What cannot be printed (a null, half an emoji) no database could look up.
            if not all(isinstance(text, str) and text.isprintable() for text in texts):
                raise ValueError("not a ballot")
            release, phase, role, commit, digest = texts
            ballot = Ballot(ReleaseId(release), Phase(phase), RoleName(role), Sha(commit), digest)
            if ballot.dump() != value:
                raise ValueError("written by somebody else")
            return ballot
        except (ValueError, TypeError, KeyError, RecursionError):
            raise OutOfDate(UNREADABLE) from None


def ballot_for(release: Release, policy: Policy, item: Item, role: RoleName | None = None) -> Ballot | None:
    """The ballot that the card offers for a sign-off, None as long as the commit is not known. `role` chooses among
    several that may give it."""
    if release.commit is None:
        return None
    digest = release.content_digest(policy, item)
    return Ballot(release.id, item.phase, role or item.role, release.commit, digest)
