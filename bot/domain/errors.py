"""The mistakes a person or the world can make, each a sentence to a colleague: what happened, why, what to do now."""


class UserError(Exception):
    """Shown to the person as it is; nothing has changed."""


class NotUnderstood(UserError):
    """The words could not be read: a typo, a bad version, a date that does not exist."""


def given(reason: str) -> str:
    """A reason as it is kept. Raises NotUnderstood for one that says nothing."""
    kept = reason.strip()
    if not kept:
        raise NotUnderstood("Say why: everybody who reads the history later will ask.")
    return kept


class Refused(UserError):
    """The rules say no. Every reason is named at once, so nobody has to try again to learn the next one."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class OutOfDate(UserError):
    """What the person saw is no longer what is there; the sentence says what changed."""


class NotFound(UserError):
    """There is no such product, release or item."""


class OutsideError(Exception):
    """Something outside did not answer or answered badly. The order stays due, and the card says so.

    `again_after` is the number of seconds the other side asked us to wait, if it did.
    """

    def __init__(self, sentence: str, *, again_after: float | None = None) -> None:
        super().__init__(sentence)
        self.again_after = again_after


class RateLimited(OutsideError):
    """The other side takes no more calls of this kind for `again_after` seconds. Nothing was done."""


class NotYet(OutsideError):
    """Not our turn: the pace that Slack asks for does not allow this call before `again_after` seconds. Nothing was sent, and
    nothing has failed."""


class UnknownOutcome(OutsideError):
    """The call may or may not have been carried out (a timeout, a cut connection): look before acting again."""


class DatabaseDown(UnknownOutcome):
    """Our own database did not take what was to be kept, or does not answer: its disk is full, or it is away. What was done
    outside before that is looked for before it is done again."""


class WrittenByNewer(DatabaseDown):
    """Our own database holds what only a newer version of the program can read: replicas are being replaced. Others carry on."""


class OutsideRefusal(Exception):
    """The other side answered, and its answer is a lasting no: trying again without a change would not help."""


class Unshowable(OutsideRefusal):
    """Slack does not show the message as it is. The same in plainer blocks may do."""


class ChannelShut(OutsideRefusal):
    """The bot may not write in this channel: it is archived, or the bot is not in it any more. Somebody can mend that."""

    def __init__(self, sentence: str, channel: str) -> None:
        super().__init__(sentence)
        self.channel = channel


class Unsayable(OutsideRefusal):
    """What should be said in this channel cannot be put into words: the team's template has a mistake. Somebody can mend that."""

    def __init__(self, sentence: str, channel: str) -> None:
        super().__init__(sentence)
        self.channel = channel


class Gone(OutsideRefusal):
    """What should be changed is not there any more: somebody deleted it."""
