"""Orders carried out, one file per kind. Each looks at what is there, acts on the difference, and may be carried out twice."""

from typing import assert_never

from bot.domain.orders import (
    Announce,
    DoWork,
    DraftNotes,
    MakeTag,
    ProveTarget,
    ReadCalendar,
    ReadGroup,
    ReadMigrations,
    ReadPerson,
    ReadProduct,
    RecordWithdrawal,
    RefreshCard,
    Remind,
    RollBack,
    SendNotice,
    SendReminder,
    ShowHome,
    SoundAlarm,
    TellOfAudience,
    TellOfChannel,
    TellOfRename,
    TellOwner,
    WriteLog,
)
from bot.domain.outcomes import Outcome
from bot.effects import (
    alarms,
    announce,
    do_work,
    draft_notes,
    make_tag,
    prove_target,
    read_calendar,
    read_group,
    read_migrations,
    read_product,
    record_withdrawal,
    refresh_card,
    remind,
    roll_back,
    send_notice,
    show_home,
    tell_owner,
    write_log,
)
from bot.parts import Parts
from storage.queue import Claim


def carry_out(parts: Parts, claim: Claim) -> Outcome:  # noqa: C901 - one arm an order, nothing to take out
    """Carry out one order. Raises OutsideError to be tried again, OutsideRefusal for a lasting no."""
    match claim.order:
        case RefreshCard() as order:
            return refresh_card.carry_out(parts, order, claim)
        case WriteLog() as order:
            return write_log.carry_out(parts, order, claim)
        case TellOfChannel() as order:
            return alarms.tell_of_channel(parts, order, claim)
        case TellOfAudience() as order:
            return alarms.tell_of_audience(parts, order, claim)
        case TellOfRename() as order:
            return alarms.tell_of_rename(parts, order, claim)
        case SoundAlarm() as order:
            return alarms.sound_alarm(parts, order, claim)
        case Remind() as order:
            return remind.see_who_is_missing(parts, order)
        case SendReminder() as order:
            return remind.send(parts, order, claim)
        case TellOwner() as order:
            return tell_owner.carry_out(parts, order, claim)
        case ReadPerson() as order:
            return remind.read_person(parts, order)
        case MakeTag() as order:
            return make_tag.carry_out(parts, order)
        case DoWork() as order:
            return do_work.carry_out(parts, order)
        case ProveTarget() as order:
            return prove_target.carry_out(parts, order)
        case RollBack() as order:
            return roll_back.carry_out(parts, order)
        case RecordWithdrawal() as order:
            return record_withdrawal.carry_out(parts, order)
        case ReadProduct() as order:
            return read_product.carry_out(parts, order)
        case ReadGroup() as order:
            return read_group.carry_out(parts, order)
        case ShowHome() as order:
            return show_home.carry_out(parts, order)
        case SendNotice() as order:
            return send_notice.carry_out(parts, order, claim)
        case Announce() as order:
            return announce.carry_out(parts, order, claim)
        case DraftNotes() as order:
            return draft_notes.carry_out(parts, order)
        case ReadMigrations() as order:
            return read_migrations.carry_out(parts, order)
        case ReadCalendar() as order:
            return read_calendar.carry_out(parts, order)
        case unknown:
            assert_never(unknown)
