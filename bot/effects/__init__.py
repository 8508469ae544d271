"""Orders carried out, one file per kind. Each looks at what is there, acts on the difference, and may be carried out twice."""

from typing import assert_never

from bot.domain.orders import (
    DoWork,
    MakeTag,
    Outcome,
    ProveTarget,
    ReadGroup,
    ReadProduct,
    RefreshCard,
    RollBack,
    ShowHome,
    WriteLog,
)
from bot.effects import (
    do_work,
    make_tag,
    prove_target,
    read_group,
    read_product,
    refresh_card,
    roll_back,
    show_home,
    write_log,
)
from bot.parts import Parts
from storage.queue import Claim


def carry_out(parts: Parts, claim: Claim) -> Outcome:
    """Carry out one order. Raises OutsideError to be tried again, OutsideRefusal for a lasting no."""
    match claim.order:
        case RefreshCard() as order:
            return refresh_card.carry_out(parts, order, claim)
        case WriteLog() as order:
            return write_log.carry_out(parts, order, claim)
        case MakeTag() as order:
            return make_tag.carry_out(parts, order)
        case DoWork() as order:
            return do_work.carry_out(parts, order)
        case ProveTarget() as order:
            return prove_target.carry_out(parts, order)
        case RollBack() as order:
            return roll_back.carry_out(parts, order)
        case ReadProduct() as order:
            return read_product.carry_out(parts, order)
        case ReadGroup() as order:
            return read_group.carry_out(parts, order)
        case ShowHome() as order:
            return show_home.carry_out(parts, order)
        case unknown:
            assert_never(unknown)
