"""Invented names, the same ones for the same seed."""

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单解仇覃柳祝左纪"
)
FIRST = "思明子文雨志晓嘉若清云景书安怀海远知行望修秉承启泽沐立维世建国庆春秋冬北南松柏青山川河岚雪冰"
SECOND = "远舟航宁然轩辰阳峰林泉溪涛波瑜瑾琪琳岩石野原晖旭朗恒毅诚信博达雅静怡敏慧芳兰梅竹菊鸣飞鹏翔帆渊源"


class Names:
    """Gives out names, none of them twice; ``rng`` is a seeded random.Random."""

    def __init__(self, rng):
        self.rng = rng
        self.given = set()

    def next(self):
        """A name that nobody has yet, of two or three characters."""
        while True:
            first = self.rng.choice(FIRST) if self.rng.random() < 0.85 else ""
            name = self.rng.choice(SURNAMES) + first + self.rng.choice(SECOND)
            if name not in self.given:
                self.given.add(name)
                return name
