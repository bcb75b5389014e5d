"""The papers with running text among the default templates; their wording is that of the rules.

Articles: 细则 2014 and its wording of 2026; what a paper asks for beyond the facts is left blank for the hand.
"""

from recruitment.papers.marks import BASIS, BRANCH, NAME, PARTICULARS, SUPERIOR, day, fact
from recruitment.papers.sheets import CENTER, Sheet


def activist_report():
    """Step 4: the branch reports an activist for filing (article 8)."""
    sheet = Sheet()
    sheet.title(f"关于确定{NAME}同志为入党积极分子的\n备案报告")
    sheet.line(f"{SUPERIOR}：")
    sheet.paragraph(f"{PARTICULARS}，{day('s1.date')}递交入党申请书。")
    sheet.paragraph(
        f"党支部于{day('s2.date')}派人同其谈话。根据{BASIS}，在党员推荐、群团组织推优的基础上，"
        f"经{day('s3.date')}{fact('s3.body')}研究，确定{NAME}同志为入党积极分子，指定{fact('mentor_names')}同志为培养联系人。"
    )
    sheet.paragraph("现报请备案。")
    sheet.paragraph("附件：入党积极分子备案登记表")
    sheet.signature(BRANCH, day("printed.date"))
    return sheet


def publicity():
    """Steps 8, 15 and 23: the notice of a publicity (article 13 of 2026; elsewhere where a committee asks for it)."""
    sheet = Sheet()
    sheet.title("公　　示")
    sheet.paragraph(
        f"根据《中国共产党发展党员工作细则》，{fact('publicity.basis')}，{fact('publicity.act')}。现将有关情况公示如下："
    )
    sheet.paragraph(
        f"{PARTICULARS}。{day('s1.date')}递交入党申请书，{day('s3.date')}被确定为入党积极分子，"
        f"培养联系人：{fact('mentor_names')}。"
    )
    sheet.paragraph(f"公示期：{day('publicity.since')}至{day('publicity.until')}（不少于五个工作日）。")
    sheet.paragraph(
        "公示期内，党员和群众如有意见，请以书面、电话或当面方式向党组织反映。反映情况要实事求是，以便调查核实；"
        "党组织对反映人和反映的情况予以保密。"
    )
    sheet.paragraph("联系人：　　　　　　　　电话：")
    sheet.paragraph("地　址：")
    sheet.signature(BRANCH, day("publicity.since"))
    return sheet


def political_review_report():
    """Step 10: the conclusive document of the political review; its headings are the contents that article 16 names."""
    sheet = Sheet()
    sheet.title(f"关于{NAME}同志的政治审查报告")
    sheet.heading("一、基本情况")
    sheet.paragraph(
        f"{PARTICULARS}。{day('s1.date')}递交入党申请书，{day('s3.date')}被确定为入党积极分子，"
        f"{{{{ s8.listed_on or s8.date or blank_date }}}}列为发展对象。"
    )
    sheet.heading("二、审查方式")
    sheet.paragraph("□同本人谈话　□查阅有关档案材料　□找有关单位和人员了解情况　□函调　□外调")
    sheet.heading("三、审查内容")
    for number, topic in enumerate(
        (
            "对党的理论和路线、方针、政策的态度",
            "政治历史和在重大政治斗争中的表现",
            "遵守国家法律法规和社会公德的情况",
            "直系亲属和与本人关系密切的主要社会关系的政治情况",
        ),
        1,
    ):
        sheet.line(f"{number}. {topic}", indent=2)
        sheet.room(3)
    sheet.heading("四、审查结论")
    sheet.paragraph(f"经审查，{NAME}同志政治审查{fact('s10.conclusion')}。")
    sheet.paragraph("审查人（签名）：")
    sheet.signature(BRANCH, day("s10.date"))
    return sheet


def pre_examination_request():
    """Step 13: the branch asks the committee to examine its papers before the meeting (article 18/19)."""
    sheet = Sheet()
    sheet.title(f"关于对{NAME}同志进行预审的请示")
    sheet.line(f"{SUPERIOR}：")
    sheet.paragraph(
        f"{PARTICULARS}，{day('s1.date')}递交入党申请书，{day('s3.date')}被确定为入党积极分子，"
        f"{{{{ s8.listed_on or s8.date or blank_date }}}}列为发展对象，入党介绍人为{fact('recommender_names')}同志。"
    )
    sheet.paragraph(
        f"{day('s10.date')}完成政治审查，结论为{fact('s10.conclusion')}；{day('s11.date')}完成集中培训，"
        f"共{fact('s11.days')}天、{fact('s11.hours')}学时。{day('s12.date')}，{fact('s12.body')}进行了审查，"
        f"认为{NAME}同志{fact('s12.conclusion')}"
        "{% if s12.code != 'unqualified' %}，手续完备，基本具备党员条件{% endif %}。"
    )
    sheet.paragraph("现将有关材料报上，请予预审。妥否，请批示。")
    sheet.paragraph("附件：1. 入党申请书")
    for text in ("2. 培养教育考察登记表", "3. 政治审查材料", "4. 集中培训结业证书", "5. 支部委员会审查意见和群众意见"):
        sheet.line(text, indent=5)
    sheet.signature(BRANCH, day("printed.date"))
    return sheet


