"""Attaching, opening, withdrawing and erasing files: who may, what is logged, what a browser is told."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from recruitment.actions.documents import FILES_AN_HOUR, attach, erase_files, hand_out, withdraw
from recruitment.actions.refusals import NotYours, Refused
from recruitment.files import vault
from recruitment.models import AccessEntry, Candidate, Document, FileContent, LedgerEntry, LedgerSecret
from recruitment.queries.documents import content_of
from tests.cast import grant_candidate
from tests.recruitment.documents import samples

pytestmark = pytest.mark.django_db
PAGES = ("file", "file-thumbnail", "file-preview", "file-remove")


@pytest.fixture
def candidate(factory):
    """Somebody who has applied and was talked to."""
    return factory.candidate(2)


@pytest.fixture
def document(registry, candidate):
    """A scanned application of two pages."""
    return registry.attach(candidate, ("入党申请书.pdf", samples.pdf(2)))[0]


def address(name, document):
    args = [document.candidate.code, document.code]
    return reverse(name, args=[*args, 1] if name == "file-page" else args)


def upload(client, candidate, *files, paper="1:application_letter"):
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("file-upload", args=[candidate.code]), {"paper": paper, "files": sent})


# --- Sending in


def test_a_secretary_uploads_two_scans_and_finds_them_on_the_tab_and_the_timeline(client, cast, candidate):
    client.force_login(cast.secretary)
    answer = upload(client, candidate, ("第一页.jpg", samples.jpeg()), ("第二页.png", samples.png()))
    tab = reverse("candidate-tab", args=[candidate.code, "documents"])
    assert (answer.status_code, answer.url) == (302, tab)
    html = client.get(tab).content.decode()
    first, second = Document.objects.order_by("pk")
    for it in (first, second):
        assert it.name in html
        assert reverse("file", args=[candidate.code, it.code]) in html
        assert f"{it.content.hash[:4]} {it.content.hash[4:8]}" in html
    timeline = client.get(reverse("candidate", args=[candidate.code])).content.decode()
    assert reverse("file", args=[candidate.code, first.code]) in timeline


def test_each_file_is_an_entry_of_the_ledger_with_its_hashes_and_without_its_name(registry, candidate):
    data = samples.pdf(2)
    registry.attach(candidate, ("沈一帆的申请书.pdf", data), ("附页.jpg", samples.jpeg()))
    entries = LedgerEntry.objects.filter(candidate=candidate, action="document").order_by("n")
    assert [entry.summary for entry in entries] == ["上传材料：入党申请书"] * 2
    document = Document.objects.get(name="沈一帆的申请书.pdf")
    assert document.content.hash.encode() in bytes(entries[0].payload)
    assert document.sent_hash.encode() in bytes(entries[0].payload)
    assert "沈一帆".encode() not in bytes(entries[0].payload)
    assert LedgerSecret.objects.get(entry=entries[0], name="name").text == "沈一帆的申请书.pdf"


def test_one_bad_file_among_three_keeps_all_out_and_is_named(client, cast, candidate, vault_folder):
    client.force_login(cast.secretary)
    bad = "假\u202e的.docx"
    answer = upload(client, candidate, ("一.pdf", samples.pdf(1)), (bad, samples.jpeg()), ("三.pdf", b""))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "假的.docx" in html and "三.pdf" in html and "\u202e" not in html
    assert not Document.objects.exists()
    assert not LedgerEntry.objects.filter(action="document").exists()
    assert not vault.names()


def test_what_stands_there_is_not_attached_twice(registry, candidate):
    first = registry.attach(candidate, ("一.pdf", samples.pdf(1)))
    again = registry.attach(candidate, ("同一份.pdf", samples.pdf(1)))
    assert first == again
    assert LedgerEntry.objects.filter(candidate=candidate, action="document").count() == 1


def test_the_minutes_of_one_meeting_about_two_people_are_kept_once(registry, factory, vault_folder):
    one, other = factory.candidate(3), factory.candidate(3)
    minutes = ("会议记录.pdf", samples.pdf(3))
    for candidate in (one, other):
        registry.attach(candidate, minutes, step=3, paper="activist_minutes")
    assert Document.objects.count() == 2
    assert FileContent.objects.count() == 1
    assert len(vault.names()) == 1


def test_only_papers_of_the_step_and_a_few_files_at_once_are_taken(registry, candidate):
    for arguments in ({"step": 1, "paper": "approval"}, {"step": 26, "paper": "other"}, {"step": 1, "paper": ""}):
        with pytest.raises(Refused):
            registry.attach(candidate, ("a.pdf", samples.pdf(1)), **arguments)
    with pytest.raises(Refused):
        registry.attach(candidate, *[(f"{n}.pdf", samples.pdf(1)) for n in range(11)])
    with pytest.raises(Refused):
        registry.attach(candidate)


def test_an_upload_of_fifty_one_megabytes_is_answered_without_being_kept(client, cast, candidate):
    client.force_login(cast.secretary)
    url = reverse("file-upload", args=[candidate.code])
    answer = client.generic("POST", url, b"x" * (51 * 1024 * 1024), content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "最多 50 MB" in answer.content.decode()


def test_an_upload_without_its_token_is_refused(cast, candidate, client):
    guarded = type(client)(enforce_csrf_checks=True)
    guarded.force_login(cast.secretary)
    assert upload(guarded, candidate, ("a.pdf", samples.pdf(1))).status_code == 403
    assert not Document.objects.exists()


def test_when_the_entry_cannot_be_written_nothing_is_kept(registry, candidate, monkeypatch):
    monkeypatch.setattr("recruitment.actions.ledger.append", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        registry.attach(candidate, ("a.pdf", samples.pdf(1)))
    assert not Document.objects.exists()
    assert not vault.names()


# --- In the vault


def test_contents_lie_sealed_under_names_that_say_nothing(document, vault_folder):
    files = [path for path in vault_folder.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert str(document.code) not in str(files[0])
    assert len(files[0].name) == 32
    assert b"%PDF" not in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert content_of(document).startswith(b"%PDF")


def test_a_content_that_was_changed_on_the_disk_is_not_handed_out(client, cast, document, vault_folder):
    path = next(path for path in vault_folder.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    client.force_login(cast.secretary)
    answer = client.get(address("file", document))
    assert answer.status_code == 410
    assert "校验码不符" in answer.content.decode()


def test_a_content_exchanged_for_another_is_not_handed_out(registry, candidate, document):
    other = registry.attach(candidate, ("另一份.pdf", samples.pdf(5)), paper="other")[0].content
    kept = document.content
    other_name, other_key = other.name, other.key
    FileContent.objects.filter(pk=other.pk).update(name="0" * 32)
    FileContent.objects.filter(pk=kept.pk).update(name=other_name, key=other_key)
    with pytest.raises(vault.Damaged):
        content_of(Document.objects.select_related("content").get(pk=document.pk))


def test_a_path_of_the_vault_is_no_address_of_the_site(client, cast, document, vault_folder):
    client.force_login(cast.secretary)
    name = document.content.name
    for path in (
        f"/files/{name}",
        f"/media/{name[:2]}/{name}",
        f"/static/../files/{name[:2]}/{name}",
        f"/var/files/{name}",
    ):
        assert client.get(path).status_code == 404


# --- Handing out


def test_a_file_comes_as_an_attachment_that_no_browser_runs_or_keeps(client, cast, document):
    client.force_login(cast.secretary)
    for name in ("file", "file-thumbnail", "file-page"):
        answer = client.get(address(name, document))
        assert answer.status_code == 200, name
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Content-Type"] == "image/jpeg"
    answer = client.get(address("file", document))
    assert answer["Content-Type"] == "application/pdf"
    assert "utf-8''" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")


def test_whoever_opens_a_file_or_a_page_is_on_the_log_before_it_is_sent(client, cast, document):
    client.force_login(cast.office)
    client.get(address("file", document))
    client.get(address("file-page", document))
    entries = AccessEntry.objects.filter(user=cast.office, candidate=document.candidate).order_by("pk")
    assert [(entry.action, entry.what) for entry in entries] == [
        ("downloaded", "下载材料：入党申请书"),
        ("viewed", "查看材料：入党申请书，第 1 页"),
    ]
    assert all(entry.address for entry in entries)


def test_nobody_empties_the_cabinet_within_an_hour(client, cast, document):
    now = timezone.now()
    for _ in range(FILES_AN_HOUR):
        hand_out(user=cast.secretary, document=document, now=now - timedelta(minutes=30))
    client.force_login(cast.secretary)
    assert client.get(address("file", document)).status_code == 429
    client.force_login(cast.office)
    assert client.get(address("file", document)).status_code == 200


def test_the_preview_shows_page_after_page(client, cast, document):
    client.force_login(cast.secretary)
    html = client.get(address("file-preview", document) + "?page=2").content.decode()
    assert "第 2 / 2 页" in html
    assert reverse("file-page", args=[document.candidate.code, document.code, 2]) in html
    assert client.get(reverse("file-page", args=[document.candidate.code, document.code, 3])).status_code == 404
    assert "第 1 / 2 页" in client.get(address("file-preview", document) + "?page=x").content.decode()


# --- Who may


STRANGERS = (
    "neighbour_secretary", "ecology_secretary", "sub_office", "stranger", "former_secretary", "late_stand_in", "hr",
    "department_liaison", "auditor", "system_administrator", "security_administrator", "other_member", "group_leader",
)  # fmt: skip


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_finds_no_file(client, cast, document, who):
    client.force_login(getattr(cast, who))
    for name in (*PAGES, "file-page"):
        assert client.get(address(name, document)).status_code == 404, name
    assert client.post(address("file-remove", document), {"reason": "无"}).status_code == 404
    assert upload(client, document.candidate, ("a.pdf", samples.pdf(1))).status_code == 404
    assert Document.objects.count() == 1


@pytest.mark.parametrize("who", ["secretary", "deputy", "commissioner", "office", "office_colleague", "stand_in"])
def test_those_who_act_for_the_branch_open_and_add_files(client, cast, document, who):
    client.force_login(getattr(cast, who))
    assert client.get(address("file", document)).status_code == 200
    assert upload(client, document.candidate, ("又一份.pdf", samples.pdf(3))).status_code == 302


def test_a_file_of_one_person_is_not_found_under_another(client, cast, factory, document):
    other = factory.candidate(2)
    client.force_login(cast.secretary)
    assert client.get(reverse("file", args=[other.code, document.code])).status_code == 404


def test_a_mentor_adds_files_and_opens_their_own_alone(client, cast, factory, registry):
    candidate = factory.candidate(5)
    theirs = registry.attach(candidate, ("政审.pdf", samples.pdf(1)))[0]
    client.force_login(cast.mentor)
    assert upload(client, candidate, ("意见.pdf", samples.pdf(2)), paper="6:reports").status_code == 302
    own = Document.objects.get(uploaded_by=cast.mentor)
    assert client.get(address("file", own)).status_code == 200
    assert client.get(address("file", theirs)).status_code == 403
    assert client.get(address("file-remove", theirs)).status_code == 403
    html = client.get(reverse("candidate-tab", args=[candidate.code, "documents"])).content.decode()
    assert "入党申请书" in html
    assert address("file", theirs) not in html
    assert address("file-thumbnail", theirs) not in html


def test_somebody_granted_one_person_adds_files_until_the_grant_ends(client, cast, document):
    candidate = document.candidate
    grant_candidate(candidate, cast.grantee, cast.today + timedelta(days=3), by=cast.office)
    grant_candidate(candidate, cast.late_grantee, cast.today, by=cast.office)
    client.force_login(cast.grantee)
    assert upload(client, candidate, ("函调回函.pdf", samples.pdf(2)), paper="10:inquiries").status_code == 302
    client.force_login(cast.late_grantee)
    assert upload(client, candidate, ("又一份.pdf", samples.pdf(2))).status_code == 404


def test_the_committee_secretary_sees_that_there_are_files_and_opens_none(client, cast, document):
    client.force_login(cast.committee_secretary)
    assert client.get(reverse("candidate-tab", args=[document.candidate.code, "documents"])).status_code == 200
    assert client.get(address("file", document)).status_code == 403
    assert upload(client, document.candidate, ("a.pdf", samples.pdf(1))).status_code == 403


def test_nobody_opens_the_file_about_themselves(client, cast, factory, registry):
    candidate = factory.candidate(1)
    document = registry.attach(candidate, ("申请书.pdf", samples.pdf(1)))[0]
    themselves = User.objects.create(username="themselves", person=candidate.person)
    grant_candidate(candidate, themselves, cast.today + timedelta(days=3), by=cast.office)
    client.force_login(themselves)
    assert client.get(address("file", document)).status_code == 404


def test_after_a_no_the_files_are_nobodys(client, cast, factory, registry):
    candidate = factory.candidate(2)
    document = registry.attach(candidate, ("申请书.pdf", samples.pdf(1)))[0]
    Candidate.objects.filter(pk=candidate.pk).update(state="declined")
    for who in (cast.secretary, cast.office):
        client.force_login(who)
        assert client.get(address("file", document)).status_code == 404


# --- Withdrawing and erasing


def test_a_withdrawn_file_stays_with_its_reason_and_counts_no_more(client, cast, document):
    client.force_login(cast.secretary)
    url = address("file-remove", document)
    assert client.post(url, {"reason": "  "}).status_code == 422
    assert client.post(url, {"reason": "扫描不清"}).status_code == 302
    document.refresh_from_db()
    assert document.withdrawn_by == cast.secretary
    html = client.get(reverse("candidate-tab", args=[document.candidate.code, "documents"])).content.decode()
    assert "扫描不清" in html and "没有上传扫描件的材料" in html
    assert "缺项</b>" not in html, "nothing is to be filed yet"
    assert client.get(address("file", document)).status_code == 200
    entry = LedgerEntry.objects.get(candidate=document.candidate, action="document_withdrawn")
    assert entry.summary == "撤下材料：入党申请书"
    assert "扫描不清".encode() not in bytes(entry.payload)
    assert client.post(url, {"reason": "再撤一次"}).status_code == 422


def test_who_may_only_read_does_not_withdraw(cast, document):
    with pytest.raises(NotYours):
        withdraw(
            by=cast.committee_secretary,
            code=document.candidate.code,
            document=document.code,
            reason="无",
            now=timezone.now(),
        )


def test_erasing_leaves_the_hashes_in_the_ledger_and_no_byte_in_the_vault(
    cast, registry, factory, django_capture_on_commit_callbacks
):
    one, other = factory.candidate(3), factory.candidate(3)
    shared, own = ("记录.pdf", samples.pdf(3)), ("申请书.pdf", samples.pdf(1))
    for candidate in (one, other):
        registry.attach(candidate, shared, step=3, paper="activist_minutes")
    registry.attach(one, own)
    names = {content.pages: content.name for content in FileContent.objects.all()}
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_files_of(one, cast.office) == 2
    assert vault.names() == {names[3]}, "what the other person's file needs stays"
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_files_of(other, cast.office) == 1
    assert not vault.names() and not FileContent.objects.exists()
    assert LedgerEntry.objects.filter(candidate=one, action="document").count() == 2
    assert set(Document.objects.values_list("name", flat=True)) == {"（已删除）"}


def erase_files_of(candidate, actor):
    return erase_files(candidate=candidate, actor=actor, now=timezone.now())


def test_a_page_with_erased_files_still_opens(client, cast, document):
    erase_files_of(document.candidate, cast.office)
    client.force_login(cast.secretary)
    assert (
        "内容已删除"
        in client.get(reverse("candidate-tab", args=[document.candidate.code, "documents"])).content.decode()
    )
    assert client.get(address("file", document)).status_code == 404


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_files_sent_for_two_people_at_once_are_kept_once(cast, factory, registry):
    people = [factory.candidate(3), factory.candidate(3)]
    files = [("一.pdf", samples.pdf(1)), ("二.pdf", samples.pdf(2)), ("三.pdf", samples.pdf(3))]
    together, failures = threading.Barrier(2), []

    def send(candidate, order):
        try:
            together.wait()
            registry.attach(candidate, *order, step=3, paper="activist_minutes")
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=pair) for pair in zip(people, (files, files[::-1]), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert (Document.objects.count(), FileContent.objects.count(), len(vault.names())) == (6, 3, 3)


# --- The archive


def test_the_form_of_step_25_tells_which_of_the_five_papers_are_scanned(client, cast, factory, registry):
    candidate = factory.candidate(24)
    registry.attach(candidate, ("申请书.pdf", samples.pdf(1)))
    client.force_login(cast.secretary)
    html = client.get(reverse("step-record", args=[candidate.code, 25])).content.decode()
    assert "入党申请书（已上传 1 份）" in html
    assert "入党志愿书（没有上传扫描件）" in html
    tab = client.get(reverse("candidate-tab", args=[candidate.code, "documents"])).content.decode()
    assert tab.count("缺项</b>") == 4
    assert "6:cultivation_record" in tab


def test_thirty_files_cost_the_queries_of_three(client, cast, registry, candidate, django_assert_max_num_queries):
    client.force_login(cast.secretary)
    url = reverse("candidate-tab", args=[candidate.code, "documents"])
    for number in range(1, 4):
        registry.attach(candidate, *[(f"{number}-{n}.pdf", samples.pdf(number * 10 + n)) for n in range(4)])
        if number == 1:
            client.get(url)
    with django_assert_max_num_queries(45):
        client.get(url)


def test_a_name_full_of_markup_is_shown_as_text(client, cast, registry, candidate):
    registry.attach(candidate, ("<img src=x onerror=alert(1)>.pdf", samples.pdf(1)))
    client.force_login(cast.secretary)
    html = client.get(reverse("candidate-tab", args=[candidate.code, "documents"])).content.decode()
    assert "<img src=x" not in html


@pytest.mark.parametrize("who", ["secretary", "office"])
def test_mentors_named_later_do_not_read_what_was_there(cast, factory, registry, client, who):
    candidate = factory.candidate(5)
    registry.attach(candidate, ("a.pdf", samples.pdf(1)), by=getattr(cast, who))
    assert not Document.objects.readable_by(cast.mentor).exists()
    assert Document.objects.visible_to(cast.mentor).exists()


def test_attaching_for_a_stranger_says_that_there_is_nobody(cast, candidate):
    with pytest.raises(Candidate.DoesNotExist):
        attach(
            by=cast.stranger,
            code=candidate.code,
            step=1,
            paper="other",
            files=[("a.pdf", samples.pdf(1))],
            now=timezone.now(),
        )
