"""``manage.py create_first_administrator``: asks at the terminal who sets the site up."""

import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branches.actions.first import create_first_administrator
from branches.actions.refusals import Refused
from branches.queries.logins import has_system_administrator


class Command(BaseCommand):
    help = "Ask for the first system administrator, who sets up units, people and logins; does nothing if there is one."

    def handle(self, **options):
        if has_system_administrator():
            self.stdout.write("已有系统管理员。")
            return
        self.stdout.write("设立首位系统管理员。系统管理员设置党组织、人员和账号，不查看培养对象。")
        try:
            user = create_first_administrator(
                staff_number=self.ask("工号"),
                name=self.ask("姓名"),
                username=self.ask("登录账号"),
                password=self.ask_password(),
                now=timezone.now(),
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except (EOFError, KeyboardInterrupt) as stop:
            raise CommandError("没有设立系统管理员。") from stop
        self.stdout.write(f"已设立系统管理员 {user.username}，请登录后在“管理后台”设置党组织、人员和账号。")

    def ask(self, label):
        while not (answer := input(f"{label}：").strip()):
            self.stdout.write(f"请填写{label}。")
        return answer

    def ask_password(self):
        while True:
            password = getpass.getpass("密码（不显示）：")
            try:
                validate_password(password)
            except ValidationError as error:
                self.stdout.write("".join(error.messages))
                continue
            if getpass.getpass("再输一次：") == password:
                return password
            self.stdout.write("两次输入不同，请重新设定。")
