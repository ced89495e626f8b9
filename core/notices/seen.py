"""From when on a person hears what others did in a coalition: since the seat began, or the button was pressed."""

from core.notices.models import SeatNote


def hear_from(seat, moment) -> None:
    """Inside the open transaction. It stands in no audit: who read what when is nobody's business."""
    moment = moment.replace(second=0, microsecond=0)
    (SeatNote.insert(seat=seat, seen_at=moment)
     .on_conflict(conflict_target=[SeatNote.seat], update={SeatNote.seen_at: moment}).execute())
