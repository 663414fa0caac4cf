"""Marks of form in an utterance: asking, wanting, denying, telling, naming others. What is talked about leaves no mark.

The classifier sees them, alone and in pairs, beside the words: "question" and "no request" together say more than either.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations

from agent.understand.text import is_chinese

_KIN = r"(?:妈|爸|娘|爹|老公|老婆|媳妇|老伴|儿子|女儿|闺女|孙子|哥|姐|弟|妹|朋友|同事|邻居|亲戚|舅|姑|姨|叔|爷爷|奶奶|对象|室友|同学|老板|客户|他|她|人家|别人)"
_ZH = {
    "asks": r"[?？]|[吗么]$|[吗么][,，。]|呢[?？。]?$|[啊呀]?[?？]",
    "how": r"怎么|咋|如何|咋个|点样|啷个|怎样|哪能",
    "why": r"为什么|为啥|凭什么|咋回事|怎么回事|点解|什么原因|啥原因",
    "amount": r"多少|几个?点|几块|贵不贵|几多|多大",
    "time": r"多久|多长|什么时候|啥时候|几天|几时|几点|哪天|多少天",
    "or_not": r"要不要|需不需要|能不能|可不可以|可以不|能不|会不会|是不是|有没有|算不算|行不行|用不用|得不得|收不收|好不好|要不|该不该",
    "what": r"什么|啥|哪些|哪个|哪里|哪儿|在哪|哪家|谁",
    "rule": r"规定|要求|条件|手续费|费用|收费|利率|利息|年费|工本费|材料|证件|流程|区别|影响|后果|限制|标准|期限|违约金|意思|政策|上限|法律",
    "needs": r"(?:需要|要|得|带|准备)(?:什么|啥|哪些|多久|多少|几)",
    "request": r"(?:帮|给|替|请|麻烦|劳驾|烦请)(?:我|俺|咱|忙|您|你)|给(?:办|弄|换|查|看|开|解|停|销|锁)",
    "want": r"(?:我|俺|咱)(?:现在|就|只|今天|马上|这会儿|也|还)?(?:要|想|得|需要|打算|申请)|想要?|要求|申请|打算",
    "now": r"现在|马上|立刻|赶紧|赶快|这就|立马|快点|今天|速速|尽快|急",
    "do": r"一下|一哈|吧$|掉|呗$|办了|来一|了吧|给我$",
    "asking": r"问(?:一下|下|问|个)|打听|咨询|想知道|了解(?:一下)?|请教|只是问|就问|好奇|听说|据说",
    "perfect": r"过了|了吗|已经|上周|上个?月|昨天|前天|之前|以前|去年|刚(?:才|刚)|早就|上次|前几天|完了|好了",
    "if": r"如果|要是|万一|假如|假设|的话|以后|将来|等我|哪天|下次",
    "not": r"不是|不要|不想|不用|别|甭|没有?|不必|莫|唔",
    "rather": r"而是|是要|我是|只是|就是|反过来|换成",
    "others": rf"(?:我|俺|咱)(?:的|们)?{_KIN}|{_KIN}(?:的卡|的账户|想|要|叫|让)",
    "elsewhere": r"工行|工商银行|建行|建设银行|农行|农业银行|中行|中国银行|招行|招商银行|交行|交通银行|浦发|中信|民生银行|平安|光大|兴业|广发|邮储|微众|微信|支付宝|余额宝|花呗|借呗|京东|白条|美团|抖音|拼多多|"
    r"淘宝|携程|度小满|微粒贷|网贷|信用社|农商|网商|滴滴|社保|公积金|移动|联通|电信|医保|别家|他行|其他银行|另一家|别的银行|汇丰|花旗|渣打",
    "lost": r"丢|不见|找不到|没了|掉了|偷|落在|遗失|冇咗|搞丢",
    "found": r"找到|找着|找回|又有了|捡到|还回",
    "more": r"提高|提升|提额|调高|调大|加大|放开|放宽|往上|大点|涨|升到|升",
    "less": r"降低|调低|调小|降到|往下|小点|少点|缩|压到|收紧|降|下调",
    "stop": r"取消|撤|停|退订|解约|解除|关|删|终止|截|拦|追回",
    "progress": r"到了?没|到哪|进度|怎么样了|好了没|到账|结果|处理到|回音|下文|状态",
    "list": r"哪些|都有|列|看看|查|明细|清单|瞅|瞧",
}
_EN = {
    "asks": r"\?|^(?:what|how|why|when|where|which|who|is|are|do|does|can|could|will|would|should|must|may)\b",
    "how": r"\bhow\b(?! (?:much|long|many|far))",
    "why": r"\bwhy\b|how come|what for|reason",
    "amount": r"\bhow much\b|\bhow many\b|\bwhat(?:'s| is) the (?:fee|rate|charge|cost|limit|maximum|minimum)",
    "time": r"\bhow long\b|\bwhen\b|how soon|what time|\bhours\b|how many days",
    "or_not": r"^(?:is|are|do|does|did|can|will|would|should|must)\b|\bif i (?:can|need|have|must)\b|\bwhether\b",
    "what": r"\bwhat\b|\bwhich\b|\bwhere\b|\bwho\b",
    "rule": r"\bfees?\b|\bcharges?\b|\brates?\b|\binterest\b|\bcosts?\b|\brules?\b|\bpolicy\b|\bdocuments?\b|\bpapers?\b|\brequire|\ballowed\b|\bdifference\b|\bpenalt|\bmaximum\b|\bminimum\b|\bpossible\b|\blegal|\bmean\b|\bsafe\b",
    "needs": r"\bdo i (?:need|have)\b|\bneeded\b|what.{0,10} (?:bring|need)",
    "request": r"\bplease\b|\bpls\b|\bplz\b|\b(?:can|could|would|will) (?:you|ya|u)\b|\bhelp me\b|\blet me\b|\bsort\b",
    "want": r"\bi(?:'d| would) like\b|\bi (?:want|wanna|need|must|wish)\b|\bi'?m (?:going|trying|looking)\b|\btime to\b|\bneed to\b|\bwant to\b|\bgonna\b|\blemme\b|\bi'll\b",
    "now": r"\bnow\b|\basap\b|\bright away\b|\bimmediately\b|\bquick|\burgent|\bhurry\b|\btoday\b",
    "do": r"^(?:please |just |ok(?:ay)?,? |hi,? |hello,? |hey,? )?(?:close|open|send|transfer|pay|move|lock|unlock|freeze|unfreeze|block|unblock|cancel|stop|raise|lower|increase|decrease|reduce|change|update|replace|report|show|check|list|get|give|put|set|turn|switch|book|reserve|buy|reset|add|remove|delete|activate|register|print|issue|order|wake|reactivate|file|lift|withdraw|break|take|make|bring|drop|cut|bump|up)\b",
    "asking": r"\bjust (?:asking|wondering|curious)\b|\bwonder|\bcurious\b|\bquestion\b|\bi heard\b|\bwant to know\b|\btell me (?:about|how|what|if)\b|\bexplain\b|\bam i right\b",
    "perfect": r"\balready\b|\blast (?:week|month|year|night|time)\b|\byesterday\b|\b(?:i|we)(?:'ve| have) \w+ed\b|\bago\b|\bearlier\b|\bpreviously\b|\bonce\b",
    "if": r"\bif\b|\bsuppose\b|\bin case\b|\bone day\b|\bnext time\b|\bsome day\b|\bwhat happens\b|\bsay i\b",
    "not": r"\bnot\b|n't\b|\bno\b|\bdont\b|\bnever\b|\bwithout\b|\bneither\b",
    "rather": r"\bbut\b|\binstead\b|\brather\b|\bjust\b|\bonly\b|\bactually\b|\bother way\b",
    "others": r"\bmy (?:mum|mom|mother|dad|father|wife|husband|sister|brother|friend|mate|colleague|son|daughter|neighbou?r|boss|partner|uncle|aunt|cousin|gran\w*|flatmate|roommate|nan)\b|\b(?:he|she|they|someone|somebody|his|her|their)\b",
    "elsewhere": r"\bhsbc\b|\bicbc\b|\bpaypal\b|\balipay\b|\bwechat\b|\brevolut\b|\bwise\b|\bcmb\b|\bccb\b|\bboc\b|\bciti\w*|\bhuabei\b|\bjiebei\b|\bmeituan\b|\bweilidai\b|\bwebank\b|\bjd\b|\btaobao\b|\bnetflix\b|\bamazon\b|\bother bank|\banother bank|\bbarclays\b|\bchase\b|\blloyds\b|\bchina mobile\b|\buber\b|\bdidi\b|\bdu xiaoman\b|\bmonzo\b|\bsantander\b",
    "lost": r"\blost\b|\bstolen\b|\bmissing\b|\bcan'?t find\b|\bgone\b|\bmisplac|\bnicked\b|\bpickpocket|\bleft (?:it|my)\b|\bdropped\b|\bvanished\b",
    "found": r"\bfound\b|\bturned up\b|\bgot it back\b|\bback in\b|\breturned\b|\brecovered\b",
    "more": r"\brais|\bincreas|\bhigher\b|\bbump|\blift|\bbigger\b|\bmore\b|\bupp?\b|\bboost|\bextend",
    "less": r"\blower|\breduc|\bdecreas|\bless\b|\bsmaller\b|\bdown\b|\bcut\b|\bdrop\b|\bshrink|\btighten",
    "stop": r"\bcancel|\bstop|\bend\b|\bquit\b|\bunsubscribe|\bremove|\bdelete|\bwithdraw|\bpull\b|\brecall|\bundo\b|\bscrap|\brevoke|\bget rid",
    "progress": r"\bstatus\b|\bprogress\b|\bupdate\b|\barrived?\b|\bwhere(?:'s| is)\b|\bgone through\b|\bgot there\b|\bstill\b|\bany news\b|\bhow'?s\b",
    "list": r"\blist\b|\bshow\b|\bsee\b|\bwhat are\b|\ball (?:my|the)\b|\bwhich\b|\bcheck\b|\bview\b",
}
PAIRED = ("asks", "how", "time", "amount", "or_not", "rule", "request", "want", "do", "perfect", "if", "not", "others")


@cache
def _patterns(chinese: bool) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.I) for name, pattern in (_ZH if chinese else _EN).items()}


def marks(text: str) -> list[str]:
    """Names of the marks in ``text``, and of the pairs of those that bear on whether something is wanted."""
    found = [name for name, pattern in _patterns(is_chinese(text)).items() if pattern.search(text)]
    paired = [name for name in found if name in PAIRED]
    pairs = [f"{a}+{b}" for a, b in combinations(paired, 2)]
    bare = [f"{name}-" for name in paired if not {"request", "want", "do"} & set(found)]
    return [*found, *pairs, *bare, "zh" if is_chinese(text) else "en"]
