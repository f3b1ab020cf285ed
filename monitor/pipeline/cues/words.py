"""words: which everyday words lean towards which kind, where no form of it is seen?

Written from general knowledge of the registers, not from any corpus. A word counts once; Chinese words are simplified
and found anywhere, English ones stand between spaces. Three strings a kind: telling (1.5), plain (1.0), faint (0.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...domain.hit import Kind

REACH: Final = 2_500  # code points looked at: short texts need these words, long ones show their form
_NOT_WORD: Final = re.compile(r"[^a-z0-9']+")
_WEIGHTS: Final = (1.5, 1.0, 0.5)

_CHINESE: Final[dict[Kind, tuple[str, str, str]]] = {
    Kind.RECRUITMENT_AD: (
        "招聘 诚聘 诚征 招募 急聘 聘任制 应聘 求贤 招贤 招才 纳贤 内推 校招 社招 猎头 投递 起薪 薪金 面议 全奖 "
        "名额不限 私信 咨询请 可落户 包吃住 火热申报 火热报名 "
        "看过来 加入我们 期待您 期待你 等你 虚位以待 求职 招收 兼职 诚邀 通过率 福利待遇 岗位职责 任职要求 "
        "五险一金 六险 双休 佣金",
        "寻找 寻求 有兴趣请 感兴趣请 均可解决 可解决 子女上学 人力资源部 人事部 落户 可为其 可协助 专人对接 "
        "材料润色 答辩辅导 学科不限 专业不限 国籍不限 团队扩招 扩招 岗位不限 加急 "
        "工资 应届生 实习生 学徒 工价 长白班 试用期 转正 双休 带薪 包食宿 自我介绍 成功后付费 报名热线 申报热线 "
        "长期招 常年招 急需 年收入 综合收入 待遇从优 待遇优厚 周转房 博导资格 "
        "直聘教授 科研助理 博士后若干 若干名 行政助理 人才中介 一经录用 录用 面谈 到岗 背景优先 名校 内推码 网申 "
        "笔试 岗位表 用工 "
        "岗位 职位 年薪 月薪 薪资 薪酬 待遇 股权激励 优先 简历 履历 拟聘 聘请 招 工作地点 入职 面试 导师 名额 "
        "专场 轮岗 培养体系 底薪 提成 安家费 购房补贴 科研启动 一对一 "
        "有意者 欢迎联系 欢迎咨询 欢迎加入 联系我 加微信 报销 协助申报 平台企业 资源丰富 海外背景 直接聘 全职引进 "
        "柔性引进 首席科学家 合伙人招",
        "博士 硕士 经验 福利 补贴 公寓 配偶 子女 周岁 成绩单 推荐信 报名 联系人 邮箱 微信 电话 海外 回国",
    ),
    Kind.POLICY_DOCUMENT: (
        "制定本 特订定 本办法 本细则 本规定 本要点 本通知 本措施 本方案 不予受理 逾期 公示期 现予公示 经研究 特此 "
        "结合我市 结合我省 结合我区 结合本市 结合实际 为深入 为贯彻 为落实 为进一步 为规范 为加快 "
        "领导小组 主管机关 主管部门 有关部门 职责分工 须同时具备 同时具备以下 申报条件 申报对象 申报程序 申报指南 "
        "申报书 申报人 申请人应 兹聘 兹任命 任命 核定 印发 颁布 施行 终止资助 追回 绩效评价 绩效考核 "
        "发放对象 发放金额 明细如下 名单如下 受表彰 授予 各有关单位 各单位 各部门 各县 办理 依据 依照 依法 "
        "责任单位 牵头单位 配合单位 实施细则 资金管理 申请材料",
        "补充说明 补助期限 所需经费 各承担一半 现将 予以公布 评审结果 办理入职 报送时间 计算截止日期 须提供 "
        "每人每年最高 据实报销 先缴后补 名额为 由财政 "
        "评选标准 资助标准 分期发放 首期 认定结果 详见附件 限报 视为放弃 报人事处 本部将 逐年 检讨成效 延揽 攬才 "
        "下班前 拟推荐 拟资助 拟支持 拟认定 第一档 一等奖 配套资助 经费管理 结题 "
        "验收 中期检查 任务书 合同书 承诺书 单位公章 加盖公章 学术委员会 监督检查 纪检 异议 复核 报请 审议通过 "
        "会议纪要 议定 批示 转发 传达 组织申报 限额 指标 名额分配 入库 清单 "
        "考核合格 同级财政 上级部门 本辖区 户籍 社保缴纳 纳税 失信 连续缴纳 受理部门 咨询部门 兑付 政策依据 享受条件 办事指南 "
        "应当 不得 必须 按照 根据 负责 给予 资助 补助 兑现 拨付 拨款 预算 专项 资金 财政 认定 遴选 评审 审核 审定 "
        "推荐 申报 申请 报送 备案 审批 措施 办法 条例 意见 方案 规划 目标 任务 保障 "
        "配套政策 扶持 激励 对象 范围 类别 标准 程序 流程 期限 公布 公示 名单 入选人员 人选 聘期 条件 委员会 市委 "
        "市政府 省委 人社局 人力社保局 科技局 财政局 人才办 组织部 发改委 工信 教育部 科技部 办公厅",
        "引进 人才 企业 用人单位 单位 奖励 合同 协议 附件 支持 加快 打造 高水平 高质量 综合资助 全市 全省 本市 我市 我局 本府",
    ),
    Kind.NEWS: (
        "记者 本报 本台 本网 讯 电讯 报道 消息 获悉 据悉 据了解 消息人士 知情人士 发言人 受访 采访 感慨道 坦言 "
        "笑着说 告诉 回应称 驳斥 业界传出 市场传出 分析师 分析人士 评论员 外媒 央视 "
        "新华社 中新社 路透 彭博 法新社 检方 警方 起诉 逮捕 被捕 搜索 约谈 指控 判刑 法院 落幕 收官 喜获佳绩 斩获 "
        "开幕 闭幕 圆满 隆重 举行 召开 亮相 揭牌 签约仪式 座谈 调研 考察 莅临 会见 出席",
        "引发争论 引发讨论 消息一出 作出说明 参会 嘉宾 为期三天 反对者 支持者 批评 舆论 开幕式 峰会 论坛上 成交 "
        "热销 出台新政 争抢 "
        "一行 访问 共识 备忘录 登场 披露 停职 申诉 隐瞒 谴责 抗议 通车 奠基 剪彩 走访 慰问 表彰大会 掀起 热潮 "
        "抢人 火爆 受关注 爆料 传闻 谈判 制裁 关税 出口管制 美方 中方 白宫 "
        "五角大楼 国务卿 众议院 参议院 听证会 指控 认罪 判处 罚款 嫌疑人 案件 截至发稿 尚未回应 不愿具名 匿名 "
        "记者会 新闻稿 通稿 头版 本刊 周刊 责编 责任编辑 编辑: 来源: "
        "表示 指出 强调 称 透露 宣布 介绍 认为 指 据 日前 近日 昨日 昨天 今日 今天 上午 下午 周一 周二 周三 周四 "
        "周五 周六 周日 上周 本周 上月 今年以来 目前 随后 此前 此外 与此同时 一度 引发 热议 关注 "
        "股价 上涨 下跌 融资 上市 营收 净利 挖角 薪水 大使馆 外交部 总统 国会 议员 立委 立法院 走进 只见 短短 "
        "没想到 纷纷 与会 代表队 决赛 获奖 创下 刷新 首次 首个 首家",
        "年 月 日 市民 网友 现场 活动 大赛 会议 媒体 专家 企业家 当地 中国 美国 台湾 日本",
    ),
    Kind.PROFILE: (
        "出生于 生于 籍贯 毕业于 留学 攻读 获博士学位 博士毕业 师从 早年 晚年 一生 生平 简历 个人简介 教授简介 "
        "专家简介 导师简介 人物简介 研究领域 研究方向 最高学历 学历 经历 专任教师 现任 曾任 历任 兼任 "
        "博导 硕导 博士生导师 当选 院士 归国 回国任教 执教 从教 桃李 此前在 先后在 联合创始人 创始人 董事长 "
        "总经理 总监 首席 杰青 优青 特聘教授 讲座教授 长期从事 代表作 代表性论文 通讯作者 第一作者 "
        "发明专利 授权专利 引用 编委 审稿 学会理事 荣获 获奖情况 主持项目 主讲 开设课程 指导研究生",
        "主要从事 材料学家 化学家 物理学家 经济学家 科学家之一 畢業 任教于 现为 就职于 子刊 履新 求是 讲授 "
        "本科就读 就读于 深造 公派 赴美 赴日 赴德 赴英 特级专家 个人档案 职称 专长 名下 二级教授 讲席教授 "
        "终身教授 长聘 课题组长 负责人 校友 学术带头人 工学院 理学博士 工学学士 在读 "
        "现居 少年时 祖籍 出身 幼年 考入 保送 获奖 拥有二十年 多年经验 先后任 担任 学术成就 学术任职 教育经历 "
        "工作履历 个人主页 个人网站 兴趣爱好 博士期间 引文 被引 "
        "教授 副教授 研究员 讲师 博士后 高级工程师 哲学博士 工学博士 他 她 先生 女士 老师 主持 承担 发表 出版 "
        "论文 专著 学位 大学 学院 实验室 致力于 擅长 荣誉 称号 年出生 月出生 任职 工作经验 从事",
        "研究 入选 获 海外 国家 专家 奖 年",
    ),
    Kind.TECHNICAL: (
        "摘要 关键词 本文 本研究 结果表明 实验表明 实验结果 方差分析 回归 回顾性分析 临床资料 死亡率 算法 数据集 "
        "模型 权重 显存 显卡 推理 训练 编译 安装 部署 代码 接口 函数 报错 内核 驱动 固件 版本 "
        "参数 规格 型号 额定 功率 电压 电流 电池 电源键 开机 充电 清洁 请勿 保修 说明书 用户手册 操作步骤 "
        "使用方法 处理器 芯片组 主频 线程 内存 缓存 带宽 服务器 操作系统 数据库 开源 许可协议 "
        "专利 权利要求 其特征在于 显著性 样本 样地 样品 试验 培养基 基因 蛋白 菌株 酶 浓度 温度 光合 幼苗 种子园 "
        "因子 变异 术后 患者 疗效 定理 证明 引理",
        "语料库 构建了 比较了 f1值 svm bert 大页内存 绑定 生效 分类问题 模型中 消融 基准 指令集 兼容性 命令行 "
        "参数名 截图 教程 步骤 焊枪 气体流量 占空比 "
        "端口 进程 启动服务 重启 查看 串口 晶振 开发板 上电 拨码 调试 双卡 定位 车载 输入电压 防护等级 宽压 "
        "传感器 摄像头 分辨率 像素 信号 滤波 频率 阻抗 波形 焊接 轴承 扭矩 转速 "
        "流量计 阀 泵 涂层 合金 晶粒 退火 热处理 X射线 衍射 扫描电镜 光谱 催化剂 电极 电解液 循环寿命 比容量 发芽 "
        "育苗 造林 木材 树种 林分 胸径 病虫害 施肥 剂量 受试者 病例 诊断 "
        "手术 影像 超参数 学习率 损失函数 迭代 微调 分词 标注 开源仓库 提示词 请求头 返回值 异常 日志 常见问题 "
        "线程池 容器 集群 虚拟机 固态 主板 插槽 接口类型 净重 外形尺寸 订货号 "
        "保质期 成分 用法 用量 "
        "性能 测试 优化 提升 吞吐 延迟 精度 误差 拟合 仿真 有限元 神经网络 深度学习 图像 识别 检测 系统设计 架构 "
        "模块 组件 插件 配置 命令 脚本 运行 启用 兼容 支持多 工艺 材料制备 合成 表征 "
        "采用 测定 分析方法 对照组 相关性 影响因素 机制 特性 年际 气候",
        "方法 结果 分析 影响 评价 研究 应用 技术 设计 设备 产品 尺寸 重量",
    ),
    Kind.OTHER: (
        "谁能 求问 请教 有没有人 有人 怎么办 怎么样 一脸懵 大家 楼主 求解 吗? 吧? 骗子 骗局 小说 故事 她把 他把 "
        "忽然 雨 夜里 古代 传说 神话 意为 意思是 寓意 词语 释义 "
        "夏令营 亲子 家长 儿童 起源 起源于 最初 古希腊 由来 通常指 主义 哲学 宗教 创建于 成立于 创立于 "
        "集团有限公司 公司简介 企业文化 旗下 示范区 少儿 小朋友 少年宫 比赛 门票 报名费 优惠 促销 "
        "玩家 游戏 基金净值 保险 广告 版权所有 温馨提示 提醒 谨防",
        "地铁站 出口 周边 超市 小吃 公交 可信吗 中介说 想问 咖啡 烘焙 餐厅 菜单 民宿 客栈 "
        "外教 暑期班 小班 退款 授课 辅导班 培训班 学员 报班 提分 课程优惠 童年 回忆 味道 一站式 解决方案 诚信 "
        "共赢 理念 洽谈合作 新老客户 竭诚 服务热线 加盟商 门店 品牌故事 发展历程 "
        "企业概况 主营业务 知名企业之一 旅游攻略 景点 美食 电影 动漫 歌词 主角 剧情 剧透 修仙 剑 江湖 皇帝 朝代 "
        "成语 典故 出自 别名 姓氏 取名 星座 生肖 天文 球队 比分 进球 彩票 "
        "祈福 祝福 散文 日记 随笔 心得 吐槽 避坑 踩坑 求推荐 避雷 弹幕 粉丝 "
        "传统 历史 象征 仪式 世纪 我 你 觉得 感觉 好像 听说 区别 解释 是什么 哪个 面试被 家族 酒店 旅游 学校 学生 "
        "培养拔尖 实验班 学分制 客户 愿景 使命 价值观 品牌 杯 奖杯",
        "是 的 了",
    ),
}
_ENGLISH: Final[dict[Kind, tuple[str, str, str]]] = {
    Kind.RECRUITMENT_AD: (
        "hiring|recruiting|vacancy|vacancies|join us|join our|join the|apply now|to apply|help wanted|closing date|"
        "encouraged to apply|professorship|group leader posts|"
        "posts|your cv|cv|resume|cover letter|publication list|drop us|write to|job|jobs|commission per|headhunter|"
        "recruiter|internship|we offer|we seek|we are looking|"
        "duties|wanted|salary|starting salary|relocation|start up package|generous start|tenure track|is filling|"
        "opening|openings|candidate|candidates|applicants",
        "are you an|is building its|building its team|building a team|two year contracts|housing paid|"
        "fees paid|for details|upload a|teaching statement|rank of|seeking|seeks|talent scout|sign up today|"
        "limited places|we help|we will help|"
        "fte|fixed term|interviews will|informal discussion|informal enquiries|search firm|boutique search|"
        "mandated to|enquiries|wants senior|moving costs|is a plus|covered|head of school|bought out|"
        "looking to hire|remote|visa sponsorship|equal opportunity|start date|pay|wage|hourly|per annum|"
        "per month|perks|must have|nice to have|about the role|about you|reporting to|based in|"
        "ideal candidate|opportunity to|headcount|referral|refer a|expert wanted|experts wanted|recruit you|"
        "position|positions|post|role|responsibilities|requirements|qualifications|preferred|benefits|package|"
        "stipend|bonus|apply|application|applications|contact|email|"
        "interested|opportunity|opportunities|career|full time|part time|contract|phd student|postdoc|postdoctoral|"
        "fellowship|consultant|welcome|environment",
        "experience|phd|degree|years|under|research|team|english|please|send|deadline|abroad|overseas",
    ),
    Kind.POLICY_DOCUMENT: (
        "shall|hereby|pursuant|annex|article|section|evaluation criteria|eligible|eligibility|ineligible|accredited|"
        "host institutions|considered for funding|decisions of|"
        "implementation|measures|provisions|regulation|regulations|circular|notice|memorandum|directive|solicitation|"
        "promulgation|supersedes|working days|request for review|"
        "the ministry|the commission|the bureau|the committee|the department|administrative|competent authority|"
        "public consultation|subsidies|subsidy|nomination|nominations",
        "reimburse|claims must|lodged|invoices|will be granted|half of the|per expert|fiscal year|"
        "calendar year|licensed|entitled|entitlement|obligations|undertakes|penalty|comply|"
        "in writing to the bureau|"
        "item 7|items|beneficiary|beneficiaries|acknowledge the funder|repay|unduly|match national|ratio of|"
        "rent free|disputes|settled by|talent office|grant agreement|conditions|terms and conditions|"
        "paragraph|schedule|whereas|act|bill|statute|code of federal|guideline|guidelines|policy of|"
        "applies to|apply to all|repealed|effective date|effective from|is appointed|are appointed|"
        "certificate|registered|stamped|deputy mayor|general office|people's government|personnel bureau|"
        "finance bureau|science and technology bureau|quota|shortlist|results of the|selected persons|"
        "publicity period|objections|"
        "must|applicants|applicant|criteria|funding|grant|grants|proposal|proposals|submit|submitted|submission|"
        "list of|round|call|award|awards|authority|authorities|municipal|"
        "provincial|government|office of|employers|institutions|units|procedure|compliance|requirements|amended|"
        "in force|budget|fiscal|allocate|allocated|board",
        "may|by|within|not|under|program|programme|plan|final",
    ),
    Kind.NEWS: (
        "said|says|told|reported|reporters|reporter|spokesman|spokeswoman|spokesperson|officials|prosecutors|police|"
        "court|lawsuit|lawyer|accused|accusing|charged|convicted|"
        "arrested|resigned|comment|sources|analysts|according to|announced|unveiled|television|newspaper|"
        "investigation|inquiry|senate|congress|minister|president|embassy|"
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend|yesterday|this week|last week|last month|"
        "stocks|shares|billion|critics|warned|raided|searched",
        "urged|intelligence agency|string of cases|declined|filings|reviewed by|corporate filings|"
        "state backed|domestic|vowed|fears|concerns|probe|crackdown|row over|controversy|backlash|headline|"
        "surged|ministers|agency|agencies|"
        "offered|learned|confirm|parliament|opposition|lure|lured|luring|record sum|closes|round led|proceeds|"
        "government would|called the|newsroom|editorial|exclusive|breaking|insiders|people familiar|"
        "condition of anonymity|spy|espionage|theft|stolen|indictment|trial|jury|verdict|sentenced|sanctions|"
        "tariffs|summit|talks|protest|rally|election|governor|mayor|opposition members|hearing|lawmaker|"
        "lawmakers|tech war|rival|rivals|soared|plunged|quarter|revenue|profit|funding|investors|valuation|"
        "delegation|signed a|agreement with|inaugurated|celebrates|celebrated|hosted|visits|"
        "this year|last year|since|after|amid|over the|more than|were|was|had|has been|people|country|beijing|"
        "washington|taipei|london|chinese|u.s|trade|war|security|new|deal|"
        "won|ceremony|attended|held|visited|met|launched|opened|celebrated|rescue|took part",
        "in|on|the|two|three",
    ),
    Kind.PROFILE: (
        "he|she|his|her|born|ph.d|phd from|phd at|received his|received her|educated|graduated|professor of|chair of|"
        "associate professor|assistant professor|visiting professor|"
        "fellow of|fieee|member of the|editor|editorial board|supervised|supervises|students|career|biography|bio|"
        "curriculum vitae|resume of|i'm|i am|my research|my work|"
        "nationality|date of birth|degree|doctor of|post|titles|publications|citations|patents|h index|joined us|"
        "before joining|previously|formerly|lab|founder|co founder|"
        "decade at|postdoc at|runs the|leads the|heads the|in his|in her|now|pi in",
        "trained in|directs|directs the|has won|holds twelve|returned|senior engineer|technical director|"
        "father of|mother of|years with|expert of|native of|postgraduate|doctoral|based at|"
        "grew up|scholarship to|colleagues describe|colleagues|graduate of|set up her|set up his|studies how|"
        "prizes|medal|fellow|marie curie|humboldt|visiting scholar|alumni|alumnus|alumna|undergraduate at|msc|"
        "bsc|mba|diploma|appointed|elected|honorary|emeritus|retired|mentor|mentored|patent holder|inventor|"
        "entrepreneur|serves on|sits on|board member|keynote|lives in|married|children|hobbies|personal page|"
        "about me|worked at|worked for|working at|years at|joined|promoted|"
        "professor|prof|dr|scientist|researcher|engineer|director|deputy director|university of|institute of|since|"
        "from|interests|awards|scholar|talents scheme|teaching|courses|team",
        "research|group|laboratory|department|years",
    ),
    Kind.TECHNICAL: (
        "abstract|theorem|lemma|proof|proposition|let g be|algorithm|dataset|method|baseline|regression|coefficient|"
        "figure|table|et al|install|installation|usage|config|"
        "configuration|compile|compiler|gcc|centos|ubuntu|linux|kernel|driver|cpu|gpu|benchmark|specint|runs|"
        "throughput|latency|memory|cache|thread|queue|scheduler|fix|fixes|"
        "closes|reviewed by|commit|merge|pull request|bug|patch|release|changelog|version|api|server|client|http|"
        "json|python|java|library|module|package|function|class|"
        "ingredients|apply two drops|avoid contact|battery|voltage|ml|mg|nm|mm|ghz|sensor|led|dosage|warranty|manual|"
        "specifications|patients|mortality|trial|placebo|assay|"
        "genome|protein|species|sample|samples|induction|vertices|graph|measured|disabled|enabled|torch",
        "swivels|duty cycle|gas flow|wear|eye protection|consumables|standard consumables|usage|"
        "optional arguments|help message|verbose|degrees|current|nozzle|cable|plug|switch|mount|torque|"
        "spare parts|instruction|"
        "seeds|germination|sown|sowing|stratified|analysed|analyzed|mixed model|epochs|learning rate|"
        "batch size|perplexity|lora|transformer|neural|network|gradient|loss|accuracy|precision|recall|"
        "optimizer|inference|quantized|tokens|netstat|port|process|restart|reboot|log|logs|debug|serial|"
        "firmware|board|chipset|volts|watts|input|output|interface|protocol|connector|dimensions|weight|"
        "capacity|temperature|solution|electrode|catalyst|spectra|diffraction|microscopy|alloy|annealed|cells|"
        "mice|gene|expression|dna|rna|soil|forest|biomass|seedlings|equation|parameter|simulation|placeholder|"
        "pass|return|def|self|const|var|struct|void|boolean|string|array|docker|kubernetes|cluster|node|query|"
        "schema|endpoint|instructions|tighten|screw|rinse|dishwasher|"
        "results|conclusion|experiment|experiments|performance|average|rate|test|tests|data|model|models|training|"
        "parameters|optional|default|error|errors|file|files|command|"
        "run|build|support|feature|features|user|users|press|button|device|step|note|warning|import|null|true|false",
        "using|use|set|under|per|vs|empty",
    ),
    Kind.OTHER: (
        "can someone|anyone|does anybody|scam|smells|travel advice|security office|laptop|disclose|disclosure|"
        "compliance office|countries of concern|conflict of commitment|"
        "we employ|family owned|holdings|our customers|our values|founded in|about us|in buddhist|buddhist|denotes|"
        "by contrast|means|mythology|legend|poem|novel|chapter|game|"
        "games|player|players|tickets|club|charity|festival|recipe|tour|glossary|encyclopedia|fund|risk level|"
        "past performance|coupon|shipping|my dog|i think|i got|got an email",
        "roasters|coffee|beans|roast|opened its doors|bakery|tea|brewery|shop|store hours|does not prohibit|"
        "your dean|annual disclosure|in writing and|menu|our story|reservation|"
        "my two cents|two cents|worth it|thread|given name|surname|dynasty|song dynasty|also a common|"
        "is a common|can be written|refers|term for|any effort|staff who|lose access|students who|"
        "federal money|risk of|avoid signing|report any|guidance|resources for researchers|training module|"
        "checklist|frequently asked|solutions|one stop|customers|clients|loyal|delicious|menu|hotel|"
        "restaurant|holiday|match|goal|season|league|film|movie|song|lyrics|album|legendary|hero|dragon|sword|"
        "magic|quest|kingdom|myth|god|buddha|temple|museum|tourist|childhood|memories|lol|reddit|upvote|op|"
        "imo|"
        "i|me|my|whether|really|even|thing|believe in|partnership|hotels|thought|word|simply|faculty should|"
        "staff should|you should|register|advice|foreign|be careful|beware",
        "you|a",
    ),
}  # fmt: skip


def _split(rows: dict[Kind, tuple[str, str, str]], by: str | None) -> tuple[tuple[Kind, str, float], ...]:
    return tuple(
        (kind, word if by is None else f" {word} ", weight)
        for kind, strings in rows.items()
        for weight, words in zip(_WEIGHTS, strings, strict=True)
        for word in words.split(by)
    )


_HAN: Final = _split(_CHINESE, None)
_ANY_HAN: Final = re.compile(r"[一-鿿]")
_BY_FIRST: Final[dict[str, list[tuple[int, str]]]] = {}  # a text has fewer signs than there are words
for _place, _row in enumerate(_HAN):
    _BY_FIRST.setdefault(_row[1][0], []).append((_place, _row[1]))
_SINGLE: Final[dict[str, list[tuple[Kind, str, float]]]] = {}
_PHRASES: Final = [row for row in _split(_ENGLISH, "|") if " " in row[1].strip()]
_BY_WORD: Final[dict[str, list[tuple[int, str]]]] = {}
for _place, _row in enumerate(_PHRASES):
    _BY_WORD.setdefault(_row[1].split()[0], []).append((_place, _row[1]))
for _row in _split(_ENGLISH, "|"):
    if " " not in _row[1].strip():
        _SINGLE.setdefault(_row[1].strip(), []).append((_row[0], _row[1].strip(), _row[2]))


def leanings(plain: str) -> Iterator[tuple[Kind, str, float]]:
    """Each word that leans towards a kind, with its weight, in a text's plain view."""
    text = plain[:REACH]
    if _ANY_HAN.search(text):
        signs = _BY_FIRST.keys() & set(text)
        for place in sorted(place for sign in signs for place, word in _BY_FIRST[sign] if word in text):
            yield _HAN[place]
    words = _NOT_WORD.sub(" ", text).split()
    for single in dict.fromkeys(words):
        yield from _SINGLE.get(single, ())
    spaced = f" {' '.join(words)} "
    begun = _BY_WORD.keys() & set(words)
    for place in sorted(place for word in begun for place, phrase in _BY_WORD[word] if phrase in spaced):
        kind, phrase, weight = _PHRASES[place]
        yield kind, phrase.strip(), weight
