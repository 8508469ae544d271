"""Going back: asked for with a cause, its consequences said first, agreed by two, carried out step by step, reported."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.demo.cast import TALK
from bot.domain.orders import ProveTarget, RecordWithdrawal
from bot.domain.outcomes import Recorded, TargetLooked
from bot.domain.rollback_events import TargetProved, TargetRefused
from bot.domain.words import ReleaseId, Sha
from bot.effects.prove_target import carry_out as prove
from bot.effects.record_withdrawal import carry_out
from bot.repository.git import Git
from tests.scenarios.deployed import AUTOMATES, Deployed, deployed
from tests.scenarios.story import HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING, Story

UNWANTED = "integration performance migrations docs"
TOLD = f"""
[products.shop.audiences.users]
channel = "{TALK.id}"
posts = ["rolled-back"]

[products.shop.audiences.operators]
channel = "{TALK.id}"
posts = ["withdrawn"]
"""


def shipped(world: Deployed) -> str:
    """`shop-1.3.3` is in production."""
    shop = world.shop
    release_id = shop.started("shop hotfix")
    shop.play(HOTFIX_PREPARATION)
    shop.until_card(lambda card: "2/3" in card)
    shop.play((("chloe", "approve"),), SHIPPING)
    shop.until_logged("*REL-4* passed")
    assert world.served("production") == "1.3.3"
    return release_id


def signed_previous(world: Deployed) -> None:
    """The demo's own tags are not signed; what is gone back to must be."""
    shop = world.shop
    bare = Git(Path(shop.stage.folder / "remote" / "shop.git"))
    commit = Sha(bare.run("rev-parse", "v1.3.2^{commit}").text.strip())
    bare.run("update-ref", "-d", "refs/tags/v1.3.2")
    shop.stage.bot.parts.repositories["shop"].refresh()
    shop.stage.bot.parts.repositories["shop"].push_new_tag("v1.3.2", commit, "shop 1.3.2\n")
    pushed = shop.stage.bot.parts.clock()

    def read_since() -> bool:
        with shop.stage.bot.parts.store.reading() as tx:
            facts = tx.product("shop")
        return facts is not None and facts.read_at > pushed and facts.last_version == "1.3.2"

    try:
        shop.until(read_since, "the repository is read again")
    except TimeoutError as problem:
        raise AssertionError(reading_goes(shop)) from problem


def reading_goes(shop: Story) -> str:
    """What the bot knows of the product, and how its order to read it stands: what to look at when it is not read in time."""
    parts = shop.stage.bot.parts
    with parts.store.reading() as tx:
        facts, problem = tx.product("shop"), tx.product_problem("shop")
    query = sa.text(
        "SELECT state, attempts, due_at, problem FROM orders WHERE kind = 'ReadProduct' ORDER BY id DESC LIMIT 3"
    )
    with parts.store.engine.connect().execution_options(write=False) as connection:
        orders = [tuple(row) for row in connection.execute(query)]
    known = (facts.read_at, facts.last_version) if facts else None
    return f"at {parts.clock()}: {known}, {problem}; {orders}"


def asks(world: Deployed, release_id: str, target: str = "v1.3.2") -> None:
    world.shop.reply("devi", f"rollback {release_id}")
    delivery = world.shop.fills(
        "devi", target=target, cause="Orders are lost.", evidence="", impact="Everybody."
    )
    assert delivery.ok


@pytest.mark.process("RE-1", "RE-2", "RE-4", "REL-3")
def test_components_are_deployed_in_their_order_and_go_back_the_other_way_round(tmp_path: Path) -> None:
    order = 'deploy_order = ["database", "api", "web"]\n'
    with deployed(
        tmp_path, without=UNWANTED, product_settings=order, automates=("deploy", "health")
    ) as world:
        shop = world.shop
        signed_previous(world)
        (world.folder / "deploy.hangs").touch()
        release_id = shop.started("shop hotfix")
        shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)
        shop.until(
            lambda: world.traces() == ["deploy production v1.3.3 of database"], "the first component is on"
        )
        shop.until_card(lambda card: "database, 1 of 3: " in card)
        shop.stage.restart()
        (world.folder / "deploy.hangs").unlink()

        said = shop.until_logged("*REL-3* passed: ")
        assert "database, api, web, one after the other." in said
        shop.until_logged("*REL-4* passed")
        assert world.traces() == [
            f"deploy production v1.3.3 of {name}" for name in ("database", "api", "web")
        ]

        asks(world, release_id)
        shop.until_logged("Nobody knows whether the database must be restored")
        shop.says("ben", f"rollback {release_id} agree")
        shop.until_logged("Rollback: *database* is inconclusive")
        shop.says("devi", "rollback skip the schema is the same")
        shop.until_logged("`v1.3.2` serves again, and `v1.3.3` is withdrawn")

        back = [
            f"{step} production v1.3.2 of {name}"
            for step in ("shutdown", "deploy", "restart")
            for name in ("web", "api", "database")
        ]
        assert world.traces()[3:] == back


