"""The migrations between two commits of a product, read from its mirror."""

from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.migrations import Migration
from bot.domain.release import Release
from bot.domain.words import Sha
from bot.facts.migrations import migration_paths, plan_migrations
from bot.parts import Parts
from bot.repository.files import Snapshot, open_repository


def migrations_between(parts: Parts, release: Release, target: Sha) -> tuple[Migration, ...] | None:
    """What was migrated since the target. None when nobody can say: there are no migrations to be found in either, or they
    could not be read."""
    repository = parts.repository(release.product)
    if release.commit is None:
        return None
    wanted = parts.product(release.product).facts
    try:
        git = open_repository(repository.with_files([target, release.commit]))
        since, until = Snapshot(git, target), Snapshot(git, release.commit)
        if not migration_paths(until, wanted) and not migration_paths(since, wanted):
            return None
        return plan_migrations(since, until, wanted).migrations
    except (OutsideError, OutsideRefusal):
        return None
