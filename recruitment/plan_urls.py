"""Addresses of the annual plan."""

from django.urls import include, path

from recruitment.planning import PlanDue
from recruitment.views import plan_papers, plans

of_plan = [
    path("", plans.plan_view, name="plan"),
    path("edit/", plans.plan_edit_view, name="plan-edit"),
    path("people/", plans.plan_person_view, name="plan-person"),
    path("people/<int:row>/remove/", plans.plan_person_remove_view, name="plan-person-remove"),
    path("branch/<slug:act>/", plans.plan_branch_view, name="plan-branch"),
    path("office/<slug:act>/", plans.plan_office_view, name="plan-office"),
    path("remarks/", plans.plan_remark_view, name="plan-remark"),
    path("remarks/<int:remark>/", plans.plan_answer_view, name="plan-answer"),
    path("compare/<int:number>/", plans.plan_compare_view, name="plan-compare"),
    path("paper/", plan_papers.plan_paper_view, name="plan-paper"),
    path("paper/word/", plan_papers.plan_paper_word_view, name="plan-paper-word"),
    path("paper/pdf/", plan_papers.plan_paper_pdf_view, name="plan-paper-pdf"),
]

urlpatterns = [
    path("plans/", plans.plans_view, name="plans"),
    path("plans/<uuid:unit>/<int:year>/", include(of_plan)),
    *(
        path(f"plans/dues/{kind.removeprefix('plan_')}/<int:due_id>/", plans.plan_due_view, name=f"due-{kind}")
        for kind in PlanDue.values
    ),
]