def pre_examination_reply():
    """Step 13: the committee's written result (article 18/19)."""
    sheet = Sheet()
    sheet.title(f"关于{NAME}同志预审结果的批复")
    sheet.line("{{ s13.number }}", align=CENTER)
    sheet.line(f"{BRANCH}：")
    sheet.paragraph(f"你支部《关于对{NAME}同志进行预审的请示》收悉。经{day('s13.date')}预审，现批复如下：")
    sheet.paragraph(f"{NAME}同志预审{fact('s13.conclusion')}。")
    sheet.mark("{%p if s13.code == 'unqualified' %}")
    sheet.paragraph("请继续做好培养教育工作，待条件成熟后再行报请预审。不合格的原因：")
    sheet.mark("{%p else %}")
    sheet.paragraph(
        f"同意发给《中国共产党入党志愿书》（编号：{fact('s14.form_number')}）。"
        "请指导本人如实填写，自预审合格之日起一个月内召开支部党员大会讨论，并将结果报我委审批。"
    )
    sheet.mark("{%p endif %}")
    sheet.signature(SUPERIOR, day("s13.date"))
    return sheet


def _ballot(step):
    """How many came and how they voted."""
    return (
        f"应到会有表决权的正式党员{fact(f'{step}.eligible')}名，实到会{fact(f'{step}.present')}名。"
        f"经无记名投票表决，赞成{fact(f'{step}.in_favour')}票，反对{fact(f'{step}.against')}票，"
        f"弃权{fact(f'{step}.abstained')}票"
        f"{{% if {step}.written %}}（其中会前提出书面意见的{{{{ {step}.written }}}}票）{{% endif %}}。"
    )


def admission_resolution():
    """Step 15: what the branch's meeting resolved (articles 19 and 20/20 and 21)."""
    sheet = Sheet()
    sheet.title(f"关于{NAME}同志入党问题的支部大会决议")
    sheet.paragraph(
        f"{day('s15.date')}，{BRANCH}召开党员大会，讨论{NAME}同志的入党问题。"
        f"{NAME}同志{day('s1.date')}递交入党申请书，{day('s3.date')}被确定为入党积极分子，"
        f"{{{{ s8.listed_on or s8.date or blank_date }}}}列为发展对象，入党介绍人为{fact('recommender_names')}同志。"
    )
    sheet.paragraph("大会认为，该同志的主要表现是：")
    sheet.room(2)
    sheet.paragraph(_ballot("s15"))
    sheet.mark("{%p if s15.code == 'failed' %}")
    sheet.paragraph("赞成票没有超过应到会有表决权的正式党员的半数，大会未通过接收其为中共预备党员。")
    sheet.mark("{%p else %}")
    sheet.paragraph(
        f"赞成票超过应到会有表决权的正式党员的半数，大会同意接收{NAME}同志为中共预备党员，预备期一年，"
        f"自{day('s15.date')}起{{% if probation.end %}}，至{{{{ probation.end }}}}止{{% endif %}}。"
    )
    sheet.mark("{%p endif %}")
    sheet.paragraph("党支部书记（签名或盖章）：")
    sheet.signature(BRANCH, day("s15.date"))
    return sheet


def admission_request():
    """Step 17: the branch reports its resolution for approval."""
    sheet = Sheet()
    sheet.title(f"关于接收{NAME}同志为中共预备党员的请示")
    sheet.line(f"{SUPERIOR}：")
    sheet.paragraph(
        f"{PARTICULARS}。经{day('s13.date')}你委预审{fact('s13.conclusion')}，{day('s15.date')}召开支部党员大会讨论。{_ballot('s15')}"
        f"大会{{% if s15.code == 'failed' %}}未通过接收{{% else %}}同意接收{{% endif %}}{NAME}同志为中共预备党员。"
    )
    sheet.paragraph("现将有关材料报上，妥否，请批示。")
    sheet.paragraph("附件：1. 中国共产党入党志愿书（编号：" + fact("s14.form_number") + "）")
    for text in ("2. 入党申请书", "3. 政治审查材料", "4. 培养教育考察材料", "5. 支部党员大会会议记录和决议"):
        sheet.line(text, indent=5)
    sheet.signature(BRANCH, day("printed.date"))
    return sheet


