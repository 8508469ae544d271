"""The answer of `/release version` for a product of many components: it fits into a message, and says what it left out."""

from datetime import UTC, datetime

from bot.domain.changes import Suggestion
from bot.domain.components import ComponentSeen
from bot.domain.outcomes import ProductFacts
from bot.domain.words import ReleaseType, Sha
from bot.views.next_version import next_version

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_a_hundred_components_fit_into_one_message() -> None:
    suggested = Suggestion("1.1.0", ReleaseType.MINOR, "1 commit brings a feature", ())
    many = tuple(ComponentSeen(f"part-{n}", "1.0.0", "1.0.0", 0) for n in range(98))
    odd = (ComponentSeen("odd", None, None, 1, problem="v.txt: <!channel> is no version"),)
    changed = (ComponentSeen("api", "1.0.0", "2.0.0", 2, suggested),)
    facts = ProductFacts("shop", NOON, "main", Sha("1" * 40), "1.0.0", ("1.0.0",), 3, suggested)
    facts = ProductFacts(**{**vars(facts), "components": (*odd, *changed, *many)})

    blocks = [block.to_dict() for block in next_version("shop", facts, None)]

    assert len(blocks) <= 50
    assert "… and 70 more components: `harbourmaster version` lists all." in str(blocks)
    assert "<!channel>" not in str(blocks)
    assert "*part-0* stays at 1.0.0: nothing has touched it." in str(blocks)
    assert (
        "*api*: *2.0.0* (minor) after 1.0.0, 2 commits: 1 commit brings a feature. Its changes ask for 1.1.0;"
        in str(blocks)
    )
