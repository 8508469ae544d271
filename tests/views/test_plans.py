"""Plans of steps, and the same as text."""

from bot.views.parts import as_json, section
from bot.views.plans import State, Task, plainly, plan

HOSTILE = "<!channel> *bold* \x1b[31m\nsecond line"


def test_a_plan_as_text_says_the_same_and_no_foreign_text_takes_effect() -> None:
    tasks = [Task("database", State.DONE), Task("api", State.FAILED, HOSTILE), Task("web", State.PENDING)]
    blocks = as_json([section("Before", "before"), plan("Going back", tasks, "steps")])

    before, steps = plainly(blocks)

    assert before == blocks[0]
    lines = steps["text"]["text"].splitlines()
    assert lines[0] == "*Going back*"
    assert lines[1] == "✅ database"
    assert lines[2].startswith("🚨 api: &lt;!channel&gt; ")
    assert lines[3:] == ["▫️ web"]
    assert "*bold*" not in lines[2]
    assert steps["block_id"] == "steps"


def test_details_are_rich_text_on_one_line_and_not_without_end() -> None:
    (block,) = as_json([plan("Going back", [Task("api", State.RUNNING, HOSTILE * 100)], "steps")])

    (part,) = block["tasks"][0]["details"]["elements"][0]["elements"]
    assert part["type"] == "text"
    assert "\n" not in part["text"]
    assert len(part["text"]) == 300
