"""Local Slack workspaces for the tests of this room, set up by the real manifest."""

from collections.abc import Iterator

import pytest

from bot.slack.web import SlackDoor
from bot.workspace import Workspace
from tests.slack.setting import workspace_setup


@pytest.fixture
def slack() -> Iterator[Workspace]:
    with Workspace.serve(workspace_setup()) as workspace:
        yield workspace


@pytest.fixture
def door(slack: Workspace) -> SlackDoor:
    return SlackDoor(slack.bot_token, slack.api_url, timeout=5)


@pytest.fixture(scope="module")
def old_slack() -> Iterator[Workspace]:
    """One workspace for the tests that do not mind what the tests before them left there."""
    with Workspace.serve(workspace_setup()) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def old_door(old_slack: Workspace) -> SlackDoor:
    return SlackDoor(old_slack.bot_token, old_slack.api_url, timeout=5)
