"""`harbourmaster rehearse`: a team's own configuration, walked through to the tag, with nothing of the team's touched."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bot.demo.cast import CHANNEL, TALK
from bot.demo.rehearsal import rehearse
from bot.demo.stage import Plan, set_scene
from bot.workspace import Workspace

RECIPES = """
[products.shop.recipes.deploy]
command = ["sh", "-c", "touch {trace}"]

[products.shop.environments.production]
health = [{{ command = ["sh", "-c", "touch {trace}"] }}]

[products.shop.audiences.users]
channel = "{talk}"
posts = ["tagged"]
"""
TO_THE_GO = (("U0MARA", "done PREP-1"), ("U0ELI", "done PREP-3"), ("U0DEVI", "done TEST-1"))
GO = (("U0BEN", "approve as release-manager"), ("U0DEVI", "approve as operations"))
HERE, USERS = "#shop", "#shop-users"
"""The rehearsal knows channels by their ids alone, and calls them after whose they are."""
PATIENCE = 60.0


def refs(url: str) -> str:
    return subprocess.run(["git", "ls-remote", url], capture_output=True, text=True, check=True).stdout


def says(ws: Workspace, who: str, command: str) -> str:
    reply = ws.person(who).types(HERE, f"/release {command}").reply
    return reply.plain if reply else ""


def until(ws: Workspace, true: Callable[[], object], why: str) -> None:
    ws.wait_for(true, PATIENCE, why)


def messages(ws: Workspace, room: str) -> list[str]:
    return [m.plain for m in ws.messages(room) if m.from_bot]


def answered(ws: Workspace, who: str, command: str, begins: str) -> None:
    """Say it until it is taken: a typed approval counts for what the card shows, which takes a moment to catch up."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := says(ws, who, command)).startswith(begins):
        assert time.monotonic() < deadline, answer
        time.sleep(0.2)


def test_a_release_is_walked_to_its_tag_and_the_team_s_own_remote_slack_and_recipes_are_left_alone(
    tmp_path: Path,
) -> None:
    trace = tmp_path / "touched"
    plan = Plan(recipes=RECIPES.format(trace=trace, talk=TALK.id), automates=("deploy", "health"))
    with set_scene(tmp_path / "team", plan) as team:
        before = refs(team.remote.url)
        with rehearse(tmp_path / "rehearsal", team.file, team.environ, 0) as ws:
            answered(ws, "U0MARA", "start shop hotfix", "Started shop-1.3.3")
            for who, command in TO_THE_GO:
                answered(ws, who, command, command.split()[-1])
            for who, command in GO:
                answered(ws, who, command, "You signed")
            until(
                ws,
                lambda: any("is on the remote at" in said for said in messages(ws, HERE)),
                "it is tagged",
            )
            until(ws, lambda: messages(ws, USERS), "the audience of the rehearsal is told")
            # What a recipe would do in earnest is ticked by hand here.
            answered(ws, "U0DEVI", "done REL-3", "REL-3")
            answered(ws, "U0DEVI", "done REL-4", "REL-4")

        assert "refs/tags/v1.3.3" not in before
        assert refs(team.remote.url) == before
        assert [m for m in team.workspace.messages(f"#{CHANNEL.name}") if m.from_bot] == []
        assert not trace.exists()