def admission_reply():
    """Step 17: the committee's decision (articles 24 and 25/25 and 26)."""
    sheet = Sheet()
    sheet.title(f"关于接收{NAME}同志为中共预备党员的批复")
    sheet.line("{{ s17.number }}", align=CENTER)
    sheet.line(f"{BRANCH}：")
    sheet.paragraph(
        f"你支部《关于接收{NAME}同志为中共预备党员的请示》收悉。经{day('s17.date')}党委会会议审议和表决，现批复如下："
    )
    sheet.mark("{%p if s17.code == 'refused' %}")
    sheet.paragraph(f"不同意接收{NAME}同志为中共预备党员。请将结果通知本人，并做好思想工作。")
    sheet.mark("{%p elif s15.code == 'failed' and not s17.code %}")
    sheet.paragraph(f"{{{{ blank }}}}接收{NAME}同志为中共预备党员。")
    sheet.mark("{%p else %}")
    sheet.paragraph(
        f"同意接收{NAME}同志为中共预备党员，预备期自{day('probation.start')}至{day('probation.end')}。"
        "党龄从预备期满转为正式党员之日算起。"
    )
    sheet.paragraph("请及时通知本人并在党员大会上宣布，将其编入党支部和党小组，组织入党宣誓，继续做好教育和考察。")
    sheet.mark("{%p endif %}")
    sheet.signature(SUPERIOR, day("s17.date"))
    return sheet


def _outcome(verb, failed, code="s23.code", until="s23.extended_until"):
    """The ways in which probation ends; ``code`` and ``until`` are what tells which, and how long it goes on.

    ``failed`` is what is said when the meeting passed nothing.
    """
    return (
        f"{{% if {code} == 'extended' %}}{verb}延长{NAME}同志的预备期，延长至{day(until)}"
        f"{{% elif {code} == 'cancelled' %}}{verb}取消{NAME}同志的预备党员资格"
        f"{{% elif {code} == 'failed' %}}{failed}"
        f"{{% else %}}{verb}{NAME}同志按期转为中共正式党员，党龄自{day('probation.end')}算起{{% endif %}}。"
    )


def conversion_resolution():
    """Step 23: what the branch's meeting resolved at the end of probation (articles 31 and 32/32 and 33)."""
    sheet = Sheet()
    sheet.title(f"关于{NAME}同志转正问题的支部大会决议")
    sheet.paragraph(
        f"{day('s23.date')}，{BRANCH}召开党员大会，讨论{NAME}同志的转正问题。{NAME}同志于{day('probation.start')}被接收为"
        f"中共预备党员，预备期至{day('probation.end')}，{day('s22.date')}提出书面转正申请。"
    )
    sheet.paragraph("大会认为，该同志在预备期内的主要表现是：")
    sheet.room(2)
    sheet.paragraph(_ballot("s23"))
    sheet.mark("{%p if s23.code == 'failed' %}")
    sheet.paragraph("赞成票没有超过应到会有表决权的正式党员的半数，大会没有形成决议。")
    sheet.mark("{%p else %}")
    sheet.paragraph("赞成票超过应到会有表决权的正式党员的半数，" + _outcome("大会同意", "大会没有形成决议"))
    sheet.mark("{%p endif %}")
    sheet.paragraph("党支部书记（签名或盖章）：")
    sheet.signature(BRANCH, day("s23.date"))
    return sheet


def conversion_request():
    """Step 24: the branch reports its resolution for approval."""
    sheet = Sheet()
    sheet.title(f"关于{NAME}同志转正问题的请示")
    sheet.line(f"{SUPERIOR}：")
    sheet.paragraph(
        f"{PARTICULARS}，{day('probation.start')}被接收为中共预备党员，预备期至{day('probation.end')}，"
        f"{day('s22.date')}提出书面转正申请。"
    )
    sheet.paragraph(f"{day('s23.date')}，党支部召开党员大会讨论。{_ballot('s23')}" + _outcome("大会同意", "大会没有形成决议"))
    sheet.paragraph("现将有关材料报上，妥否，请批示。")
    sheet.paragraph("附件：1. 转正申请书")
    for text in ("2. 预备党员教育考察表", "3. 支部党员大会会议记录和决议", "4. 中国共产党入党志愿书"):
        sheet.line(text, indent=5)
    sheet.signature(BRANCH, day("printed.date"))
    return sheet


def conversion_reply():
    """Step 24: the committee's decision (article 33/34)."""
    sheet = Sheet()
    sheet.title(f"关于{NAME}同志转正问题的批复")
    sheet.line("{{ s24.number }}", align=CENTER)
    sheet.line(f"{BRANCH}：")
    sheet.paragraph(
        f"你支部《关于{NAME}同志转正问题的请示》收悉。经{day('s24.date')}党委会会议审议和表决，现批复如下："
    )
    sheet.mark("{%p if s24.code == 'refused' %}")
    sheet.paragraph("不同意党支部的决议。请将结果通知本人，并做好思想工作。")
    sheet.mark("{%p else %}")
    sheet.paragraph(_outcome("同意", "{{ blank }}", "(s24.code or s23.code)", "s24.extended_until or s23.extended_until"))
    sheet.mark("{%p endif %}")
    sheet.paragraph("请及时通知本人，并在党员大会上宣布。")
    sheet.signature(SUPERIOR, day("s24.date"))
    return sheet
