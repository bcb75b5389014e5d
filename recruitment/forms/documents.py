"""Forms of the papers: files to attach, why one is withdrawn, which value is restored, a template of one's own."""

from django import forms

from recruitment.files.kinds import ACCEPTED
from recruitment.files.limits import FILE_BYTES, FILES_AT_ONCE
from recruitment.files.papers import grouped
from recruitment.forms.steps import Envelope
from recruitment.queries.documents import is_known_paper

LIMITS_TEXT = (
    f"PDF、JPEG、PNG 扫描件，或 .docx、.xlsx 文档；一份不超过 {FILE_BYTES // 1048576} MB，一次最多 {FILES_AT_ONCE} 份。"
    "作者、拍摄地点等附带信息会自动去掉。"
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what is in them is judged by the verb."""

    widget = FilesInput

    def clean(self, data, initial=None):
        """A list of uploaded files, never empty."""
        files = data if isinstance(data, (list, tuple)) else [data]
        files = [file for file in files if file]
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > FILES_AT_ONCE:
            raise forms.ValidationError(f"一次最多 {FILES_AT_ONCE} 份文件，请分次上传。", code="too_many")
        return files


class UploadForm(forms.Form):
    paper = forms.ChoiceField(
        label="是哪一份材料",
        error_messages={"required": "请选择是哪一份材料。", "invalid_choice": "请选择是哪一份材料。"},
    )
    files = FilesField(
        label="文件",
        help_text=LIMITS_TEXT,
        widget=FilesInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": "请选择文件。", "invalid": "文件没有传上来，请再选一次。"},
    )

    def __init__(self, *args, paper=None, **kwargs):
        super().__init__(*args, **kwargs)
        groups = [(label, [(f"{step}:{code}", title) for step, code, title in papers]) for label, papers in grouped()]
        self.fields["paper"].choices = [("", "请选择"), *groups]
        if is_known_paper(paper):
            self.fields["paper"].initial = paper

    def proposal(self):
        """What attach is to be called with."""
        step, code = is_known_paper(self.cleaned_data["paper"])
        files = [(file.name, file.read()) for file in self.cleaned_data["files"]]
        return {"step": step, "paper": code, "files": files}


class OnPaperForm(forms.Form):
    """Which of the papers that are lacking lie somewhere on paper."""

    papers = forms.MultipleChoiceField(
        label="已有纸质件的材料",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请勾选已有纸质件的材料。",
            "invalid_choice": "其中有的材料已经收到，请刷新页面后再勾选。",
        },
    )
    place = forms.CharField(
        label="存放处", max_length=160, required=False, widget=forms.TextInput(attrs={"placeholder": "如：支部档案柜第 2 格"})
    )

    def __init__(self, *args, lacking, step=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["papers"].choices = [
            (f"{number}:{paper.code}", f"{paper.title}　（第 {number} 步）") for number, paper in lacking
        ]
        self.fields["papers"].initial = [f"{number}:{paper.code}" for number, paper in lacking if number == step]

    def proposal(self):
        """What note_on_paper is to be called with."""
        papers = [is_known_paper(text) for text in self.cleaned_data["papers"]]
        return {"papers": papers, "place": self.cleaned_data["place"]}


class WithdrawForm(Envelope):
    reason = forms.CharField(
        label="撤下原因",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "如：扫描不清，已重新上传"}),
        error_messages={"required": "请写明为什么撤下：文件会保留，并注明原因。"},
    )


class RestoreForm(Envelope):
    reason = forms.CharField(
        label="恢复原因",
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "如：更改时看错了行"}),
        error_messages={"required": "请写明为什么恢复：这是一次新的变更，台账要记录。"},
    )


class TemplateForm(forms.Form):
    file = forms.FileField(
        label="Word 模板（.docx）",
        allow_empty_file=True,  # refused by the verb with a sentence of its own
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        error_messages={
            "required": "请选择文件。",
            "missing": "请选择文件。",
            "invalid": "文件没有传上来，请再选一次。",
        },
    )
