"""Who accompanies whom in the demonstration: designated contacts, talks, problems and their answers, the focus list."""

from datetime import timedelta

from branches.actions.movements import report_movement
from branches.offices import MovementKind
from branches.queries.logins import user_named
from committee.actions.focus import list_person
from committee.actions.movements import acknowledge_movements, deliver_movements
from committee.actions.problems import answer_problem, forward_problem
from committee.actions.talks import record_talk
from committee.demo.roads import recorded_at
from committee.models import FocusLevel, Solver, Topic, Way
from recruitment.actions.contacts import assign_contact
from recruitment.actions.departments import share_with_department

PLACES = ("办公室", "实验室", "野外台站", "院会议室", "职工之家")
OUTLOOKS = (
    "关注本领域重大任务的组织方式，愿意多承担站网建设工作。",
    "近期忙于项目申报，希望多了解支部的学习安排。",
    "参加了主题党日活动，谈到老一辈科学家的治沙经历，很受触动。",
    "对党的基本知识有较系统的了解，提出希望听一次专题党课。",
    "认为青年团队的凝聚力需要加强，愿意带头组织学术沙龙。",
)
NEEDS = ("", "", "实验用房较紧张。", "野外台站冬季供暖不稳定。", "希望协助解决子女入学。", "大型仪器机时不足。")
PROBLEMS = (
    ("实验用房不足，影响新到博士后开展工作", Solver.DEPARTMENT),
    ("野外台站冬季供暖设备老化", Solver.OFFICE),
    ("子女入学材料需单位开具证明", Solver.HR),
    ("大型仪器预约机时不足", Solver.DEPARTMENT),
    ("青年人才住房补贴发放延迟", Solver.HR),
    ("希望支部安排一次专题党课", Solver.BRANCH),
)
ANSWERS = ("已协调解决，本人知悉。", "已列入下季度计划，并向本人说明。", "相关证明已开具。")
PURPOSES = (
    "新入选人才计划，尚未联系",
    "海外回国不久，需加强联系",
    "学术骨干，所在支部长期没有发展对象",
    "主动了解入党程序",
)
MOVEMENTS = (
    (MovementKind.JOINED, "引进人才到岗"),
    (MovementKind.PROMOTED, "晋升研究员"),
    (MovementKind.PROGRAMME, "入选青年人才项目"),
    (MovementKind.RETURNED, "结束访问回国"),
    (MovementKind.TRANSFERRED, "转入本研究室"),
)
# How many people each of the committee members looks after; one has nobody yet, which the office sees as a gap.
LOOKS_AFTER = (2, 2, 1, 2, 1, 2, 1, 2, 0)
DAYS_BETWEEN_TALKS = (28, 58)
# What HR reported longer ago than this, the office has dealt with.
SEEN_AFTER = timedelta(days=21)


class Company:
    """Brings people together; ``office`` and ``crews`` are those of the founding."""

    def __init__(self, *, founding, rng, now, today):
        self.office, self.crews, self.hr = founding.office, founding.crews, founding.hr
        self.rng, self.now, self.today = rng, now, today

    def list_outsiders(self, branch, people):
        """Put ``people`` of ``branch`` on the focus list; returns their candidates."""
        found = []
        for person in people:
            starts_on = self.today - timedelta(days=self.rng.randint(20, 165))
            listing = list_person(
                by=self.office.user, person=person, unit=self.crews[branch].unit, purpose=self.rng.choice(PURPOSES),
                level=self.rng.choice(list(FocusLevel)), starts_on=starts_on, next_step="确定定向联系人",
                now=recorded_at(starts_on, self.rng, self.now),
            )  # fmt: skip
            found.append(listing.candidate)
        return found

    def look_after(self, candidates):
        """Give the committee members their people from ``candidates``, with the talks of the months since."""
        waiting = iter(candidates)
        for user, count in zip(self.office.member_users, LOOKS_AFTER, strict=True):
            for _ in range(count):
                self._contact(user, next(waiting))

    def look_after_in_branch(self, branch, candidate):
        """Give the secretary of ``branch`` somebody to look after; a branch without one gets nobody."""
        crew = self.crews[branch]
        if crew.secretaries:
            self._contact(crew.recorder, candidate, since=crew.secretaries[-1][0])

    def _contact(self, user, candidate, since=None):
        began_on = self.today - timedelta(days=self.rng.randint(90, 400))
        began_on = max(began_on, since) if since else began_on
        assign_contact(
            by=self.office.user, code=candidate.code, leader=user.person, decided_on=began_on, reason="院党委会议确定",
            now=recorded_at(began_on, self.rng, self.now),
        )  # fmt: skip
        leader = user_named(user.username)  # afresh: from now on this person is within reach
        held_on = began_on + timedelta(days=self.rng.randint(5, 40))
        silent_since = self.today - timedelta(days=self.rng.choice((2, 5, 9, 14, 30, 75)))
        while held_on < silent_since:
            self._talk(leader, candidate, held_on)
            held_on += timedelta(days=self.rng.randint(*DAYS_BETWEEN_TALKS))

    def _talk(self, leader, candidate, held_on):
        is_recent = (self.today - held_on).days < 60
        problems = []
        if self.rng.random() < (0.6 if is_recent else 0.2):
            summary, solver = self.rng.choice(PROBLEMS)
            problems.append({"summary": summary, "solver": solver, "due_on": held_on + timedelta(days=30)})
        at = recorded_at(held_on, self.rng, self.now)
        talk = record_talk(
            by=leader, code=candidate.code, held_on=held_on, way=self.rng.choice(list(Way)),
            topics=self.rng.sample(list(Topic), 2), place=self.rng.choice(PLACES), outlook=self.rng.choice(OUTLOOKS),
            needs=self.rng.choice(NEEDS), is_shared_with_office=self.rng.random() < 0.4, problems=problems, now=at,
        )  # fmt: skip
        for problem in talk.problems.all():
            self._follow(problem, held_on, is_recent=is_recent)

    def _follow(self, problem, raised_on, *, is_recent):
        """Older problems were answered; of recent ones some were handed on."""
        office = self.office.user
        if not is_recent:
            answered_on = raised_on + timedelta(days=self.rng.randint(6, 28))
            answer_problem(
                by=office, code=problem.code, answer=self.rng.choice(ANSWERS), answered_on=answered_on,
                now=recorded_at(answered_on, self.rng, self.now),
            )  # fmt: skip
        elif problem.solver == Solver.HR and self.rng.random() < 0.5:
            forward_problem(by=office, code=problem.code, text=f"请协助办理：{problem.summary}。", now=self.now)

    def report(self, people):
        """What HR reported about ``people`` in the last half year; the office has seen all but the latest."""
        seen = []
        for person in people:
            kind, summary = self.rng.choice(MOVEMENTS)
            happened_on = self.today - timedelta(days=self.rng.randint(3, 170))
            movement = report_movement(
                by=self.hr, person=person, kind=kind, happened_on=happened_on, summary=summary,
                now=recorded_at(happened_on, self.rng, self.now),
            )  # fmt: skip
            if happened_on < self.today - SEEN_AFTER:
                seen.append(movement.pk)
        deliver_movements(now=self.now)
        acknowledge_movements(by=self.office.user, movements=seen, now=self.now)

    def tell_department(self, candidate):
        """The head of the candidate's department is told, to help with the days of the training."""
        share_with_department(
            by=self.office.user, department=candidate.person.department, unit=candidate.unit, candidate=candidate,
            reason="协调集中培训和谈话时间", ends_on=self.today + timedelta(days=180), now=self.now,
        )  # fmt: skip
