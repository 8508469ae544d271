"""HOTFIX-SIZE: a hotfix is the smallest repair that helps; a larger one needs somebody who answers for it."""

from bot.domain.freezing import judge_size
from bot.domain.orders import DoWork
from bot.domain.outcomes import Inconclusive, Judged
from bot.domain.release import Release
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    product = parts.product(release.product)
    repository = parts.repository(product.name)
    start = next((tag.target for tag in repository.tags() if tag.name == release.previous_tag), None)
    if order.commit is None or start is None:
        return Inconclusive(
            "The tag that this hotfix begins at was not found, so nobody can say how large it is."
        )
    files, lines = repository.changed_lines(start, order.commit)
    return judge_size(files, lines, product.facts.hotfix_lines)
