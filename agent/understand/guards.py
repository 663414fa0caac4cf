"""What only sounds like a request: questions about a service, things already done, other people's wishes."""

from __future__ import annotations

import re
from decimal import Decimal

from agent.understand.grammar.amounts import ALL, find_amounts
from agent.understand.marks import marks
from agent.understand.text import is_chinese

LOOKS = ("account.balance", "account.transactions", "account.statement")
BEYOND = ("fraud", "complaint", "transfer", "payee", "autodebit", "creditcard")  # may well name another bank
_PERSON = r"(?:我)?(?:的|们家)?(?:妈妈?|爸爸?|爹|娘|老公|老婆|媳妇|老伴|儿子|女儿|闺女|孙子|哥|姐|弟|妹|朋友|同事|邻居|亲戚|二舅|舅舅|姑|姨|叔|伯|爷爷|奶奶|对象|室友|同学|老板|男朋友|女朋友)"
_OTHERS = re.compile(
    rf"{_PERSON}(?:他|她|自己|最近|现在|也)?(?:想|要|打算|说要|需要|准备|能不能|可以|非要|的(?:卡|账户|户|存折))(?!我)(?!的?钱)|"
    r"\bmy (?:mum|mom|mother|dad|father|wife|husband|sister|brother|friend|colleague|son|daughter|neighbou?r|boss|partner|uncle|aunt)\b (?:wants|needs|would like|is trying|is going|plans|asked how)|"
    r"\bmy (?:mum|mom|mother|dad|father|wife|husband|sister|brother|friend|colleague|son|daughter|neighbou?r|partner)'s (?:card|account|phone)\b",
    re.I,
)
_OTHERS_WISH = re.compile(
    rf"^(?:那|如果|就是|请问|要是)?{_PERSON}(?:他|她|自己|最近|现在|也|那边)*(?:的(?:卡|账户|户头?|存折|账号))?(?:他|她)?(?:想要?|要|打算|说要|需要|准备)(?!我|转|汇|打钱|钱|用钱|交|住院|做手术|结婚|买|上学|来|去|查)|"
    r"^(?:so |hi,? |well,? |hello,? )?my (?:mum|mom|mother|dad|father|wife|husband|sister|brother|friend|mate|colleague|son|daughter|neighbou?r|boss|partner|uncle|aunt|gran\w*|flatmate|roommate)(?:'s)?\b.{0,12}\b(?:wants|needs|would like|is trying|plans|is thinking) to\b",
    re.I,
)
_OTHERS_THING = re.compile(
    rf"^(?:你好|请问|那个?|帮|替|给|把|我要|想|,|，)*{_PERSON}(?:的)?(?:银行)?(?:卡|账户|账号|户头|存折)[^,，]{{0,8}}(?:丢|掉|坏|锁|不见|没了|挂失|吞|找不|被盗|被偷|用不了|冻结|销|注销)|"
    r"\bmy (?:mum|mom|mother|dad|father|wife|husband|sister|brother|friend|colleague|son|daughter|neighbou?r|partner|gran\w*)(?:'s|s) (?:bank )?(?:card|account)\b.{0,16}\b(?:lost|stolen|missing|gone|locked|broken|swallowed|blocked|frozen|closed?)\b",
    re.I,
)
_MINE = re.compile(
    r"我(?:自己|本人)?的(?!妈|爸|老|爱人|儿|女|孙|爷|奶|朋友|同事)|我名下|我(?:也|的卡)|\b(?:my own|mine|my card|my account)\b",
    re.I,
)
_OWN_AFTER_ALL = re.compile(
    r"(?:帮|给|替|让|叫)(?:我|她|他|您|俺)|我(?:的|自己|名下|这|那|先|就|要|想|得)|转|汇|打(?:给|过去|钱)|\b(?:for me|my own|mine|me to|send|transfer|pay|please|can you|could you|so i|i want|i need|i'd|let me|my (?:card|account|limit))\b",
    re.I,
)
_BY_MYSELF = re.compile(
    r"没有?(?:任何|别的?|其他)?人(?:让|叫|要求|指使|教|逼|催)|我自己(?:要|想|愿意|决定)|\b(?:nobody|no one|no-one) (?:told|asked|made|is (?:telling|making))|\bmy own (?:idea|decision|choice)\b",
    re.I,
)
_ASKS_ABOUT = re.compile(
    r"(?:要|收|得|需要|有).{0,5}(?:手续费|费用|工本费|违约金|利息损失|罚息|材料|证件|条件).{0,4}(?:吗|么|不|嘛|[?？]|$)|"
    r"(?:手续费|工本费|费用|利率|利息|年费|服务费).{0,6}(?:多少|怎么|是|几|贵)|(?:多久|几天|多长时间|多少天|几个工作日|啥时候|什么时候|几点).{0,10}(?:到|好|行|下来|生效|能|解|完|[?？]|$)|"
    r"(?:需要|要|得|带|准备)(?:什么|啥|哪些)(?:材料|证件|资料|手续|条件|东西)?|什么(?:条件|流程|后果|影响|意思|区别|规定)|(?:会不会|有没有).{0,6}(?:影响|风险|记录|费)|^(?:为什么|为啥|凭什么)|"
    r"(?:有)?什么(?:区别|不同)|和.{1,8}(?:区别|不一样)|是(?:什么|啥)(?:意思)?[?？呀啊]?$|\b(?:how (?:much|long|many)\b.{0,40}\b(?:cost|fee|charge|take|days|does it)|what(?:'s| is) the (?:fee|charge|cost|difference|process|procedure|interest)|is there a (?:fee|charge)|do i (?:need|have) to (?:pay|bring)|"
    r"what (?:documents|papers|do i need|happens)|what (?:is|are) (?:a|an|the) (?:class|term|dormant|daily limit)\b|why (?:do|does|is|are|did)|difference between)",
    re.I,
)
_PAST = re.compile(
    r"(?:上周|上个?月|昨天|前天|之前|以前|去年|前几天|刚才|刚刚|早就|已经|早上|上次|那天).{0,10}(?:过了?|完了?|好了|成功了?|办了)(?:[,，。!！]|$)|"
    r"\b(?:already|last (?:week|month|year)|yesterday|before)\b.{0,15}\b(?:done|did it|reported|closed|replaced|cancelled|locked)\b|\bi(?:'ve| have)? already (?:done|did|reported|closed|replaced|cancelled|locked|changed|transferred)\b",
    re.I,
)
_BANK = (
    r"(?:工行|工商银行|建行|建设银行|农行|农业银行|中行|中国银行|招行|招商银行|交行|交通银行|浦发(?:银行)?|中信(?:银行)?|民生银行|平安银行|光大银行|兴业银行|广发银行|邮储|邮政储蓄(?:银行)?|微众银行?|"
    r"网商银行|农商行?|农村信用社|信用社|汇丰|花旗|渣打|别的银行|其他银行|另一家银行|别家(?:银行)?|他行|支付宝|微信|花呗|借呗|京东|白条|美团|微粒贷|度小满)"
)
_ELSEWHERE = re.compile(
    rf"(?:我|俺|咱)?(?:在|那张|的|那个|有张)?{_BANK}(?:银行)?(?:储蓄|借记|信用|工资)?(?:的|那张|那个|里的?|上的?|我的)?(?:储蓄|借记|信用|工资|银行)?(?:卡|账户|账号|户|限额|额度|密码|余额|定期|存折|理财|流水|贷款|短信|零钱)(?!.{{0,2}}[转汇打])|"
    r"\b(?:my|the|an?|our)\s+(?:hsbc|icbc|ccb|cmb|abc|boc|bank of (?:china|communications)|china merchants|citi\w*|barclays|chase|lloyds|santander|revolut|monzo|wise|paypal|alipay|wechat|huabei|jiebei|weilidai|other bank)(?:'s)?(?:\s+(?:bank|credit|debit))?\s+"
    r"(?:card|account|limit|pin|password|balance|credit|statement|app|loan|wallet)\b|\b(?:card|account|limit|pin)\s+(?:at|with|from)\s+(?:hsbc|icbc|ccb|cmb|boc|bank of \w+|citi\w*|barclays|chase|lloyds|santander|revolut|monzo|another bank)\b",
    re.I,
)
_LENDER = re.compile(
    r"微粒贷|借呗|花呗|京东白条|京东金条|度小满|网贷|校园贷|\b(?:huabei|jiebei|weilidai|du xiaoman)\b", re.I
)
_TOWARDS = re.compile(
    r"(?:转|汇|打|付|划|还|充)(?:.{0,12})(?:到|给|进|去|入)|还(?:花呗|借呗|白条|微粒贷|网贷)|收款|从|代扣|扣款|签约|自动|(?:到|给|往).{0,10}(?:转|汇|打)|\b(?:transfer|send|move|wire|pay|to|from|into|payee|debit|mandate)\b",
    re.I,
)
_SOMEBODYS = re.compile(
    r"(?:老婆|老公|媳妇|对象|女朋友|男朋友|前妻|前夫|邻居|同事|老板|朋友|儿子|女儿|别人|别的客户|其他客户|隔壁.{1,3}|她|他)(?:的)?(?:卡|账户|账上|名下|户头)?(?:里|上)?(?:的)?(?:还?有多少|有?几[个张]|余额|流水|明细|存款)|"
    r"\b(?:my (?:wife|husband|boss|neighbou?r|colleague|friend|ex|girlfriend|boyfriend)(?:'s)?|(?:another|other|someone else's) (?:customer|person)(?:'s)?|his|her|their)\b.{0,16}\b(?:balance|statement|transactions|got in)\b",
    re.I,
)
_PLAIN_QUESTION = re.compile(
    r"有什么|有啥|为什么|为啥|是否|会不会|如何|点样|[去到](?:哪|那)(?:里|儿|家)?[办开换]|有没有?(?:更?改|换|变)$|(?:后|了)[,，]?.{0,6}还?(?:可以|能|会).{0,8}[吗么]|(?:怎么|咋)(?!还|就|办|没|个办|这么|那么|这样|恁)|"
    r"^(?:how\b(?! about)|what\b|which\b|where\b|why\b)|\bwhat (?:if|happens)\b|\bif i\b",
    re.I,
)
WISHING = {"request", "want", "do", "now"}
QUESTION_ZH_MAX, QUESTION_EN_MAX = 30, 16
_MONEY_GONE = re.compile(
    r"(?:钱|存款|余额|积蓄|工资|卡里).{0,6}(?:没了|不见|没有了|少了|丢了|消失|被.{0,3}(?:转|刷|取|盗|骗|划|扣))|\b(?:money|savings|balance|salary)\b.{0,16}\b(?:gone|missing|disappeared|vanished|stolen)\b",
    re.I,
)
_LIFE = re.compile(r"死|活|命|自杀|跳楼|\b(?:die|dying|kill|suicide|live|living|end it)\b", re.I)
_FROM_TO = re.compile(r"(?:从|由).{1,12}(?:到|成|为|至)|\bfrom\b.{1,30}\b(?:to|down to|up to)\b", re.I)
_WANTS_NOW = re.compile(
    r"(?:帮|给|替|麻烦|请)(?:我|俺|咱)|我(?:现在|要|想|得|需要)|(?:办|弄|补|换|销|查|开|转|激活|取消|解|改|打|存|买|约)(?:一下|一个|一张|掉|了吧|吧)|再(?:转|办|来|给)|"
    r"\b(?:please|i want|i'd like|i would like|i need|can you|could you|help me|let me|make|order|send|now)\b",
    re.I,
)