def test_a_component_that_fails_keeps_those_behind_it_from_being_deployed(tmp_path: Path) -> None:
    order = 'deploy_order = ["database", "api"]\n'
    with deployed(
        tmp_path, without=UNWANTED, product_settings=order, automates=("deploy", "health")
    ) as world:
        shop = world.shop
        world.breaks("deploy")
        shop.started("shop hotfix")
        shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)

        assert "database: deploy ended with code 3." in shop.until_logged("*REL-3* failed: ")
        assert world.traces() == ["deploy production v1.3.3 of database"]
        assert world.served("production") == ""
        printed = shop.says("devi", "log REL-3")
        assert "part-database" in printed
        assert "it is broken" in printed

        world.mends("deploy")
        shop.says("devi", "run REL-3")
        shop.until_logged("*REL-4* passed")
        assert world.traces()[1:] == [f"deploy production v1.3.3 of {name}" for name in ("database", "api")]


@pytest.mark.process(
    "RD-1", "RD-2", "RD-3", "RD-4", "RE-1", "RE-2", "RE-3", "RE-4", "RE-5", "RR-1", "RR-2", "RR-3", "RR-4"
)
def test_two_people_go_back_to_the_version_before_and_the_report_is_completed(tmp_path: Path) -> None:
    with deployed(tmp_path, TOLD, automates=(*AUTOMATES, "correctives")) as world:
        shop = world.shop
        signed_previous(world)
        release_id = shipped(world)

        asks(world, release_id)
        shop.until_logged("Nobody knows whether the database must be restored")
        assert "You agreed already" in shop.says("devi", "rollback agree")
        assert "belongs to operations or release-manager" in shop.says("chloe", "rollback agree")
        assert "It begins." in shop.says("ben", f"rollback {release_id} agree")

        shop.until_logged("Rollback: *database* is inconclusive")
        assert world.served("production") == "1.3.2"
        assert "half a rollback" in shop.says("devi", "rollback drop I was wrong")
        assert "goes on" in shop.says("devi", "rollback skip the schema is the same")
        shop.until_logged("`v1.3.2` serves again, and `v1.3.3` is withdrawn")
        shop.until_logged("It was rolled back to v1.3.2")

        assert "CODE of shop-1.3.3 printed" in shop.says("devi", f"log {release_id} code")
        begun = [t.split()[0] for t in world.traces() if "production v1.3.2" in t]
        assert begun == ["shutdown", "deploy", "restart"]
        assert "a rollback is not rolled back" in refused(world, release_id)

        refused_again = shop.says("devi", f"run {release_id} REL-3")
        assert refused_again == f"{release_id} is over; it was cancelled: It was rolled back to v1.3.2."
        shop.says("devi", "rollback report")
        shop.modal("devi", "Rollback report")
        assert shop.fills("devi", plan="1.3.4 in January").ok
        shop.until_card(lambda card: "Its report is still to be completed" not in card)
        agrees_on_an_alert(shop)
        audiences_know(shop)
        the_next_release_asks_for_it(shop, release_id)


def agrees_on_an_alert(shop: Story) -> None:
    """Devi adds a corrective action that Ada is to do; what cannot be kept is said at its field."""
    soon = f"{shop.stage.bot.parts.clock() + timedelta(days=7):%Y-%m-%d}"
    shop.clicks("devi", "Add a corrective action…")
    wrong = shop.fills("devi", action="alert on lost orders", owner="eli", due="2020-12-24")
    assert wrong.errors == {"due": "2020-12-24 has passed. Choose today or a later day."}
    assert shop.fills("devi", due=soon).ok
    shop.until_card(lambda card: "alert on lost orders" in card)
    shop.clicks("devi", "Add a corrective action…")
    twice = shop.fills("devi", action="Alert on lost orders!", owner="eli", due=soon)
    assert "both would be called alert-on-lost-orders" in twice.errors["action"]
    shop.ws.person("devi").closes_all()


