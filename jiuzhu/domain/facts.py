"""Facts that the service lays beside the variables of a case when a form is opened: names that forms may read.

They are made fresh from the record each time, in Chinese words where people read them, and are never variables. A form
that reads one of these names is no fault for lint.
"""

from __future__ import annotations

from collections.abc import Mapping

FACTS: Mapping[str, str] = {
    "village_choices": "本区的村（社区）：{value, label}，label 带镇（街道）名",
    "own_village_choices": "本人所在单位管辖的村（社区）：{value, label}",
    "discovery_choices": "已核实、等待提出申请的主动发现：{value, label}",
    "missing_choices": "可以写进补正告知书的材料：本区应交材料目录里适用于本案的，{value, label}，值就是目录里的名称",
    "shared_materials": "其中能通过部门信息共享取得、不得要求申请人提交的材料的名称",
    "checklist_rows": "应交材料：{label, note}",
    "household_rows": "家庭成员：{name, relation, id_masked, age, health, monthly_income}，文字已是中文",
    "verification_rows": "最近一次核对的比对结果：{member, source, result, amount, note}，文字已是中文",
    "objection_rows": "本公示尚未答复的异议：{objection_no, received_at, objector, content}",
    "filing_rows": "本备案表的明细：{case_no, applicant_name, programme, kind, amount_after}，文字已是中文",
    "appraisal_participants": "召集时登记的评议会参加人员：{name, identity}",
    "letter_title": "待送达文书的名称",
    "visit_facts": "最近一次入户记录的事实：{label, value}",
    "event_rows": "情况报告的内容：{label, value}",
    "default_channel": "默认申请渠道：窗口人员为 window，村干部为 discovery",
    "query_reason_default": "默认核对事由，例如 申请最低生活保障",
    "missing_authorizers": "尚未有效授权的人的姓名",
    "temp_cap_amount": "受理之日（没有受理的，今天）的临时救助最高限额（元）；本区没有最高限额的没有",
    "batch_items": (
        "月度审批的办件：{item_no, applicant_name, town_name, reviewed_amount, proposal_text, proposal_reason}"
    ),
    "temp_cap_note": "最高限额和它的依据，一句话",
    "programme_choices": "本区受理的救助类别：{value, label}",
    "hardship_rows": "临时救助申请的困难情形：{label, value}",
    "urgent_rows": "急难情形现场核实：{label, value}",
    "account_rows": "收款账户：{label, value}，账号只显示末四位",
    "panel_rows": "本次议事协商成员及其意见：{name, kind, vote, opinion, signed}，文字已是中文",
    "panel_awaited": "本次议事协商还没有发表意见的成员：{value, label}，不再任职的注明",
    "relatives_rows": "近亲属登记：{name, post, relation, visited}，文字已是中文",
    "reexamination_rows": "重新全面审查的结果：{label, value}",
    "readiness_rows": "街镇填报的承接准备：{label, value}",
    "town_choices": "本区的镇街：{value, label}",
    "rollout_town_choices": "还没有下放、也不在承接中的镇街：{value, label}",
    "rollout_town_limit": "第二阶段应选定的镇街数",
    "department_choices": "可以转办的部门：{value, label}，含镇街站所和区（市）民政局",
    "referral_rows": "转办事项、责任部门、期限和办理情况：{label, value}，文字已是中文",
    "pilot_task_rows": "已通过验收的试点乡镇的任务清单：{task}，供其他乡镇比照",
    "pilot_plan_rows": "本乡镇的任务清单：{task, task_person, task_due}",
    "self_check_rows": "本乡镇的自查情况：{label, value}",
    "milestone_rows": "待验收的阶段任务报告：{label, value}",
    "visit_rows": "窗口来访的事项、时刻、时限和答复：{label, value}，文字已是中文",
    "visit_phone": "来访群众留的电话",
    "visit_case_choices": "来访以后本镇街受理的申请：{value, label}；上门的只列渠道为上门的",
    "home_rows": "预约上门的对象、地点、时间：{label, value}",
    "need_rows": "六维评估列出的需求：{dimension, level, item, aid_form}，文字已是中文",
    "plan_rows": "服务计划里预填的转办事项：{referral_item, referral_content, department}",
    "assessment_rows": "六维三类评估和会商的结论：{label, value}",
    "conference_rows": "会商的情形、事实和问题：{label, value}",
    "conference_views": "各部门的会商意见：{department, person, view, measure}",
    "single_household_offered": "本区可以单人户纳入低保：true；没有的不提供",
    "support_fee_counted": "本区计算子女赡养费：true；没有的不提供",
    "entrustment_fault": "用印检查不通过的原因",
    "item_choices": "下放目录的事项：{value, label}",
    "catalogue_note": "下放目录的大项数、小项数和依据，一句话",
    "seal_choices": "本镇街在用的印章：{value, label}",
    "seal_note": "本镇街的印章、保管人和用印次数，一句话",
    "seal_uses_logged": "所交接印章的用印登记次数",
    "agency_choices": "可以代办的救助类别：{value, label}",
    "agency_rows": "代办申请：{label, value}",
    "review_kind_choices": "本区的复核类别：{value, label}",
    "review_list_rows": "村（社区）名单上还没有核对的家庭：{item_no, applicant_name, programme_name, members …}",
    "review_round_rows": "名单上还没有入户的家庭：{item_no, applicant_name, village_said, visit_rounds}",
    "review_visit_rows": "本次安排入户的家庭：{item_no, applicant_name, village_said}",
    "review_sheet_rows": (
        "可以一并确认的无变化家庭：{item_no, household_no, applicant_name, programme_name, amount_before, visited …}"
    ),
    "review_rows": "一户的复核情况：{label, value}，文字已是中文",
    "campaign_rows": "复核名单按村（社区）的户数：{village, households, dibao, tekun, other}",
    "campaign_result_rows": "复核结果按村（社区）的户数：{village, households, keep, changed, cancelled}",
    "campaign_missing_rows": "截止日在保而不在名单上的家庭：{household_no, applicant_name, village}",
}
"""Name → what it holds."""
