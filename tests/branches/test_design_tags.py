"""The pieces pages are made of: what they say, to whom, and that nothing typed by people becomes markup."""

from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from recruitment.track import State, StepState, slips_of, track_of


class MeetingForm(forms.Form):
    held_on = forms.DateField(label="会议日期", help_text="预备期从这一天算起")
    present = forms.IntegerField(label="实到", widget=forms.NumberInput(attrs={"data-unit": "人"}))
    place = forms.CharField(label="地点", required=False)
    resolution = forms.CharField(label="决议", widget=forms.Textarea)
    kind = forms.ChoiceField(label="方式", choices=[("face", "面谈"), ("phone", "电话")], widget=forms.RadioSelect)
    minutes = forms.FileField(label="会议记录")
    is_true = forms.BooleanField(label="内容属实", help_text="更正须说明理由")


def rendered(source, **context):
    return Template("{% load design %}" + source).render(Context(context))


@pytest.fixture
def blank():
    return MeetingForm(initial={"held_on": date(2026, 11, 18)})


@pytest.fixture
def wrong():
    form = MeetingForm(data={"present": "多"}, files={})
    form.is_valid()
    return form


def test_a_date_is_asked_for_with_the_browsers_picker_which_wants_iso(blank):
    html = rendered("{% field form.held_on %}", form=blank)
    assert 'type="date"' in html
    assert 'value="2026-11-18"' in html


def test_help_and_field_are_tied_together(blank):
    html = rendered("{% field form.held_on %}", form=blank)
    assert 'aria-describedby="id_held_on_helptext"' in html
    assert 'id="id_held_on_helptext">预备期从这一天算起' in html


def test_an_error_takes_the_place_of_the_help_and_is_what_the_field_points_at(wrong):
    html = rendered("{% field form.held_on %}", form=wrong)
    assert "预备期从这一天算起" not in html
    assert 'aria-describedby="id_held_on_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_held_on_error"' in html
    assert "is-error" in html


def test_what_may_be_left_out_is_marked_unless_stars_mark_what_may_not(blank):
    assert "可选" in rendered("{% field form.place %}", form=blank)
    assert "可选" not in rendered("{% field form.resolution %}", form=blank)
    assert "可选" not in rendered("{% field form.place star=True %}", form=blank)
    assert "决议 *" in rendered("{% field form.resolution star=True %}", form=blank)


def test_a_number_shows_its_unit(blank):
    html = rendered("{% field form.present %}", form=blank)
    assert 'class="input input--num"' in html
    assert 'inputmode="numeric"' in html
    assert ">人</span>" in html


def test_choices_are_a_named_group_as_rows_or_as_chips(blank):
    rows = rendered("{% field form.kind %}", form=blank)
    chips = rendered("{% field form.kind chips=True %}", form=blank)
    assert '<fieldset class="field" id="id_kind"' in rows
    assert rows.count('class="choice"') == 2
    assert chips.count('class="chip"') == 2
    assert 'type="radio" name="kind" value="phone" id="id_kind_1"' in chips


def test_a_chosen_chip_stays_chosen_when_the_form_comes_back():
    form = MeetingForm(data={"kind": "phone"})
    html = rendered("{% field form.kind chips=True %}", form=form)
    assert 'value="phone" id="id_kind_1" checked' in html
    assert 'value="face" id="id_kind_0" checked' not in html


def test_a_file_has_a_button_that_a_keyboard_reaches(blank):
    html = rendered("{% field form.minutes %}", form=blank)
    assert html.index('type="file"') < html.index('<label class="btn btn--s" for="id_minutes">')


def test_a_tick_box_stands_before_its_words(blank):
    html = rendered("{% field form.is_true %}", form=blank)
    assert html.index('type="checkbox"') < html.index("内容属实")
    assert 'id="id_is_true_helptext">更正须说明理由' in html


def test_the_summary_counts_the_errors_and_leads_to_every_field(wrong):
    wrong.add_error(None, "这份表单已过时")
    html = rendered("{% error_summary form %}", form=wrong)
    assert "请更正 7 处" in html
    for anchor in ("id_held_on", "id_present", "id_kind", "id_minutes"):
        assert f'<a href="#{anchor}">' in html
    assert "这份表单已过时" in html


def test_without_errors_there_is_no_summary(blank):
    assert rendered("{% error_summary form %}", form=blank).strip() == ""


def test_what_people_type_never_becomes_markup():
    form = MeetingForm(data={"resolution": "</textarea><script>x</script>"})
    html = rendered(
        "{% field form.resolution %}{% law article %}{% icon name %}", form=form, article="<b>", name='"><i>'
    )
    assert "<script" not in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_a_due_date_shows_as_mark_and_words():
    html = rendered("{% due_badge on today %}", on=date(2026, 9, 1), today=date(2026, 11, 18))
    assert 'class="due is-overdue"' in html
    assert "#g-overdue" in html
    assert "逾期 78 天" in html


def test_a_track_is_one_picture_with_one_sentence():
    html = rendered("{% track track %}", track=track_of({1: StepState(State.CURRENT, percent=30)}))
    assert html.count('role="img"') == 1
    assert html.count('<i class="tick') == 25
    assert 'style="--p:30%"' in html


def test_every_slip_leads_to_its_step_in_the_log():
    html = rendered("{% slips stages '/people/x/' %}", stages=slips_of({}))
    assert all(f'href="/people/x/#step-{number}"' in html for number in range(1, 26))


def test_paging_keeps_what_was_asked_for():
    request = RequestFactory().get("/people/", {"q": "szy", "page": "2"})
    page = Paginator(range(120), 50).page(2)
    html = rendered("{% pager page %}", page=page, request=request)
    assert "第 51–100 人，共 120 人" in html
    assert "?q=szy&amp;page=3" in html
    assert "?q=szy&amp;page=1" in html
