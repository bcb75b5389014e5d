"""The templates that come with the system, by name; ``manage.py write_paper_templates`` writes them into templates/."""

from recruitment.papers import letters, plans, registers

MAKERS = {
    maker.__name__: maker
    for maker in (
        registers.talk_record,
        letters.activist_report,
        registers.activist_form,
        registers.cultivation_form,
        letters.publicity,
        letters.political_review_report,
        letters.pre_examination_request,
        letters.pre_examination_reply,
        letters.admission_resolution,
        letters.admission_request,
        letters.admission_reply,
        letters.conversion_resolution,
        letters.conversion_request,
        letters.conversion_reply,
        registers.process_record,
        plans.annual_plan,
    )
}
