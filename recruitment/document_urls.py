"""Addresses of the papers of a candidate."""

from django.urls import path

from recruitment.views import documents

urlpatterns = [
    path("candidates/<uuid:code>/files/upload/", documents.file_upload_view, name="file-upload"),
    path("candidates/<uuid:code>/files/<uuid:document>/", documents.file_view, name="file"),
    path(
        "candidates/<uuid:code>/files/<uuid:document>/thumbnail/", documents.file_thumbnail_view, name="file-thumbnail"
    ),
    path("candidates/<uuid:code>/files/<uuid:document>/preview/", documents.file_preview_view, name="file-preview"),
    path(
        "candidates/<uuid:code>/files/<uuid:document>/pages/<int:number>/", documents.file_page_view, name="file-page"
    ),
    path("candidates/<uuid:code>/files/<uuid:document>/remove/", documents.file_remove_view, name="file-remove"),
]
