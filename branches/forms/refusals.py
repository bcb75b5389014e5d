"""What a verb refused, shown beside the fields it concerns."""


def add_refusal(form, refusal):
    """Add each objection of ``refusal`` to its field of ``form``, with its article; else to the form as a whole."""
    for objection in refusal.objections:
        field = objection.field if objection.field in form.fields else None
        article = f"（{objection.article}）" if objection.article else ""
        form.add_error(field, f"{objection.message}{article}")