_BACKGROUND = re.compile(
    r"不(?!小心|见|了)|没|别|甭|完了|过了|好了|之?前$|之?后$|以后|要是|如果|万一|怕|太|刚(?:刚|才)?|已经|\b(?:no|not|don't|didn't|isn't|wasn't|never|already|after|before|if|when|because|since|instead)\b",
    re.I,
)


def is_background(clause: str) -> bool:
    """A clause that denies, tells or supposes something: it may belong to a wish, but is not a second one."""
    return _BACKGROUND.search(clause) is not None


def wants_now(text: str) -> bool:
    """Whether the form is that of a request."""
    return _WANTS_NOW.search(text) is not None


def is_elsewhere(text: str) -> bool:
    """Another bank's or a lender's own card, account or limit; money going to or coming from there is ours to move."""
    return (_LENDER.search(text) or _ELSEWHERE.search(text)) is not None and _TOWARDS.search(text) is None


def is_somebodys(text: str) -> bool:
    """Somebody else's balance, statement or secret."""
    return _SOMEBODYS.search(text) is not None


def is_others_wish(text: str) -> bool:
    """ "我妈想销户": somebody else would have it done; "我妈让我来销我的户" is the customer's own."""
    match = _OTHERS_WISH.search(text)
    return match is not None and _OWN_AFTER_ALL.search(text, match.end()) is None


