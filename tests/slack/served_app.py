"""What gunicorn serves in a test: a WSGI app made by a factory from the environment."""

import os
from wsgiref.types import WSGIApplication

from bot.slack.bolt import make_bolt
from bot.slack.http import http_app
from bot.slack.incoming import Answer


def build() -> WSGIApplication:
    bolt_app = make_bolt(lambda incoming: Answer(text=f"You sent {incoming.key[:4]}."), lambda: None)
    return http_app(bolt_app, os.environ["SIGNING_SECRETS"].split(","))