def the_next_release_asks_for_it(shop: Story, rolled_back: str) -> None:
    shop.says("mara", "start shop minor")
    shop.until_logged("*PLAN-RR* failed: What was agreed on after a rollback is still open.")
    assert "1.3.3:alert-on-lost-orders" in shop.says("mara", "findings shop-1.4.0")

    answer = shop.says("devi", f"rollback {rolled_back} done alert-on-lost-orders there is one now")
    assert answer == "It is done, as the last one."
    shop.says("mara", "run shop-1.4.0 PLAN-RR")
    shop.until_logged("*PLAN-RR* passed: No corrective action is open.")


def audiences_know(shop: Story) -> None:
    """Each is told once: that another version serves, or that this one is not to be installed, and what to do."""
    shop.until(lambda: len(told(shop)) == 2, "users and operators are told")
    users, operators = sorted(told(shop), key=lambda said: "*What to do*" in said)
    assert users.splitlines()[:3] == [
        "*shop 1.3.3* was rolled back: v1.3.2 serves again.",
        "Why: Orders are lost.",
        "What it meant: Everybody.",
    ]
    assert operators.startswith("*shop 1.3.3* is withdrawn: do not install it; v1.3.2 is the one to use.")
    assert "• Nobody knows whether the database has to be restored: ask before you go back." in operators


def told(shop: Story) -> list[str]:
    return [m.plain for m in shop.ws.messages(f"#{TALK.name}") if m.from_bot and not m.ephemeral_to]


def refused(world: Deployed, release_id: str) -> str:
    asks(world, release_id)
    notice = str(world.shop.modal("devi").blocks)
    world.shop.ws.person("devi").closes_all()
    return notice


def gone_back(world: Deployed) -> str:
    """`shop-1.3.3` was in production, and 1.3.2 serves again."""
    shop = world.shop
    signed_previous(world)
    release_id = shipped(world)
    asks(world, release_id)
    shop.until_logged("Nobody knows whether the database must be restored")
    shop.says("ben", f"rollback {release_id} agree")
    shop.until_logged("Rollback: *database* is inconclusive")
    shop.says("devi", f"rollback {release_id} skip the schema is the same")
    shop.until_logged("`v1.3.2` serves again, and `v1.3.3` is withdrawn")
    return release_id


@pytest.mark.process("TGM-3", "RR-1")
def test_a_clone_sees_in_the_manifest_when_why_and_by_whom_a_version_was_withdrawn(tmp_path: Path) -> None:
    with deployed(tmp_path, automates=(*AUTOMATES, "merge-back")) as world:
        shop = world.shop
        release_id = gone_back(world)

        assert "`releases.json` on main says so at" in shop.until_logged("says so at")

        bare = Git(Path(shop.stage.folder / "remote" / "shop.git"))
        (entry,) = json.loads(bare.run("show", "main:releases.json").text)["releases"]
        back = shop.release(release_id).withdrawn
        assert back is not None
        assert back.ended_at is not None
        assert entry["state"] == "withdrawn"
        assert entry["reason"] == "Orders are lost."
        assert entry["withdrawn_at"] == f"{back.ended_at:%Y-%m-%dT%H:%M:%SZ}"
        assert entry["withdrawn_by"] == sorted(back.agreed)
        shop.until_card(lambda card: "`releases.json` says so." in card)
        head = bare.run("rev-parse", "main").text
        again = carry_out(shop.stage.bot.parts, RecordWithdrawal(ReleaseId(release_id)))
        assert isinstance(again, Recorded)  # as after a kill between the push and its result
        assert (again.done.commit, bare.run("rev-parse", "main").text) == (head, head)


@pytest.mark.process("RE-2")
def test_a_target_without_a_good_signature_cannot_be_gone_back_to_and_another_one_can(tmp_path: Path) -> None:
    with deployed(tmp_path) as world:
        shop = world.shop
        release_id = shipped(world)

        asks(world, release_id)
        shop.until_logged("v1.3.2 cannot be gone back to")
        assert "It has been decided already" in shop.says("ben", f"rollback {release_id} agree")
        shop.until_card(lambda card: "Choose another target" in card)
        assert "is dropped" in shop.says("devi", f"rollback {release_id} drop it is mended by hand")


