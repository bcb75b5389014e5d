"""How a name sounds in pinyin, so that people are found from a keyboard; surnames by their own readings."""

# Characters that sound differently as a surname than elsewhere: without this, 单 would be found under "dan".
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "覃": "qin", "区": "ou", "查": "zha", "朴": "piao",
    "员": "yun", "冼": "xian", "洗": "xian", "乐": "yue", "黑": "he", "秘": "bi", "折": "she", "缪": "miao",
    "翟": "zhai", "隗": "wei", "句": "gou", "祭": "zhai", "繁": "po", "召": "shao", "种": "chong", "重": "chong",
    "卜": "bu", "薄": "bo", "么": "yao", "能": "nai", "阚": "kan", "郇": "xun", "都": "du", "占": "zhan",
    "长": "zhang", "尉": "wei", "盖": "gai", "牟": "mu", "缴": "jiao", "那": "na", "任": "ren", "华": "hua",
    "宁": "ning", "应": "ying", "燕": "yan", "干": "gan", "於": "yu",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟": ["yu", "chi"], "万俟": ["mo", "qi"], "长孙": ["zhang", "sun"], "单于": ["chan", "yu"],
    "澹台": ["tan", "tai"], "欧阳": ["ou", "yang"], "令狐": ["ling", "hu"], "鲜于": ["xian", "yu"],
    "宰父": ["zai", "fu"], "呼延": ["hu", "yan"],
}  # fmt: skip


def pinyin_of(name):
    """The reading of ``name`` as (syllables written together, initials): 吕晓明 gives ("lvxiaoming", "lxm").

    Letters are lower case without tones, ü is v; what is neither a character nor a letter is left out.
    """
    # Here, not above: its phrases take 50 MB, and most processes read names without ever taking one down.
    from pypinyin import lazy_pinyin

    letters = "".join(character for character in name if character.isalnum())
    surname, given = _split(letters)
    syllables = [syllable.lower() for syllable in [*surname, *lazy_pinyin(given)]]
    return folded("".join(syllables)), "".join(syllable[0] for syllable in syllables)


def folded(text):
    """What somebody typed, in the spelling that is stored: lower case, no spaces, ü in its three spellings as v.

    "Lü", "lyu" (passports) and "lv" (keyboards) all find 吕.
    """
    text = text.lower().replace("ü", "v")
    text = "".join(character for character in text if character.isalnum())
    return text.replace("lyu", "lv")  # no syllable ends in l, so this is never the border of two


def _split(name):
    """The syllables of the surname, where it has a reading of its own, and the rest of the name."""
    if name[:2] in COMPOUND_SURNAMES:
        return COMPOUND_SURNAMES[name[:2]], name[2:]
    if name[:1] in SURNAMES:
        return [SURNAMES[name[0]]], name[1:]
    return [], name
