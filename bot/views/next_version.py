"""The answer of `/release version`: the next version, why, the commits that decided it, and the tags that were left aside."""

from slack_sdk.models.blocks import Block

from bot.domain.components import ComponentSeen
from bot.domain.outcomes import ProductFacts
from bot.domain.words import short
from bot.views.parts import commit_list, context, section
from bot.views.text import counted, escape, foreign, moment, sentence

_MOST_COMPONENTS = 30
"""A message of Slack's holds 50 blocks."""


def next_version(product: str, facts: ProductFacts | None, problem: str | None) -> list[Block]:
    said: list[Block] = [section(f"⚠️ {sentence(problem, 600)}", "problem")] if problem else []
    if facts is None or facts.suggestion is None:
        why = "its repository has not been read yet" if facts is None else "its branch has no commit"
        return [*said, section(f"The next version of {escape(product)} is not known: {why}.", "version")]
    suggested = facts.suggestion
    since = f"since {escape(facts.last_version)}" if facts.last_version else "and no release tag yet"
    about = (
        f"`{escape(facts.branch)}`: {counted(facts.commits, 'commit')} {since}, read {moment(facts.read_at)}"
    )
    said += [
        section(
            f"The next version of {escape(product)} is *{escape(suggested.version)}* ({suggested.type}): {suggested.why}.",
            "version",
        ),
        context(about, "about"),
    ]
    if suggested.deciders:
        said.append(context("Decided by:", "decided-by"))
        said.append(commit_list(suggested.deciders, "deciders"))
    more = suggested.decided_by - len(suggested.deciders)
    if more > 0:
        said.append(context(f"… and {counted(more, 'more commit')} of the same weight.", "more"))
    said += [_component(component) for component in facts.components[:_MOST_COMPONENTS]]
    unnamed = len(facts.components) - _MOST_COMPONENTS
    if unnamed > 0:
        said.append(
            context(
                f"… and {counted(unnamed, 'more component')}: `harbourmaster version` lists all.",
                "components",
            )
        )
    if suggested.odd:
        named = ", ".join(foreign(name, 80) for name in suggested.odd_tags)
        rest = suggested.odd - len(suggested.odd_tags)
        left = named + (f" and {rest} more" if rest > 0 else "")
        said.append(context(f"Tags left aside, for they are no versions of it: {left}.", "odd"))
    return said


def _component(component: ComponentSeen) -> Block:
    """One line for a part of the product, and the commits that decided its version."""
    name, key = f"*{escape(component.name)}*", f"component-{component.name}"
    if component.problem:
        return section(f"⚠️ The next version of {name} is not known: {foreign(component.problem, 300)}.", key)
    if component.suggestion is None:
        return section(f"{name} stays at {escape(component.version or '')}: nothing has touched it.", key)
    after = f" after {escape(component.last)}" if component.last else ""
    named = ", ".join(f"`{short(line.sha)}`" for line in component.suggestion.deciders)
    by = f" ({named})" if named else ""
    written = component.version if component.version != component.suggestion.version else None
    higher = (
        f" Its changes ask for {escape(component.suggestion.version)}; its file says more." if written else ""
    )
    return section(
        f"{name}: *{escape(component.version or '')}* ({component.suggestion.type}){after}, "
        f"{counted(component.commits, 'commit')}: {component.suggestion.why}{by}.{higher}",
        key,
    )
