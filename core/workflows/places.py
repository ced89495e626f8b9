"""The addresses of a review's pages, for sentences of services, which know no web."""


def page_of(ctx, review, below: str = "") -> str:
    """A page of the review: "", "dates", "consultations", or "stages/" and a stage's id."""
    path = f"/c/{ctx.coalition.slug}/review"
    if below == "consultations":
        return f"{path}/consultations?review={review.key}"
    return f"{path}/{review.uid}/{below}" if below else f"{path}?review={review.key}"


def page_of_stage(ctx, stage) -> str:
    """One stage, on the review's page."""
    return f"{page_of(ctx, stage.review)}&stage={stage.id}"
