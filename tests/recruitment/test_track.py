"""The road as a picture says the same as the facts, also to those who hear it."""

from datetime import date

from recruitment.track import Before, State, StepState, slips_of, track_of


def done_until(number):
    """Steps 1 to ``number`` settled."""
    return {step: StepState(State.DONE) for step in range(1, number + 1)}


def test_the_track_has_twenty_five_ticks_in_five_bundles_with_four_milestones():
    segments = track_of({}).segments
    assert [len(ticks) for ticks in segments] == [2, 4, 5, 7, 7]
    ticks = [tick for segment in segments for tick in segment]
    assert [number for number, tick in enumerate(ticks, 1) if tick.is_milestone] == [3, 7, 17, 24]
    assert {tick.state for tick in ticks} == {State.TODO}


def test_the_sentence_names_the_open_step_and_how_much_is_settled():
    states = done_until(5) | {6: StepState(State.CURRENT, percent=72)}
    track = track_of(states)
    assert track.label == "第二阶段，第 6 步 培养教育考察，进行中，已办结 5 步，共 25 步"
    assert track.segments[1][3].percent == 72


def test_of_parallel_steps_the_late_one_speaks_first():
    states = done_until(8) | {9: StepState(State.CURRENT), 10: StepState(State.OVERDUE), 11: StepState(State.CURRENT)}
    assert "第 10 步 进行政治审查，已逾期" in track_of(states).label


def test_only_a_running_step_is_filled():
    assert track_of({1: StepState(State.DONE, percent=40)}).segments[0][0].percent is None


def test_a_step_that_waits_for_the_committee_is_drawn_as_running_and_dotted():
    assert track_of({4: StepState(State.WAIT)}).segments[1][1].css == "tick is-current is-wait"


def test_a_road_that_rests_says_why_instead_of_where():
    track = track_of(done_until(2), off_label="本人暂无意愿，已停止提醒")
    assert track.is_off
    assert track.label == "本人暂无意愿，已停止提醒"


def test_who_has_not_applied_is_a_focus_person_only_when_listed():
    assert track_of({}, before=Before.FOCUS).label == "重点关注，尚未递交入党申请书"
    assert track_of({}).label == "尚未递交入党申请书"


def test_the_bundles_of_the_large_track_are_done_under_way_or_ahead():
    stages = slips_of(done_until(4) | {5: StepState(State.WAIT)})
    assert [(stage.css, stage.note) for stage in stages[:3]] == [("is-done", "✓"), ("is-now", "2/4"), ("is-future", "")]
    assert stages[1].percent == 62


def test_a_slip_says_when_it_was_settled_and_that_it_was_late():
    slip = slips_of({2: StepState(State.DONE, on=date(2025, 6, 9), is_late=True)})[0].slips[1]
    assert (slip.title, slip.words, slip.glyph) == ("党组织派人谈话", "已办结 2025-06-09，迟办", "ok")


def test_milestones_are_diamonds_settled_or_not():
    slips = [slip for stage in slips_of(done_until(3)) for slip in stage.slips]
    assert (slips[2].glyph, slips[2].css) == ("mile", "slip is-done slip--mile")
    assert slips[6].glyph == "mile-o"
