"""What the default templates write in many places: facts with room for the hand, and customary phrases."""

from recruitment.papers.sheets import Cell

SIGN = "年　　月　　日"
NAME = "{{ person.name or blank }}"
BRANCH = "{{ unit.name or blank }}"
SUPERIOR = "{{ unit.superior or '上级党委' }}"
PARTICULARS = (
    "{{ person.name or blank }}，{{ person.sex or blank }}，{{ person.ethnicity or blank }}，"
    "{{ person.birth_month or blank }}出生，{{ person.schooling or blank }}，{{ person.post or blank }}，"
    "{{ person.department or blank }}"
)
BASIS = "《中国共产党章程》和《中国共产党发展党员工作细则》"


def fact(name):
    """A fact, or room for it."""
    return "{{ " + name + " or blank }}"


def day(name):
    """A day, or room for it."""
    return "{{ " + name + " or blank_date }}"


def cell(name):
    """A fact in a register, where an empty cell is room enough."""
    return Cell("{{ " + name + " }}")
