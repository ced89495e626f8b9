"""What a plugin may import from core: these names keep their meaning from version to version.

__all__ = [
    "Coalition", "Conflict", "Context", "Entry", "Facet", "FacetValue", "Forbidden", "Gap", "JSONField", "Membership",
    "NotThere", "Offset", "Organisation", "Owned", "Panel", "Part", "Patch", "Permission", "Plugin", "Refused",
    "Review", "Revision", "Seat", "Shared", "StageDocument", "StageHere", "StageSpec", "TrainingLink", "Transition",
    "Verdict", "WaitingItem", "Words", "_", "add_review", "all_labels", "allowed", "change", "change_review",
    "connection", "context_of", "database", "find", "find_review", "format_date", "format_moment", "guard_names",
    "hookimpl", "label", "labels", "lazy", "lazy_plural", "locked", "new_review", "new_uid", "ngettext", "note",
    "only_review", "overwritten", "review_detail", "reviews_of", "seat_labels", "undo", "utc_now", "visible",
]

PUBLIC_MODULES are whole modules that a plugin may use beside this page. What a reader of files imports should be of
those alone: it runs in a child process that is started for each file, and this page brings the whole house with it.
"""



PUBLIC_MODULES = ("core.api", "core.cli", "core.documents", "core.errors", "core.files", "core.language",
                  "core.reference", "core.tables", "core.web.forms", "core.web.frame", "core.web.kept_pages",
                  "core.web.panels")
