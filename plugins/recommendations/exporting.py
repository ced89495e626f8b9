"""Recommendations as rows for files_out, and the name that such a file has."""

from plugins.recommendations.collection import lists_of, recommendations_of
from plugins.recommendations.files_out import write_csv, write_json, write_xlsx

WRITERS = {"json": write_json, "csv": write_csv, "xlsx": write_xlsx}
MEDIA_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8",
               "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def export(ctx, review, form: str, uids=None) -> bytes:
    """The review's recommendations in one of the forms of WRITERS, by number; `uids` (in their order) narrow it."""
    lists = lists_of(ctx, review)
    rows = {one.uid: _row(one, lists[one.id], review) for one in recommendations_of(ctx, review)}
    chosen = list(rows.values()) if uids is None else [rows[uid] for uid in uids]
    return WRITERS[form](chosen)


def _row(one, lists, review):
    return {"number": one.number, "part": one.part, "text": one.text, "states": list(lists["states"]),
            "position": one.position, "themes": list(lists["themes"]), "theme_headings": list(lists["headings"]),
            "affected": list(lists["affected"]), "sdgs": list(lists["sdgs"]), "source": one.source,
            "session": review.wg_session}


def file_name(review, form: str) -> str:
    return f"recommendations-{review.key}.{form}"
