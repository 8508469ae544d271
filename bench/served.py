"""The two apps of the bench of the acknowledgement, as processes: the whole bot, and Bolt alone with a constant answer.

`python -m bench.served bot|bare` serves with waitress and prints its port; gunicorn takes `bench.served:bot()`.
"""

import os
import sys
from wsgiref.types import WSGIApplication

from bot.slack.server import serve_waitress

THREADS = 8


def bot() -> WSGIApplication:
    """The bot of `harbourmaster run --http`, with its workers and its alarm clock. It only does not begin to look at the
    repositories, because these products have none."""
    from bot.app import assemble
    from bot.configured import read_config

    config = read_config(None, os.environ)
    running = assemble(config)
    if os.environ.get("BENCH_IDLE_WORKERS") != "1":
        running.workers.start()
        running.alarm.start()
    return running.wsgi([secret.get_secret_value() for secret in config.environment.signing_secrets])


def bare() -> WSGIApplication:
    """What a Bolt app costs that does nothing: signature, parsing, dispatch, a constant."""
    from slack_bolt import Ack, App
    from slack_bolt.adapter.wsgi import SlackRequestHandler
    from slack_bolt.authorization import AuthorizeResult

    app = App(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=True,
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id
        ),
    )

    def constant(ack: Ack) -> None:
        ack("All good.")

    def nothing(ack: Ack) -> None:
        ack()

    app.command("/release")(constant)
    app.block_action("approve:qa")(nothing)
    handler: WSGIApplication = SlackRequestHandler(app)
    return handler


def main(name: str) -> None:
    server = serve_waitress({"bot": bot, "bare": bare}[name](), "127.0.0.1", 0, THREADS)
    print(server.port, flush=True)
    sys.stdin.read()  # the parent's end is ours
    server.stop()


if __name__ == "__main__":
    main(sys.argv[1])