def is_others_thing(text: str) -> bool:
    """ "我妈的卡丢了，帮她挂失": what happened to somebody else's card or account, for which they come themselves."""
    return _OTHERS_THING.search(text) is not None and _MINE.search(text) is None


def is_by_myself(text: str) -> bool:
    """ "没有人让我转": people occur in it, none is asked for."""
    return _BY_MYSELF.search(text) is not None


def asks_plainly(text: str) -> bool:
    """A short question of a form that nobody gives a wish; "可以把限额调到两万吗" is a wish in the form of a question and is not one."""
    short = len(text) <= QUESTION_ZH_MAX if is_chinese(text) else len(text.split()) <= QUESTION_EN_MAX
    return short and _PLAIN_QUESTION.search(text) is not None and not WISHING & set(marks(text))


def is_money_gone(text: str) -> bool:
    """Money that has vanished: whatever despair there is, it is looked for first."""
    return _MONEY_GONE.search(text) is not None and _LIFE.search(text) is None


def limit_from_to(text: str) -> str | None:
    """The service that "from 50,000 to 20,000" asks for, whatever verb stands with it."""
    if _FROM_TO.search(text) is None:
        return None
    amounts = [Decimal(a.value) for a in find_amounts(text) if a.value != ALL]
    if len(amounts) != 2 or amounts[0] == amounts[1]:
        return None
    return "limit.raise" if amounts[1] > amounts[0] else "limit.lower"