@pytest.mark.process("RE-3")
def test_what_going_back_costs_is_said_before_anybody_decides_and_the_database_is_restored(
    tmp_path: Path,
) -> None:
    with deployed(tmp_path, product_settings='migrations = ["migrations/*.sql"]\n') as world:
        shop = world.shop
        signed_previous(world)
        release_id = shipped(world)
        asks(world, release_id)

        said = shop.until_logged("The database has to be restored: there are migrations between the two.")
        assert "Going back does not bring back: migrations/0007" in said.replace("\u200b", "")
        assert "has to be restored" in shop.until_card(lambda card: "1 of 2 agree" in card).plain
        assert world.served("production") == "1.3.3", "nothing has begun"
        shop.says("ben", f"rollback {release_id} agree")

        shop.until_logged("`v1.3.2` serves again, and `v1.3.3` is withdrawn")
        back = [trace.split()[0] for trace in world.traces() if "production v1.3.2" in trace]
        assert back == ["shutdown", "deploy", "restore", "restart"]


@pytest.mark.process("RE-3")
def test_where_nothing_was_migrated_the_database_stays_as_it_is(tmp_path: Path) -> None:
    with deployed(tmp_path, product_settings='migrations = ["migrations/*.sql"]\n') as world:
        release_id = ReleaseId(world.shop.started("shop minor"))
        parts, commit = world.shop.stage.bot.parts, world.shop.release(release_id).commit
        assert commit is not None
        parts.repositories["shop"].push_new_tag("v1.3.9", commit, "shop 1.3.9\n")

        looked = prove(parts, ProveTarget(release_id, "v1.3.9"))

        assert isinstance(looked, TargetLooked)
        assert isinstance(looked.result, TargetProved)
        assert (looked.result.database, looked.result.irreversible) == ("keep", ())
        assert "database" not in looked.result.ways


@pytest.mark.process("RE-2")
def test_a_tag_that_somebody_has_replaced_is_refused_as_a_target_although_its_signature_is_good(
    tmp_path: Path,
) -> None:
    with deployed(tmp_path) as world:
        shop = world.shop
        parts = shop.stage.bot.parts
        made = shop.release(shipped(world)).tagged
        other = ReleaseId(shop.started("shop minor"))
        bare = Git(Path(shop.stage.folder / "remote" / "shop.git"))
        elsewhere = Sha(bare.run("rev-parse", "v1.3.3~1").text.strip())
        assert made is not None

        bare.run("update-ref", "refs/tags/v1.3.1", made.object)
        named_wrong = prove(parts, ProveTarget(other, "v1.3.1"))
        bare.run("update-ref", "-d", "refs/tags/v1.3.3")
        parts.repositories["shop"].push_new_tag("v1.3.3", elsewhere, "shop 1.3.3\n")
        moved = prove(parts, ProveTarget(other, "v1.3.3"))

        refused = "v1.3.1 cannot be gone back to: the tag object inside is called v1.3.3: it was made for another name."
        assert named_wrong == TargetLooked("v1.3.1", TargetRefused("v1.3.1", refused))
        refused = f"v1.3.3 cannot be gone back to: it leads to {elsewhere[:7]}, and was made at {made.commit[:7]}: somebody has replaced it."
        assert moved == TargetLooked("v1.3.3", TargetRefused("v1.3.3", refused))


@pytest.mark.process("RE-2")
def test_a_failed_step_is_tried_again(tmp_path: Path) -> None:
    with deployed(tmp_path, without="shutdown restart") as world:
        shop = world.shop
        signed_previous(world)
        release_id = shipped(world)
        world.breaks("deploy")
        asks(world, release_id)
        shop.until_logged("Nobody knows whether")
        shop.says("ben", f"rollback {release_id} agree")

        shop.until_logged("Rollback: *code* failed")
        shop.until_card(lambda card: "is stuck" in card)
        assert "*Going back* to `v1.3.2`: a step has failed." in shop.card().plain
        world.mends("deploy")
        shop.clicks("devi", "Try the step again")
        shop.until_logged("Rollback: *code* passed")
        assert world.served("production") == "1.3.2"
