"""manage.py check_files: read every file that was attached and compare it with its hash and with the ledger."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from recruitment.files import vault
from recruitment.queries.file_checks import check_files, count_contents, strays


class Command(BaseCommand):
    help = "核对材料文件：逐份读出，与校验码和台账对照。退出码：0 全部相符，1 有缺失或不符。"

    def add_arguments(self, parser):
        parser.add_argument("--remove-strays", action="store_true", help="删去没有记录的残留（上传中断所致，无法读出）")
        parser.add_argument("--quiet", action="store_true", help="不显示进度条")

    def handle(self, **options):
        with tqdm(total=count_contents(), unit="份", disable=options["quiet"], file=self.stderr._out) as bar:
            found = check_files(bar.update)
            total = bar.total
        for finding in found:
            self.stdout.write(finding.sentence)
        left_over = strays()
        if left_over and options["remove_strays"]:
            for name in left_over:
                vault.remove(name)
        if left_over:
            self.stdout.write(f"残留 {len(left_over)} 份{'，已删去' if options['remove_strays'] else ''}。")
        self.stdout.write(f"核对 {total} 份内容，{len(found)} 处不符。")
        if found:
            raise SystemExit(1)