def is_not_ours(service: str, text: str) -> bool:
    """Another bank's card, or a look into somebody else's account."""
    held_here = service.partition(".")[0] not in BEYOND and service != "account.unfreeze_appeal"
    return (held_here and is_elsewhere(text)) or (service in LOOKS and is_somebodys(text))


def is_about(text: str) -> bool:
    """Talk about a service rather than a wish for it: one asks, tells what was, or speaks for somebody else."""
    if _OTHERS.search(text):
        return True
    if _ASKS_ABOUT.search(text):
        return not re.search(r"(?:帮|给|替)我.{0,12}[,，].{0,10}(?:多|要|费)|(?:办|换|销|开|转)(?:了|掉)吧", text)
    return _PAST.search(text) is not None and _WANTS_NOW.search(text) is None


_DATA = re.compile(r"信息|资料|数据|记录|\b(?:data|information|info|records?|details)\b", re.IGNORECASE)
_FACE = re.compile(r"脸|面部|面孔|\b(?:face|facial|selfie|photos?)\b", re.IGNORECASE)


def of_data(text: str) -> bool:
    """Whether a withdrawal or deletion is of personal data at large and not of one's face."""
    return _DATA.search(text) is not None and _FACE.search(text) is None


_CRIME = re.compile(
    r"骗|诈|盗|冒充|冒用|冒名|假|坏人|止付|指付|公安|警|检察|法院|社保局|验证码|密码|链接|扫了|屏幕|远程|软件|黑客|偷|威胁|勒索|逼|催|陌生|网友|网上认识|网恋|投资|收益|稳赚|平台|刷单|返利|中奖|洗钱|报案|保证金|"
    r"拦|截|快停|拉黑|跑路|跑了|空号|上当|坑|[被备][片偏]|被人|有人|别人|谁[刷动]|不是我|非本人|不是本人|没做过|没动过|没授权|未授权|未经",
)
_CRIME_EN = re.compile(
    r"\b(?:scam\w*|frod|fraud\w*|con|conned|cheat\w*|trick\w*|deceiv\w*|swindl\w*|crooks?|been (?:had|done)|got done|thie[fv]\w*|tief|steal\w*|stole\w*|robb\w*|hack\w*|phish\w*|police\w*|officer|court|embassy|customs|lawyer|bail|threat\w*|blackmail\w*|"
    r"pretend\w*|impersonat\w*|fake|bogus|lie|otp|code|password|link|screen|remote|anydesk|teamviewer|invest\w*|profits?|doubled?|platform|crypto|coins|lottery|prize|gift cards?|call|caller|called|on the (?:phone|line)|phoned|rang|stranger|unknown person|bad people|online|vanished|"
    r"doesn'?t exist|compromised|cloned|skimmed|copied|unauthori[sz]ed|permission|stop|freeze|block\w*|someone|somebody|wasn'?t (?:me|him|her|the)|not (?:me|mine|my \w+)|isn'?t (?:me|mine)|emptied|drained|cleaned me out|"
    r"(?:did ?n[o']?t|did not|never|not|haven'?t) (?:make|made|do|did|authori[sz]\w*|agreed?|spen[dt]|ordered|order)|pian(?:le|zi)?)\b",
    re.I,
)


def tells_of_crime(text: str) -> bool:
    """Somebody else's doing is told of, or that it be stopped: more than a payment that one does not know or money that is gone."""
    return (_CRIME if is_chinese(text) else _CRIME_EN).search(text) is not None
