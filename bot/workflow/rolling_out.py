"""What people do about a deployment in stages. Each is one transaction; each answers with a sentence."""

from bot.domain import rolling_out as rules
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.parts import Parts
from bot.workflow.asking import Asked, change, named_or_here


def pause(parts: Parts, asked: Asked, name: str | None, reason: str) -> str:
    def decide(release: Release, _roles: Roles, policy: Policy) -> Step:
        return rules.pause(release, reason, asked.who, policy, asked.now)

    def said(release: Release) -> str:
        return (
            f"The rollout of {release.id} is paused: no further stage begins before "
            f"`/release rollout {release.id} continue`. What has begun is brought to its end."
        )

    return change(parts, asked, named_or_here(name, asked.channel), decide, said)


def proceed(parts: Parts, asked: Asked, name: str | None) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return rules.proceed(release, asked.who, roles, policy, asked.now)

    def said(release: Release) -> str:
        return f"The rollout of {release.id} goes on."

    return change(parts, asked, named_or_here(name, asked.channel), decide, said)


def abort(parts: Parts, asked: Asked, name: str | None, reason: str) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return rules.abort(release, reason, asked.who, roles, policy, asked.now)

    def said(release: Release) -> str:
        return f"The rollout of {release.id} is aborted. What is out stays out; the card offers the way back."

    return change(parts, asked, named_or_here(name, asked.channel), decide, said)
