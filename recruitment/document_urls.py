"""Addresses of the papers of a candidate, and of putting back one of the particulars."""

from django.urls import path

from recruitment.views import documents, papers, restoring

urlpatterns = [
    path("candidates/<uuid:code>/files/upload/", documents.file_upload_view, name="file-upload"),
    path("candidates/<uuid:code>/files/on-paper/", documents.file_on_paper_view, name="file-on-paper"),
    path("candidates/<uuid:code>/files/<uuid:document>/", documents.file_view, name="file"),
    path(
        "candidates/<uuid:code>/files/<uuid:document>/thumbnail/", documents.file_thumbnail_view, name="file-thumbnail"
    ),
    path("candidates/<uuid:code>/files/<uuid:document>/preview/", documents.file_preview_view, name="file-preview"),
    path(
        "candidates/<uuid:code>/files/<uuid:document>/pages/<int:number>/", documents.file_page_view, name="file-page"
    ),
    path("candidates/<uuid:code>/files/<uuid:document>/remove/", documents.file_remove_view, name="file-remove"),
    path("candidates/<uuid:code>/papers/", papers.papers_view, name="papers"),
    path("candidates/<uuid:code>/papers/<slug:form>/", papers.paper_view, name="paper"),
    path("candidates/<uuid:code>/papers/<slug:form>/word/", papers.paper_word_view, name="paper-word"),
    path("candidates/<uuid:code>/papers/<slug:form>/pdf/", papers.paper_pdf_view, name="paper-pdf"),
    path(
        "candidates/<uuid:code>/restore/<int:history_id>/<slug:field>/",
        restoring.field_restore_view,
        name="field-restore",
    ),
    path("paper-templates/", papers.templates_view, name="paper-templates"),
    path("paper-templates/<slug:name>/", papers.template_view, name="paper-template"),
    path("paper-templates/<slug:name>/default/", papers.template_default_view, name="paper-template-default"),
    path("paper-templates/files/<uuid:code>/", papers.template_file_view, name="paper-template-file"),
    path("paper-templates/files/<uuid:code>/end/", papers.template_end_view, name="paper-template-end"),
]
