"""What may be said at any moment and is always obeyed: a person, stop, again, that is wrong; and being coached."""

from __future__ import annotations

import re

from agent.understand.text import bare, is_chinese, sounds_like

_PEOPLE = (
    r"(?:人工(?:服务|客服|坐席|台|座席|柜台|柜员|热线|渠道)?|真人(?:客服|柜员)?|活人|大活人|真的人|经理|主管|领导|负责人|客服(?:人员|小姐|妹子|专员|经理)?|柜员|接线员|话务员|"
    r"工作人员|银行的?人|专员|坐席|同事|管事的?|值班的?|专人|店长|行长|大堂)"
)
_ZH_HANDOFF = re.compile(
    r"转(?:接)?(?:到|给|去|一下|个|至|成)?(?:你们)?(?:的)?(?:人工|真人|活人|客服|坐席|经理|专员|柜员)|人工(?:服务|客服|坐席|座席)?\s*[!！.。]*$|^(?:喂|你好|您好)?[,，\s]*人工|"
    rf"(?:找|要|换|叫|接|喊|请|派|安排|联系|来|给我|帮我|给个|让|连线|跟|和|同|与|有没有|有)(?:一?个|一下|一?位|你们?|您|我|的|那?个|能|到|给|直接|通|上|那边|这边|管事|聊|跟|和|您们|说话|说|话|真正|真实|可以|会|负责|银行|懂行){{0,5}}{_PEOPLE}|"
    r"(?:找|换|叫|来|给|派|喊|要|想跟|想和|跟|和)(?:你们|我|一?个|一?位|真的?|能|会|懂|说话|讲话|聊|的|解决|问题|事|管){0,7}(?:个人|的人|真人|活人|人来|人说|人聊|人讲|人谈|人跟)(?!信息|账户|身份|养老|贷|所得|资料|名下|脸|家|民|寿|修|员)|"
    r"(?:别|不要|甭|不想|不愿意?|懒得)(?:再)?(?:让|跟|和|用|给我|同|叫)?.{0,6}(?:机器人?|ai|智能|电脑|语音助手|自动回复)(?!.{0,4}(?:推销|推荐)).{0,6}(?:说|聊|讲|谈|打交道|回|应付|糊弄|对话|废话|来|服务|沟通|伺候)|"
    r"(?:别|不要|甭).{0,4}(?:机器人|自动回复)|有没有(?:真|活)?人(?:啊|在|能|接|理|$)|有(?:真|活)?人(?:能帮|接待)|有(?:真|活)人|人呢[?？!！]*$|换人|(?:让|叫|请).{0,6}(?:工作人员|客服|人|员工)(?:来)?(?:给我)?(?:回|打)(?:个)?电话|我要人[!！。]*$|搵(?:真)?人|^(?:我?要|请|找)?(?:真人|客服|柜员|经理)(?:客服|服务|坐席)?[!！。]*$|(?:跟|和|找)(?:你们)?(?:的)?(?:客户)?经理(?:谈|聊|说|讲)|找客户经理|能做主的人|不跟(?:你|机器)(?:说|聊|讲|扯)了?|"
    r"(?:叫|让|找|请|喊|换|派)(?:个|一个|位|你们|那个)?(?:柜台|大堂|柜上)?的?(?:小?姑娘|小伙子?|妹子|大姐|师傅|同志|小哥)(?:来|出来|过来|接|跟|和|给)|有(?:没有)?(?:柜台|柜上|大堂)的?(?:姑娘|小伙|人|同志)|"
    r"(?:我要|要|想)(?:跟|和|找|见)(?:你们|银行)?(?:真)?人(?:说|聊|讲|谈|来|处理|办|沟通)|(?:我要|需要|想要|给我)人工|(?:打|拨)(?:给|通)?人工|人工(?:帮|来|给我|处理|接|办)|"
    r"(?:找|换|叫|来|给|派|接)(?:我)?(?:接|换|派|叫|找|喊|来)?个(?:能|会)?(?:说人话|喘气|活)的|给我(?:接|找|换|派|叫|喊|来)(?:一)?个人(?!信息|账户)|(?:让|叫)人(?:来|给我)(?:处理|办|解决|接|说)|机器人?(?:说不清|听不懂|不行|没用|解决不了).{0,8}(?:人|经理|客服)",
    re.I,
)
_ZH_NOT = re.compile(
    r"人工费|人工智[能障]|人工(?:核查|审核|复核|处理完)|派人来修|人工(?:服务|客服|台|柜台|坐席)?(?:的)?(?:要|收|是|多少|费|几点|电话|时间|什么|多久|号码|怎么收)|你是(?:真人|人工|机器|人)|是不是(?:真人|人|机器)|"
    r"(?:冒充|自称|假冒|说是|说他是|骗子).{0,8}(?:客服|经理|领导|工作人员|银行|公安|警)|(?:投诉|举报).{0,8}(?:经理|客服|柜员|人员|领导)|(?:经理|客服|领导|老板|工作人员|柜员|同事).{0,6}(?:让我|叫我|要我|说让|打电话|给我打|态度|骗|坑|不理|说我)|"
    r"(?:转|汇|打|付|借)(?:钱|账|款|\d|[一二三四五六七八九两十百千万]).{0,8}(?:经理|同事|领导)|(?:给|向)(?:同事|经理|领导|老板)(?:转|汇|打|付)|"
    r"(?:跟|和|同|找|叫)(?:我)?(?:个)?(?:同事|领导|经理)(?:一起|借|吃|玩|介绍|去)|不(?:用|要|需要|想)(?:转|找)?人工|(?<![要可还能是])不(?:是要)?(?:转|找)人工|别(?:给我)?转人工|人工.{0,3}(?:是|什么意思)",
    re.I,
)
_EN_PERSON = (
    r"(?:humans?|(?:real|live|actual|living|proper)\s+(?:person|human|agent|people|one|teller|representative|someone)|(?:another|different)\s+(?:person|human|agent|teller|representative)|persons?|representatives?|reps?|agents?|operators?|managers?|"
    r"supervisors?|advis[oe]rs?|tellers?|someone(?: else)?|somebody(?: else)?|customer (?:service|support|care)|staff(?: member)?|colleagues?|"
    r"human being|member of staff|people|your boss|specialist|clerk|banker|employee)"
)
_EN_HANDOFF = re.compile(
    rf"\b(?:talk|talking|speak|speaking|chat|connect|transferred|transfer me|put|get|pass|hand|switch|escalate|reach|refer|patch|forward|want|need|give me|call me|bring|fetch|find me|prefer|like|contact|see|deal|dealing|discuss|have)\b"
    rf"(?:\s+(?:me|to|with|through|on|over|this|it|you|a|an|the|some|your|my|please|rather|just|in|touch|up|for|of|call|directly|right|now|get|hold|actual|bank|real|live|talk|speak|be|chat|help|connected|transferred|have|deal|can|line|phone|at|i|d|instead|human))*?\s+{_EN_PERSON}\b|"
    r"\b(?:someone|somebody|a person|please) (?:please )?call me(?: back)?\b|^put me through\b|\bcall(?:ed)? (?:me )?back by a (?:person|human)|\b(?:could|can) (?:a|some)(?:one| (?:member of staff|person|human)) .{0,20}help|"
    r"^(?:please\s+|a\s+|an\s+)?(?:human|humna|agnet|rep|customer rep|agent|representative|operator|real person|live agent|human agent|customer service|live person|live chat|live support|human help|human support|human assistance)(?:[\s,]+(?:please|pls|plz|now|agent|support|help|any human|a human))*[\s!.]*$|"
    r"\b(?:not|no more|stop|don't|enough|sick of|tired of|hate)\b.{0,25}\b(?:robots?|bots?|machines?|chatbots?|computers?|an ai|ai)\b|\b(?:human|live|real)\s+(?:agent|support|help|assistance|representative|operator|teller)\b|"
    r"\b(?:is|are) there (?:a|an|any|some)?\s*(?:real |actual |live )?(?:human|person|people|one|body|body real|agent|representative)\b|\banyone (?:real|human|there i can)\b|"
    r"\b(?:human|person|agent|representative|manager|supervisor)\b.{0,12}\b(?:please|now|asap)\b|"
    rf"\bhelp from {_EN_PERSON}|\bhelp from (?:a|an|the) {_EN_PERSON}\b|^(?:please )?escalate (?:this|it|me|my (?:case|call))(?: please| now)?[.!]*$",
    re.I,
)
_EN_NOT = re.compile(
    r"\bare you (?:a |an |really |actually )?(?:human|real|robot|bot|person|ai|machine)|\bam i (?:talking|speaking|chatting)|what(?:'s| is) (?:a |an )?(?:human|agent|representative)|\b(?:agent|manager|staff|human) (?:fee|hours|phone)|"
    r"\b(?:scam|fake|pretend|claim|impersonat|fraud|strang|suspicious|police)|"
    r"\b(?:someone|somebody|person|people)\b.{0,30}\b(?:stole|stolen|took|used|using|hacked|charged|withdrew|called|calling|told|asked|has|have|had|is|made|else's|spent|copied|cloned|got|keeps|access)\b|"
    r"\b(?:send|transfer|pay|wire|move|give|sent|paid|refund|owe|money)\b.{0,25}\b(?:to|from|by)\s+(?:my\s+|a\s+|an\s+|another\s+|someone|somebody|other|the wrong)|complain|\b(?:book|appointment|meeting|schedule)\b|(?:how|when|where|what|which|hours|time).{0,40}(?:manager|staff|agent|representative|advisor)\b.{0,20}\b(?:available|open|working|hours)|"
    r"\bdon'?t (?:want|need) (?:a |an |to (?:talk|speak) to (?:a |an )?)?(?:human|person|agent|real)|\bno need (?:for|to)|\bto (?:my|a) (?:friend|colleague|manager|agent)",
    re.I,
)
_SCAM_ZH = re.compile(
    r"安全账[户号]|保证金账户.{0,6}转|刷单|做任务.{0,10}(?:返|垫|佣金|转)|垫付.{0,8}(?:返|佣金|任务)|(?:屏幕共享|共享屏幕|共享.{0,3}屏)|刷流水|做流水|走流水|跑分|"
    r"(?:公安|警察|警官|民警|检察|法院|通管局|反诈|经侦|专案).{0,14}(?:让我|叫我|要我|要求我|通知我|说我).{0,20}(?:转|汇|打钱|账户|涉案|洗钱|配合|冻结|资金|取|卡)|"
    r"(?:说我|涉嫌|涉案).{0,8}(?:洗钱|犯罪|案子).{0,16}(?:转|汇|账户|配合|保密)|(?:冒充|假冒).{0,10}(?:公安|客服|领导|警察|银行|熟人|老板)|"
    r"(?:被|遭|受|让人|给人|上当|遇到).{0,6}(?:骗|诈骗|忽悠).{0,6}(?:了|钱|走|转|刷|子|万|千)|上当(?:受骗)?了|杀猪盘|(?:不让|不要|别).{0,3}告诉(?:家人|家里|银行|任何人|别人).{0,10}|"
    r"(?:客服|对方|他|她|有人|网友|骗子).{0,8}(?:让我|叫我|要我|让把|要我把).{0,12}(?:屏幕|验证码|转到|转钱|转账|下载.{0,8}(?:软件|app|会议)|远程|密码)|注销.{0,6}(?:校园贷|网贷|京东金条|借呗).{0,10}(?:转|清空|否则)|"
    r"(?:解冻|提现).{0,8}(?:交|缴|保证金|转).{0,10}(?:才能|解冻)|裸聊|网恋.{0,12}(?:投资|转|借|博彩)|报(?:诈骗|被骗)|(?:钱|款).{0,6}被(?:骗|诈)",
    re.I,
)
_SCAM_EN = re.compile(
    r"\bsafe (?:bank )?account|\b(?:police|officer|fbi|court|prosecutor|tax office|government|customs|interpol)\b.{0,40}\b(?:move|transfer|send|wire|pay|withdraw)\b|"
    r"\b(?:i(?:'ve| have)?|my \w+)\s+(?:just |think i |may |might |was |got |been |have |'ve |am being |am getting )*(?:been )?(?:scammed|defrauded|conned|tricked|swindled|duped)|"
    r"\b(?:got|been|being|was|getting|were) (?:scammed|defrauded|conned|tricked|swindled|duped|phished)|\bi (?:think|believe).{0,20}\b(?:scam|fraud)|\bshare (?:my|the) screen|screen[- ]?shar|anydesk|teamviewer|remote (?:access|control)|"
    r"\bdon'?t tell (?:my )?(?:family|anyone|the bank|anybody)|keep it secret|\b(?:asked|told|wants?|telling|asking) (?:me )?(?:to |for )?.{0,20}\b(?:otp|verification code|one[- ]time (?:code|password)|gift cards?)\b|"
    r"\b(?:money laundering|laundering)\b.{0,40}\b(?:transfer|send|move|account)|\breport (?:a |an )?(?:scam|fraud)\b|\bcrypto\b.{0,30}\b(?:scam|can'?t withdraw)|\bromance scam",
    re.I,
)
_SCAM_QUESTION = re.compile(
    r"(?:什么是|啥是|是什么|怎么(?:防|识别|判断|预防|避免|分辨|辨别)|如何|会不会|是真的(?:吗|么)?|真的假的|哪些|有什么.{0,6}(?:套路|骗局|手段)|是不是骗(?:人|局)?的?[?？]?$|怕(?:被|上当|受)|差点|咋回事|怎么回事|危险|能追回|追得回|应该先|会让我|[吗么][?？]?$|是诈骗吗|算不算|区别)|"
    r"(?:没有?|不是|又不是|并没有?|不会|从来没有?)(?:被|遭|受|遇到)?.{0,3}(?:骗|刷单)|\b(?:what is|what's|how (?:do|can|to)|is it (?:a )?scam|explain|avoid|recogni[sz]e|spot|examples? of|wasn'?t|not been|prevent|why|nearly|almost|would the bank|does the bank|do(?:es)? (?:the )?police|do safe|exist|real$|ever ask)\b",
    re.I,
)
_REPEAT = re.compile(
    r"(?:再|重新|重复|又|麻烦|请).{0,4}(?:说|讲|念|重复|复述|播)(?:一|1)?(?:遍|次|下|回)|没(?:有)?听(?:清|见|到|明白|懂|清楚|全|着)|听不(?:清|见|到|明白|懂)(?!.*[换找人])|(?:你|您)?(?:刚才|刚刚|刚)?说(?:的)?(?:什么|啥)(?:来着)?|^(?:啥|什么|啊|哈|嗯)[?？]+$|"
    r"(?:说|讲)慢(?:一)?(?:点|些)|慢(?:一)?(?:点|些)(?:说|讲|$)|大(?:点)?声(?:一)?点?$|^大(?:点)?声|再来一[遍回]|再(?:念|放|唠|讲)(?:一)?[遍次回]|重复一[遍下]|\b(?:say|tell me|repeat) (?:that|it|this|again|the question)\b.{0,16}$|\brepeat\b.{0,12}$|\b(?:pardon|come again|say again|one more time|once more)\b|"
    r"\b(?:didn'?t|did not|couldn'?t|can'?t|cannot) (?:quite )?(?:hear|catch|get that|understand (?:you|that|what you))|what did you (?:just )?say|what was that[?？]*$|^(?:too fast|again(?: please| pls)?|huh|eh|louder)[.!?]*$|i missed (?:that|it)|\b(?:slow down|speak (?:up|slower|slowly|more slowly)|slower|more slowly)\b|^sorry\s*[?？]|^what[?？]",
    re.I,
)
_SOMEBODY = re.compile(
    r"[换找叫请让].{0,6}人|人来|人说|\b(?:someone|somebody|person|human|people|staff|colleague)\b", re.I
)
_CANCEL = re.compile(
    r"(?:那)?(?:还是)?(?:算了|算啦|罢了|拉倒)(?:吧|不办了|不弄了|不转了|不要了|了|啦|,|，|\s|下次再说|改天|我不.{1,4}了|谢谢|以后再说|先这样)*|(?:我)?(?:先|又|还是|现在)?(?:不|别|甭)(?:想)?(?:办|弄|转|搞|换|要|操作|做|销|开|申请|改|挂|继续|激活|查|买)(?:理|下去|卡|账|户)?了(?:吧|啊|,|，|谢谢)*|(?:我要|帮我|给我|请)?取消(?:吧|了|掉|操作|办理|这次|当前|本次|业务|服务|这个|服务)*|退出(?:吧|办理|当前|服务)*|"
    r"(?:我)?(?:改|变)主意了|(?:还是)?(?:先)?(?:不用|不必|甭)(?:办|弄|了|转|换)(?:了|吧)*|(?:停|停止|终止|放弃)(?:吧|办理|操作|了)*|不(?:办|弄|搞|转)啦|"
    r"(?:please\s+|ok(?:ay)?,?\s+|no,?\s+|actually,?\s+|oh,?\s+|just\s+|let's\s+|i want to\s+|i'd like to\s+|can you\s+|)*(?:never\s?mind|cancel(?: (?:it|that|this|everything|the (?:process|request|operation|whole thing)|please|my request))*|forget (?:it|about it|that)|stop(?: (?:it|this|that|here|please|the process))*|quit|exit|abort|drop it|leave it|scrap that|"
    r"i(?:'ve| have)? changed my mind|i don'?t want (?:to do )?(?:it|this|that)(?: any ?more)?|don'?t (?:bother|do it)|not any ?more|let's not|skip it|call it off)(?:,?\s*(?:please|thanks|thank you|then|now|for now|i changed my mind|i don't need it))*",
    re.I,
)


