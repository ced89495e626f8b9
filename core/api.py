"""What a plugin may import from core: these names keep their meaning from version to version.

PUBLIC_MODULES are whole modules that a plugin may use beside this page. What a reader of files imports should be of
those alone: it runs in a child process that is started for each file, and this page brings the whole house with it.
"""

from core.audit import note
from core.changes import Revision, change
from core.coalitions.members import context_of
from core.coalitions.models import Coalition, Membership, Organisation, Owned, Seat
from core.coalitions.name_guard import guard_names
from core.context import Context
from core.db import JSONField, Part, Shared, codes, connection, database, locked, new_uid, utc_now
from core.errors import Conflict, Forbidden, NotThere, Refused, SignInAgain
from core.files.attaching import About, FileStore, Upload, attach, files_of, store_upload
from core.files.models import Attachment
from core.history import overwritten, undo
from core.hooks import (
    Entry,
    Facet,
    FacetValue,
    Offset,
    OwnData,
    Panel,
    Patch,
    Plugin,
    SearchHit,
    StageDocument,
    StageSpec,
    TrainingLink,
    Transition,
    Verdict,
    WaitingItem,
    hookimpl,
)
from core.language import Words, _, format_date, format_moment, lazy, lazy_plural, ngettext
from core.people.labels import all_labels, label, labels, moment_beside, seat_labels
from core.plugins import Gap
from core.policy import News, Permission, allowed, find, visible
from core.search.index import texts_beside
from core.workflows.models import Review
from core.workflows.reviews import (
    add_review,
    change_review,
    find_review,
    new_review,
    only_review,
    open_reviews,
    review_detail,
    reviews_of,
)
from core.workflows.standing import StageHere

__all__ = [
    "About", "Attachment", "Coalition", "Conflict", "Context", "Entry", "Facet", "FacetValue", "FileStore",
    "Forbidden", "Gap", "JSONField", "Membership", "News", "NotThere", "Offset", "Organisation", "OwnData", "Owned",
    "Panel", "Part", "Patch", "Permission", "Plugin", "Refused", "Review", "Revision", "SearchHit", "Seat", "Shared",
    "SignInAgain", "StageDocument", "StageHere", "StageSpec", "TrainingLink", "Transition", "Upload", "Verdict",
    "WaitingItem", "Words", "_", "add_review", "all_labels", "allowed", "attach", "change", "change_review", "codes",
    "connection", "context_of", "database", "files_of", "find", "find_review", "format_date", "format_moment",
    "guard_names", "hookimpl", "label", "labels", "lazy", "lazy_plural", "locked", "moment_beside", "new_review",
    "new_uid", "ngettext", "note", "only_review", "open_reviews", "overwritten", "review_detail", "reviews_of",
    "seat_labels", "store_upload", "texts_beside", "undo", "utc_now", "visible",
]

PUBLIC_MODULES = ("core.api", "core.cli", "core.documents", "core.errors", "core.files", "core.language",
                  "core.reference", "core.search.words", "core.tables", "core.web.forms", "core.web.frame",
                  "core.web.kept_pages", "core.web.panels")
