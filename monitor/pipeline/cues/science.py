"""science: what shows code, a product, a paper or a manual?"""

from __future__ import annotations

from typing import Final

from ...domain.hit import Kind
from .cue import cue

_TECHNICAL: Final = Kind.TECHNICAL

_FORMS: Final = (
    cue(
        _TECHNICAL, 2.5, "source code",
        r"(?:^|\n)\s*(?:def |class \w{1,60}[:(]|import \w|from \w+ import|#include|public (?:class|"
        r"static)|function \w{0,40}\(|const \w{1,40} =|export\d? )",
        r"print\(f?['\"]|\b[a-z_]{1,40}\.[a-z_]{1,40}\([^)\n]{0,40}\)\s|\b\w{1,40} = \{\s*\n|\"\"\"|\*\*\w{1,40}\*\*:",
    ),
    cue(
        _TECHNICAL, 2.0, "software and hardware",
        r"pytorch|tensorflow|torch\.|cuda|\bpython3?\b|ubuntu|\blinux|内核|编译|报错|服务器|"
        r"处理器|\barmv?\d|\bx86|\bcpu\b|\bgpu\b",
        r"github|openeuler|\bdocker|\bapi\b|\bredis|cpuset|数据加密|文件系统|调优|compil(?:e|er|"
        r"ation)|\d nm\b|7nm|ghz|boostkit|\bbios\b|\bkernel|config_|benchmark|"
        r"pip install|\bnpm |exits? with code|\bcache\b|numa\b|firmware|stack trace",
    ),
    cue(_TECHNICAL, 2.0, "version", r"\bv?\d{1,9}\.\d{1,9}\.\d{1,9}\b|faq\b|版本|安装|部署|配置参数|产品公告|白皮书|"
        r"returns:|payload|"
        r"schema|实体"),
    cue(
        _TECHNICAL, 2.5, "references",
        r"(?:^|\n|\s)\[\d{1,3}\]\s?[A-Z一-鿿][^\n]{10,}|\[[JCMDR](?:/OL)?\]|\[C[l\]]|doi:|"
        r"et ?al\.?[, ]|参考文献|(?:学报|通报|杂志)[,，.].{0,8}\d{4}",
        r"[A-Z]{2,12} [A-Z][a-z]{2,14} ?[\d¹²³][^\n]{0,6}[A-Z]{2,12} [A-Z][a-z]{2,14}",
        r"[,，]\s?(?:19|20)\d{2}\s?[,，]?\s?\d{1,3}\s?\(\d{1,2}\)\s?:|(?:19|20)\d{2}\.?:\s?\d{1,9}-\d{1,9}",
        cased=True,
    ),
    cue(
        _TECHNICAL, 2.2, "paper",
        r"摘\s?要:|关键词|基金项目:|作者简介|通信作者|通讯作者|\babstract\b|\bkeywords:|为探究|"
        r"本研究|本文(?!件)|实验(?:环境|数据|结果)",
        r"\(\s?1[.．]\s?[^()\n]{4,70}(?:大学|学院|university|college|研究所|institute)|"
        r"\d\.(?:school|college|institute|department)|学院[^。\n]{0,12}\d{6}",
        r"(?:university|institute|college)[^.\n]{0,40},? ?\d{6}",
    ),
    cue(
        _TECHNICAL, 2.2, "acknowledged grants",
        r"\bauthors? (?:acknowledge|thank|are grateful)|fundamental research funds|(?:supported|funded|"
        r"sponsored)[^.\n]{0,14} by[^\n]{0,100}(?:foundation|grants?|program|"
        r"nsfc|science)|grant nos?\.?",
    ),
    cue(
        _TECHNICAL, 2.0, "formulas and methods",
        r"\$[^$\n]{0,60}\\[a-z]+|\\math|菌株|神经网络|数据集|卷积|随机梯度|future work|we propose|"
        r"our method|point cloud|解释变量",
        r"样品|生物量|体细胞|培养基|培养获得|</td><td>\d|凋落物|样地|采集[^。\n]{0,10}样|\d\s?[cm]m\b",
    ),
    cue(
        _TECHNICAL, 1.5, "species",
        r"[属科种][（(]?[A-Z][a-z]+|[A-Z][a-z]{2,30} [a-z]{4,30} L\.|\bPinus\b|\bLarix\b|"
        r"[松杉杨][ （(]?[A-Z][a-z]+ [a-z]+|genetic|species",
        most=2, cased=True,
    ),
)  # fmt: skip
# What a maker, user or tester of things writes: commands, parameters, measurements.
_CRAFT: Final = (
    cue(
        _TECHNICAL, 2.0, "commands and code",
        r"\b(?:pip3?|npm|apt|yum|dnf|brew|cargo|conda|docker|git|sudo|make) (?:install|run|clone|build|pull|-|apt)|"
        r"`[^`\n]{3,80}`|"
        r"traceback \(most|error:|\bselect\b[^;\n]{1,120}\bfrom\b|(?:get|post|put|delete) /[a-z0-9/_{}-]+|"
        r"\bapplication/json|\b[a-z]+\.[a-z]+\(|\bnn\.[a-z]+|--[a-z]{3,}\b|"
        r"(?:^|\n)\s?(?:changelog|release notes|installation|usage|prerequisites|api reference)\b|\b\w+\(\w*, ?\w*\)|"
        r"\.(?:py|cpp|json|ya?ml|toml)\b|"
        r"step \d:|in this tutorial|步骤[一二三\d]|(?:安装|部署|使用|开发)(?:指南|教程|手册|步骤)|用户手册|"
        r"环境变量|(?:编译|安装)依赖",
        most=2,
    ),
    cue(
        _TECHNICAL, 1.5, "parameters",
        r"\d\s?(?:mah|ghz|mhz|khz|nm|mm|gb|tb|ddr\d|°c|℃|kw|kpa|mpa|μf|pf|ω|rpm|dpi|bps)\b|ddr\d|ip[x6]\d|"
        r"\d\s?v[-~]\s?\d+\s?v|型号|额定|参数:|规格|主频|容量(?:范围)? ?[:\d]|"
        r"误识率|接线|校准|质保|form factor|\bbattery:|\bcpu:|memory:|\bled\b|latency|throughput|\d-bit|waterproof",
        most=2,
    ),
    cue(
        _TECHNICAL, 1.5, "method and result",
        r"\babstract[.:]|(?:^|\n)(?:results?|methods?|conclusions?)[:.]|\b(?:we|our) (?:present|propose|introduce|"
        r"regress|model|method|dataset|approach|train)\b|"
        r"\bp ?[<=] ?0?\.\d|95% ci|\bs\.e\.|standard errors?|baseline|\bf1\b|coefficient|outperform|\b(?:table|"
        r"fig(?:ure)?)\.? \d|\bgenome|transcriptome|"
        r"trial registration|claim 1\b|\bdoi\b|arxiv",
        r"摘要|关键词|通[信讯]作者|作者简介:|结果表明|实验结果|本文(?:提出|介绍|研究|以)|(?:提出|设计)(?:了)?一种|"
        r"算法(?:研究|$)|模型(?:提升|达到)|准确率|百分点|显著(?:下降|提高|差异)|"
        r"以[^。\n]{2,16}为(?:材料|对象|例)|本发明|请求项|权利要求|其特征在于|实用新型",
        most=2,
    ),
    cue(
        _TECHNICAL, 1.5, "change of a product",
        r"(?:版本|v?\d+\.\d+)[^。\n]{0,12}(?:发布|新增|修复)|新增[^。\n]{0,10}(?:接口|功能)|修复(?:了)?|内存泄漏|"
        r"(?:^|\n)- (?:add|fix|drop|"
        r"remove|support)|breaking(?: change)?s?:|"
        r"\bupgrade\b|驱动|镜像|\bgitee\b|cmake|licensed under|\bmit license",
    ),
)  # fmt: skip
SCIENCE: Final = (*_FORMS, *_CRAFT)
