"""Start a release. Leave words out and a form asks for them, with the suggested version and why."""

from bot.domain.calendar import Planned, planned
from bot.domain.course import Wanted
from bot.domain.errors import NotFound, NotUnderstood, UserError
from bot.domain.release import Release
from bot.domain.words import Cause, ReleaseType
from bot.slack.incoming import Values
from bot.views import modals
from bot.views.answers import notice
from bot.views.text import sentence
from bot.workflow.starting import default_product, outlook, read_wanted, start_release
from commands import Desk, Reply

USAGE = (
    "start [product] [version | major | minor | patch | alpha | beta | rc | hotfix [security | data | outage | bug]] "
    "[on <date> [time]] [--dry-run] "
    "[because <reason>]"
)
DRY_RUN = "--dry-run"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    because: str | None = None
    at = next((n for n, word in enumerate(words) if word.lower() == "because"), None)
    if at is not None:
        words, because = words[:at], " ".join(words[at + 1 :])[:1000]
    dry_run = DRY_RUN in words
    words = tuple(word for word in words if word != DRY_RUN)
    words, cause = _cause_in(words)
    product, version, date = read_wanted(desk.parts, desk.asked, words)
    if dry_run and (product is None or version is None):
        raise NotUnderstood(
            f"A dry run needs its product and version: `/release start shop minor {DRY_RUN}`."
        )
    if product is None or version is None:
        return Reply(modal=form(desk, product, version or "", date))
    wanted = Wanted(product, version, date, because, dry_run, cause)
    return Reply(start_release(desk.parts, desk.asked, wanted, said))


def _cause_in(words: tuple[str, ...]) -> tuple[tuple[str, ...], Cause | None]:
    """Take the word behind `hotfix` that says why out of the words."""
    lower = [word.lower() for word in words]
    at = lower.index(ReleaseType.HOTFIX) + 1 if ReleaseType.HOTFIX in lower else len(words)
    if at == len(words) or lower[at] not in list(Cause):
        return words, None
    return (*words[:at], *words[at + 1 :]), Cause(lower[at])


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    if action_id == "start:product":
        return Reply(update=form(desk, value))
    return Reply(modal=form(desk, default_product(desk.parts, desk.asked)))


def submitted(desk: Desk, _metadata: str, values: Values) -> Reply:
    product, day, clock = (str(values.get(name) or "") for name in ("product", "date", "time"))
    field, version = next(
        (key, str(value or "")) for key, value in values.items() if key.startswith("version-")
    )
    if clock and not day:
        return Reply(errors={"time": "Choose the date that this time belongs to, or leave both empty."})
    try:
        date = (
            planned(day, clock or None, str(desk.parts.product(product).timezone), desk.asked.now)
            if day
            else None
        )
    except UserError as problem:
        return Reply(errors={"date": str(problem)})
    try:
        because = str(values.get("because") or "").strip() or None
        chosen = str(values.get("cause") or "")
        if version.strip().lower() == ReleaseType.HOTFIX and not chosen:
            return Reply(errors={"cause": "Say what makes it so urgent: people ask for that first."})
        cause = Cause(chosen) if chosen in list(Cause) else None
        wanted = Wanted(product, version.strip(), date, because, cause=cause)
        text = start_release(desk.parts, desk.asked, wanted, said)
    except UserError as problem:
        return Reply(errors={field: str(problem)})
    return Reply(update=notice(sentence(text)))


def form(
    desk: Desk, product: str | None, version: str = "", date: Planned | None = None
) -> dict[str, object]:
    products = sorted(desk.parts.products)
    if not products:
        raise NotFound("No product is configured. Add one to harbourmaster.toml.")
    known = outlook(desk.parts, product or products[0])
    return dict(
        modals.start(
            products,
            known.product.name,
            known.facts,
            known.problem,
            version=version,
            planned=date,
            zone=str(known.product.timezone),
        )
    )


def said(release: Release) -> str:
    when = f", planned for {release.planned.wall} {release.planned.zone}" if release.planned else ""
    if release.dry_run:
        return (
            f"Started {release.id}, a dry run. It goes its way as the release would, with the same people; no branch, "
            "tag or deployment is made, and nobody is told of it outside of its channel."
        )
    return (
        f"Started {release.id}, a {release.kind} ({release.why}){when}. "
        "Its card is on its way to the channel; you started it, so others sign it."
    )
