"""What the office found: report, visit, refusal, appraisal, assessment."""

from __future__ import annotations

from tools.documents.paper import (
    Band,
    Blanks,
    Foot,
    Grid,
    Listing,
    Number,
    Paper,
    SignOff,
    Title,
    cell,
    column,
    listed,
)

CASE_NUMBER = Number(text="案号：{{ case_no }}{% if document_no %}　　编号：{{ document_no }}{% endif %}")
HOUSEHOLD = (
    cell("申请人", "applicant_name"),
    cell("身份证号", "applicant_id_masked"),
    cell("镇（街道）", "town_name"),
    cell("村（社区）", "village_name"),
)
SIGNED = (
    column("姓名", "name", 2),
    column("签名时间", "signed_at", 3),
    column("签名方式", "signed", 3),
)

FINDINGS: tuple[Paper, ...] = (
    Paper(
        key="verification_report",
        form=True,
        blocks=(
            Title(text="家庭经济状况核对报告"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("核对编号", "verification_ref"),
                    cell("核对次数", "round"),
                    cell("申请核对", "requester"),
                    cell("核对单位", "executor"),
                    cell("申请时间", "requested_at"),
                    cell("反馈时间", "returned_at"),
                )
            ),
            Band(text="一、比对结果"),
            Listing(
                value="items",
                columns=(
                    column("成员", "member", 2),
                    column("数据来源", "source", 2),
                    column("结果", "result", 2),
                    column("金额", "amount", 2, figures=True),
                    column("说明", "note", 4),
                ),
            ),
            Band(text="二、核对结论"),
            Grid(cells=(cell("结论", "verification_result", wide=True), cell("意见", "opinion", wide=True))),
            Foot(text="核对结果只反映核对之时的数据，仅用于办理社会救助，不得外传。"),
            SignOff(lines=("核对人：{{ verifier }}", "{{ executor }}", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="home_visit",
        form=True,
        blocks=(
            Title(text="入户调查表"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("救助类别", "programme"),
                    cell("调查目的", "visit_purpose"),
                    cell("入户时间", "visit_at"),
                    cell("第几次入户", "visit_round"),
                    cell("调查方式", "mode"),
                    cell("入户情况", "visit_outcome"),
                    cell("居住地址", "living_address", wide=True),
                    cell("在场成员", "present_member", wide=True),
                    listed("协助人员", "village_assistants"),
                )
            ),
            Band(text="一、居住和生活状况"),
            Grid(
                cells=(
                    cell("住房类型", "house_type"),
                    cell("面积（㎡）", "area_m2"),
                    cell("权属", "ownership"),
                    cell("装修情况", "decoration"),
                    cell("月水电燃气", "utilities_month"),
                    cell("照片张数", "photo_count"),
                    cell("生活状况", "living_conditions", wide=True),
                    cell("车辆、牲畜、土地", "possessions", wide=True),
                    cell("照料需求", "care_needs", wide=True),
                )
            ),
            Band(text="二、查明的收入"),
            Listing(
                value="income_found",
                columns=(
                    column("成员", "member", 2),
                    column("类型", "type", 2),
                    column("月金额", "amount", 2, figures=True),
                    column("说明", "note", 3),
                ),
            ),
            Band(text="三、查明的财产"),
            Listing(
                value="assets_found",
                columns=(
                    column("类型", "type", 2),
                    column("所有人", "owner", 2),
                    column("价值", "value", 2, figures=True),
                    column("说明", "detail", 3),
                ),
            ),
            Band(text="四、查明的刚性支出"),
            Listing(
                value="expenses_found", columns=(column("类型", "type", 2), column("月金额", "amount", 2, figures=True))
            ),
            Band(text="五、邻里访问"),
            Listing(
                value="neighbour_inquiry",
                columns=(column("姓名", "name", 2), column("关系", "relation", 2), column("意见", "opinion", 5)),
            ),
            Band(text="六、调查结论"),
            Grid(
                cells=(
                    cell("与申报是否一致", "visit_consistent", wide=True),
                    cell("不一致情况", "consistency_note", wide=True, when="consistency_note"),
                    cell("结论", "conclusion", wide=True),
                    cell("住户签名", "member_signature", wide=True),
                    cell("未签名原因", "refusal_reason", wide=True, when="refusal_reason"),
                )
            ),
            Band(text="七、调查人员签名（谁调查、谁签字、谁负责）"),
            Listing(value="investigators", columns=SIGNED),
            SignOff(lines=("{{ issuer }}", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="non_cooperation_record",
        form=True,
        blocks=(
            Title(text="不配合调查情况记录"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("发生时间", "occurred_at"),
                    cell("地点", "place"),
                    cell("事实经过", "facts", wide=True),
                    cell("已告知后果", "notice_given", wide=True),
                    listed("调查人员", "investigators"),
                    listed("在场见证人", "witnesses"),
                )
            ),
            Band(text="审定"),
            Grid(
                cells=(
                    cell("认定为拒不配合", "refusal_confirmed", wide=True),
                    cell("意见", "judgement", wide=True),
                    cell("审定人", "reviewer"),
                    cell("审定时间", "judged_at"),
                )
            ),
            SignOff(lines=("{{ issuer }}", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="appraisal_record",
        form=True,
        blocks=(
            Title(text="民主评议记录"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("评议时间", "held_at"),
                    cell("地点", "place"),
                    cell("主持人", "chair"),
                    cell("记录人", "recorder"),
                    cell("评议原因", "appraisal_reason", wide=True),
                    cell("参加人数", "participants_count"),
                    cell("村（居）民代表", "rep_count"),
                )
            ),
            Band(text="一、参加人员"),
            Listing(
                value="participants",
                columns=(column("序号", "no", 1), column("姓名", "name", 3), column("身份", "identity", 4)),
            ),
            Band(text="二、评议经过"),
            Grid(
                cells=(
                    cell("已宣讲政策", "policy_read"),
                    cell("照片张数", "photo_count"),
                    cell("情况介绍", "case_intro", wide=True),
                    cell("评议发言", "statements", wide=True),
                )
            ),
            Band(text="三、表决和结论"),
            Grid(
                cells=(
                    cell("真实有效（票）", "votes_true"),
                    cell("不真实（票）", "votes_false"),
                    cell("弃权（票）", "votes_abstain"),
                    cell("结论", "appraisal_conclusion"),
                )
            ),
            Blanks(lines=("参加人员签名：",)),
            SignOff(lines=("{{ issuer }}", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="self_care",
        form=True,
        blocks=(
            Title(text="特困人员生活自理能力评估表"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("被评估人", "assessed_person"),
                    cell("评估日期", "assessed_at"),
                )
            ),
            Band(text="一、评估指标（能自主完成填“是”）"),
            Grid(
                cells=(
                    cell("自主吃饭", "can_eat"),
                    cell("自主穿衣", "can_dress"),
                    cell("自主上下床", "can_get_up"),
                    cell("自主如厕", "can_toilet"),
                    cell("室内自主行走", "can_walk"),
                    cell("自主洗澡", "can_bathe"),
                )
            ),
            Band(text="二、评估结果"),
            Grid(
                cells=(
                    cell("不能自主完成项数", "failed_count", wide=True),
                    cell("评估等级", "care_level", wide=True),
                    listed("评估人员", "assessors"),
                    cell("村（社区）协助", "village_assistant", wide=True),
                    cell("第三方机构", "third_party", wide=True, when="third_party"),
                )
            ),
            Foot(text="6项均能自主完成为具备，1至3项不能自主完成为部分丧失，4项以上不能自主完成为完全丧失。"),
            Blanks(lines=("评估人员签名：＿＿＿＿＿＿＿＿＿＿＿＿",)),
            SignOff(lines=("{{ issuer }}", "{{ issued_on }}")),
        ),
    ),
)
