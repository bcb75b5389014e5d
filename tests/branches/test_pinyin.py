"""People are found from a keyboard, whatever their surname."""

import pytest

from branches.pinyin import folded, pinyin_of


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单晓明", "shanxiaoming", "sxm"),
        ("曾一鸣", "zengyiming", "zym"),
        ("仇英", "qiuying", "qy"),
        ("解小北", "xiexiaobei", "xxb"),
        ("覃海", "qinhai", "qh"),
        ("区达", "ouda", "od"),
        ("查阅", "zhayue", "zy"),
        ("乐山", "yueshan", "ys"),
        ("张乐", "zhangle", "zl"),
        ("吕晓明", "lvxiaoming", "lxm"),
        ("尉迟远", "yuchiyuan", "ycy"),
        ("万俟清", "moqiqing", "mqq"),
        ("欧阳雪", "ouyangxue", "oyx"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("Anna Berg", "annaberg", "a"),
        ("", "", ""),
    ],
)
def test_a_name_is_read_with_the_surname_in_its_own_reading(name, pinyin, initials):
    assert pinyin_of(name) == (pinyin, initials)


@pytest.mark.parametrize("typed", ["lv xiao", "LVXIAO", "lyuxiao", "Lü xiao", "lv'xiao"])
def test_every_spelling_of_a_reading_finds_the_same_person(typed):
    assert pinyin_of("吕晓明")[0].startswith(folded(typed))
