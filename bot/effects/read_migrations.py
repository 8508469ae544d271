"""See what operators have to know of the migrations between the previous release and the commit that a release stands on."""

from bot.domain.migration_lines import lines_for_operators
from bot.domain.notice_book import MigrationsListed
from bot.domain.orders import ReadMigrations
from bot.domain.outcomes import MigrationsSeen, Nothing, Outcome
from bot.facts.migrations import plan_migrations
from bot.parts import Parts
from bot.repository.files import Snapshot
from bot.repository.git import Git


def carry_out(parts: Parts, order: ReadMigrations) -> Outcome:
    with parts.store.reading() as tx:
        release = tx.release(order.release)
    if release is None or release.commit is None:
        return Nothing()
    repository = parts.repository(release.product)
    git = Git(repository.mirror())
    before = next((tag.target for tag in repository.tags() if tag.name == release.previous_tag), None)
    since = Snapshot(git, before) if before else None
    plan = plan_migrations(since, Snapshot(git, release.commit), parts.product(release.product).facts)
    return MigrationsSeen(release.id, MigrationsListed(release.commit, lines_for_operators(plan.migrations)))