def asks_for_person(text: str) -> bool:
    """Whether a human is asked for, in any wording; talk about people ("客服让我转账", "人工费") is not that."""
    if is_chinese(text):
        plain = re.sub(r"\s+", "", text)
        if _ZH_NOT.search(plain):
            return _asks_plainly(plain)
        return _ZH_HANDOFF.search(plain) is not None or (len(plain) <= 12 and sounds_like(plain, "转人工"))
    if _EN_NOT.search(text):
        return re.search(
            rf"\b(?:talk|speak|connect me|transfer me|put me)\b.{{0,20}}\b(?:to|with|through)\b.{{0,12}}\b{_EN_PERSON}\b",
            text,
            re.I,
        ) is not None and not re.search(r"\bare you|\bam i\b|don'?t (?:want|need)|no need|what(?:'s| is)", text, re.I)
    return _EN_HANDOFF.search(text) is not None


def _asks_plainly(plain: str) -> bool:
    """A plain "转人工" beside a story in which people occur ("有人冒充客服，给我转人工")."""
    return re.search(
        r"(?:给我|帮我|请|快|赶紧|马上|要|麻烦|直接|[,，。!！]|^)转(?:接)?(?:个)?人工(?!费|智能)(?:吗)?", plain
    ) is not None and not re.search(
        r"不(?:用|要|需要|想)转?人工|别(?:给我)?转人工|转人工(?:的)?(?:要|收|是|多少|费|几点|什么|多久)", plain
    )


def is_coached(text: str) -> bool:
    """Words of somebody who is being, or has just been, taken in by a scam; not a question about scams."""
    if is_chinese(text):
        return _SCAM_ZH.search(text) is not None and _SCAM_QUESTION.search(text) is None
    return _SCAM_EN.search(text) is not None and _SCAM_QUESTION.search(text) is None


def asks_again(text: str) -> bool:
    """ "再说一遍", "慢点说", "pardon?"."""
    if _SOMEBODY.search(text):
        return False
    return (len(text) <= 20 if is_chinese(text) else len(text.split()) <= 9) and _REPEAT.search(text) is not None


_NO_LONGER = re.compile(
    r".{0,14}?(?:不用|不要|不想|不需要|先不|不)(?:再)?(?:挂失?|转账?|换卡?|办理?|弄|激活|报案?|撤销?|查|恢复)了(?:吧|啊|谢谢)?"
)


def cancels(text: str) -> bool:
    """The whole utterance breaks off what is going on; "取消那笔转账" names a thing and is not that."""
    return _CANCEL.fullmatch(bare(text)) is not None or _NO_LONGER.fullmatch(bare(text)) is not None
