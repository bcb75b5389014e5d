"""manage.py checkpoint_ledger: sign the ledger so far; run by the signer's own user every fifteen minutes."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from recruitment.actions.checkpoints import CheckpointRefused, run_signer
from recruitment.ledger.checkpoints import fingerprint
from recruitment.ledger.keys import KeyRefused, make_key, public_file


class Command(BaseCommand):
    help = "签署台账检查点，并把它送到主机以外。密钥文件由 YINLING_LEDGER_KEY_FILE 指定，只有签署用户能读。"

    def add_arguments(self, parser):
        parser.add_argument("--make-key", action="store_true", help="生成密钥对，不签署")

    def handle(self, **options):
        path = settings.YINLING_LEDGER_KEY_FILE
        if not path:
            raise CommandError("没有设置 YINLING_LEDGER_KEY_FILE。请以签署用户运行，见 docs/ledger.md。")
        try:
            if options["make_key"]:
                make_key(path)
                self.stdout.write(f"已生成 {path}。公钥：\n{public_file(path).read_text(encoding='ascii').strip()}")
                return
            checkpoint, copies = run_signer(now=timezone.now())
        except (KeyRefused, CheckpointRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        if checkpoint:
            self.stdout.write(
                f"第 {checkpoint.number} 号检查点，共 {checkpoint.size} 条，指纹 {fingerprint(checkpoint.body)}"
            )
        else:
            self.stdout.write("没有新记录。")
        if copies:
            self.stdout.write(f"送出副本 {copies} 份。")
