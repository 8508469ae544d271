"""Open modals (a stack of three per person) and Home tabs, with what has been typed into them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.workspace.echo import blocks_given_back
from bot.workspace.errors import SlackError
from bot.workspace.inputs import state_of
from bot.workspace.things import View, ViewKind
from bot.workspace.world import APP_ID, BOT_ID, TEAM_ID, World

DEEPEST = 3


class Windows:
    """Every view anybody has open. Views are snapshots; a change makes a new one with a new hash."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def reset(self) -> None:
        """Close everything."""
        with self._world.changing():
            self._stacks.clear()
            self._homes.clear()

    def stack(self, user: str) -> list[View]:
        with self._world.changed:
            return list(self._stacks.get(user, ()))

    def top(self, user: str) -> View | None:
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        with self._world.changed:
            return self._homes.get(user)

    def open(self, user: str, content: Mapping[str, Any]) -> View:
        """A new modal in place of whatever stack the person had."""
        with self._world.changing():
            view = self._make(user, content, ViewKind.MODAL)
            self._stacks[user] = [view]
        return view

    def push(self, user: str, content: Mapping[str, Any]) -> View:
        """A further modal on top. Raises SlackError `push_limit_reached` above three, `not_found` above none."""
        with self._world.changing():
            stack = self._stacks.get(user, [])
            if not stack:
                raise SlackError("not_found")
            if len(stack) >= DEEPEST:
                raise SlackError("push_limit_reached")
            view = self._make(user, content, ViewKind.MODAL)
            view = replace(view, root=stack[0].id, previous=stack[-1].id)
            stack.append(view)
        return view

    def publish(self, user: str, content: Mapping[str, Any], given_hash: str | None) -> View:
        """The person's Home tab. Raises SlackError `hash_conflict` when it changed since the caller looked."""
        with self._world.changing():
            before = self._homes.get(user)
            if before and given_hash and given_hash != before.hash:
                raise SlackError("hash_conflict")
            view = self._make(user, content, ViewKind.HOME)
            if before:
                view = replace(view, id=before.id, root=before.id)
            self._homes[user] = view
        return view

    def update(self, view: View, content: Mapping[str, Any], given_hash: str | None) -> View:
        """Change an open view; what was typed stays where block_id and action_id stay. Raises `hash_conflict`."""
        with self._world.changing():
            if given_hash and given_hash != view.hash:
                raise SlackError("hash_conflict")
            fresh = self._make(view.user, content, view.kind, keep=view)
            self._put(fresh)
        return fresh

    def put(self, view: View) -> None:
        """Replace a view by one with other values or errors; its hash stays, as the app did not change it."""
        with self._world.changing():
            self._put(view)

    def pop(self, user: str) -> None:
        """Close the top view; the one below shows again."""
        with self._world.changing():
            if self._stacks.get(user):
                self._stacks[user].pop()

    def clear(self, user: str) -> None:
        with self._world.changing():
            self._stacks.pop(user, None)

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View:
        """An open view. Raises SlackError `not_found`."""
        with self._world.changed:
            for view in [*(view for stack in self._stacks.values() for view in stack), *self._homes.values()]:
                outer = view.content.get("external_id")
                if (view_id and view.id == view_id) or (external_id and outer == external_id):
                    return view
        raise SlackError("not_found")

    def _put(self, view: View) -> None:
        if view.kind is ViewKind.HOME:
            self._homes[view.user] = view
            return
        stack = self._stacks.get(view.user, [])
        self._stacks[view.user] = [view if item.id == view.id else item for item in stack]

    def _make(self, user: str, content: Mapping[str, Any], kind: ViewKind, keep: View | None = None) -> View:
        self._refuse_twin(content, keep)
        blocks = self._world.with_ids(content.get("blocks", ()))
        name = keep.id if keep else self._world.serial("V")
        return View(
            id=name,
            kind=kind,
            user=user,
            content={**content, "blocks": list(blocks)},
            hash=f"{self._world.next_ts()}.{self._world.serial('h')}",
            root=keep.root if keep else name,
            previous=keep.previous if keep else None,
            values=state_of(blocks, keep.values if keep else {}),
            names=self._world.names,
        )

    def _refuse_twin(self, content: Mapping[str, Any], keep: View | None) -> None:
        outer = content.get("external_id")
        if not outer:
            return
        everything = [*(view for stack in self._stacks.values() for view in stack), *self._homes.values()]
        if any(
            view.content.get("external_id") == outer and view.id != (keep and keep.id) for view in everything
        ):
            raise SlackError("duplicate_external_id")


def view_json(view: View, app_name: str) -> dict[str, Any]:
    """The view object as Slack sends it in payloads and answers."""
    content = view.content
    common = {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": str(view.kind),
        "blocks": blocks_given_back(view.blocks),
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": {block: dict(actions) for block, actions in view.values.items()}},
        "hash": view.hash,
        "title": content.get("title", {"type": "plain_text", "text": app_name, "emoji": True}),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
    }
    return {**common, "app_id": APP_ID, "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID}
