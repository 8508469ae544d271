"""The five people of the demo, what they answer for, and the channel they talk in."""

from dataclasses import dataclass

from bot.workspace import Channel, Group, Person

CHANNEL = Channel("C0SHOPREL", "shop-releases", ("U0MARA", "U0BEN", "U0CHLOE", "U0DEVI", "U0ELI"))
TALK = Channel("C0GENERAL", "general", CHANNEL.members)

PEOPLE = (
    Person("U0MARA", "mara", "Mara Lind", tz="Europe/Berlin"),
    Person("U0BEN", "ben", "Ben Okafor", tz="Europe/London"),
    Person("U0CHLOE", "chloe", "Chloe Martin", tz="Europe/Paris"),
    Person("U0DEVI", "devi", "Devi Rao", tz="Asia/Kolkata"),
    Person("U0ELI", "eli", "Eli Brandt", tz="America/New_York"),
)

QA = Group("S0QA", "qa", "Quality", ("U0CHLOE", "U0ELI"))


@dataclass(frozen=True)
class Role:
    name: str
    members: tuple[str, ...] = ()
    group: str | None = None


ROLES = (
    Role("release-manager", ("U0MARA", "U0BEN")),
    Role("product", ("U0BEN",)),
    Role("qa", group=QA.id),
    Role("docs", ("U0ELI",)),
    Role("database", ("U0DEVI",)),
    Role("operations", ("U0DEVI", "U0ELI")),
    Role("architecture", ("U0CHLOE",)),
)
