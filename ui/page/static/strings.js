// Every word the page itself says, in both languages. What the bank says comes from the server.

const ZH = {
  bank: "海岚银行", product: "云柜员", sandbox: "沙箱演示",
  sandboxHint: "虚构的银行与客户，不涉及真实资金",
  teller: "小岚", aiLabel: "AI 数字人", tellerRole: "海岚银行 · 云柜员",
  handoff: "转人工", handoffSay: "转人工", handoffHint: "随时可以转接人工客服",
  panelOpen: "打开客户与手机面板", panelClose: "关闭面板", panel: "客户与手机",
  log: "与小岚的对话", you: "我", teller_said: "小岚",
  opening: "正在为您接通…", ready: "在线", busy: "正在为您处理…", offline: "网络断了，正在重试…",
  offlineDetail: "您说的话已经留好，网络恢复后自动发送，不会重复办理。",
  waiting: "现在办理的人较多，正在为您排队，请稍候…",
  tooFast: "您说得有点快，我马上就接着办…",
  stuck: "刚才没有办成，也没有重复办理。请再试一次，或转人工。", retry: "再试一次",
  ended: "会话已结束。为了安全，15 分钟没有操作会自动结束；没办完的业务可以重新开始。", restart: "重新开始",
  dropped413: "内容太长了，没有发送。请说得短一些。", dropped422: "这句话我没能读懂，请换个说法再试。",
  dropped409: "这一条没有发送成功，请再说一遍。", dropped: "这一条没有发送，请再说一遍。", droppedUrgent: "已先为您转人工，这一条没有发送。",
  typing: "小岚正在处理", queued: "排队中", placeholder: "请说您想办什么，例如“换卡”", inputLabel: "请输入您想说的话",
  send: "发送", hint: "回车发送 · Shift+回车换行", tooLong: "太长了：最多 {max} 字，现在 {now} 字。请分几次说。",
  left: "还可以输入 {left} 字", wait: "请等这一句办完再发送",
  starters: "常用业务",
  chips: [
    ["换卡", "我的卡读不出来了，想换一张卡"], ["转账", "我想转账"], ["挂失", "我的卡丢了，要挂失"],
    ["余额", "查一下余额"], ["我被骗了", "我被骗了"], ["你能做什么", "你能做什么？"],
  ],
  steps: "办理进度", stepOf: "{name} · 第 {now}/{all} 步",
  stage: {
    collect: "了解需求", identity: "核实身份", risk: "安全检查", educate: "重要提示", confirm: "核对确认", execute: "办理",
    follow_up: "办完之后", handoff: "人工服务", idle: "待命",
  },
  choose: "请选择", quizTitle: "请回答一个小问题", chosen: "已选择",
  consentTitle: "请您授权", consentYes: "同意", consentNo: "不同意", version: "版本 {version}",
  confirmTitle: "请核对：{service}", confirmYes: "确认办理", confirmNo: "不办了", confirmHint: "有不对的地方，直接告诉我就行。",
  otpTitle: "短信验证码", otpSent: "已发送到 {to}", otpLabel: "6 位验证码", otpSubmit: "提交验证码", otpLeft: "{left} 后失效",
  otpGone: "验证码已失效，请重新发送。", otpResend: "重新发送", otpResendSay: "重新发送验证码", otpPhone: "看沙箱手机",
  otpSaid: "验证码 ••••••", otpNever: "验证码只在这里填写，银行工作人员不会向您索要。", otpBad: "请输入 6 位数字",
  documentTitle: "核验身份证件", faceTitle: "人脸核验", specimen: "使用样本", specimenHint: "沙箱里用客户自己的样本代替拍摄。",
  documentSaid: "已提交证件样本", faceSaid: "已提交人脸样本", byPerson: "改由人工核验",
  educationTitle: "办理前请了解", educationOk: "我知道了",
  receiptTip: "小提示", receiptUndo: "可以撤销",
  status: { done: "已办成", blocked: "未办理", delayed: "延迟处理", in_review: "审核中", cancelled: "已取消", failed: "未成功" },
  handoffTitle: "已为您转人工", handoffSummary: "已替您转达，不用再说一遍：", handoffQueue: "前面还有 {n} 位", handoffNext: "下一位就是您",
  cited: "出处", citedTitle: "这句话的出处", source: "来源", close: "关闭",
  ratingTitle: "这次服务您满意吗？", rating: ["很不满意", "不太满意", "一般", "满意", "非常满意"], ratingSaid: "评价：{n} 分（{word}）",
  phone: "沙箱手机", phoneEmpty: "还没有短信。需要验证码时会出现在这里。", phoneNone: "访客没有登记手机。",
  phoneLost: "暂时读不到短信，正在重试…", phoneFill: "填入验证码", phoneFilled: "已填入", phoneNew: "收到 {n} 条新短信",
  smsOtp: "验证码", smsNotice: "通知",
  trace: "决策过程", traceEmpty: "对话开始后，这里显示每一轮听懂了什么、走到哪一步、用了多久。",
  traceTurn: "第 {n} 轮", understood: "听懂", by: { exact: "固定说法", examples: "例句分类", model: "语言模型", input: "按钮" },
  stageLabel: "步骤", serviceLabel: "业务", timings: "耗时", actions: "结果", none: "—", took: "{ms} 毫秒",
  timing: { understand: "理解", retrieve: "检索", gate: "办理", generate: "生成", total: "合计" },
  switching: "切换后会重新开始对话，正在办的业务不会办理。要切换吗？", switchYes: "切换", switchNo: "留在这里",
  elderNote: "字已放大。下一次对话起，小岚也会说得更慢、更清楚。",
  face: { listening: "在听您说", thinking: "在想", speaking: "在说话", waiting: "在等您" },
  footer: "与您对话的是 AI 数字人。银行绝不会让您把钱转到“安全账户”。",
};

const EN = {
  bank: "Hailan Bank", product: "Skyteller", sandbox: "Sandbox",
  sandboxHint: "A fictional bank with made-up customers; no real money",
  teller: "Xiaolan", aiLabel: "AI digital human", tellerRole: "Hailan Bank · Skyteller",
  handoff: "Talk to a person", handoffSay: "I want to talk to a person", handoffHint: "You can ask for a person at any time",
  panelOpen: "Open customer and phone panel", panelClose: "Close panel", panel: "Phone",
  log: "Conversation with Xiaolan", you: "You", teller_said: "Xiaolan",
  opening: "Connecting you…", ready: "Online", busy: "Working on it…", offline: "No network, trying again…",
  offlineDetail: "Your message is kept. It is sent by itself when the network is back, and nothing is done twice.",
  waiting: "Many customers are being served. You are in the queue, one moment…",
  tooFast: "That was a little fast; I'll go on in a moment…",
  stuck: "That did not work, and nothing was done twice. Please try again, or talk to a person.", retry: "Try again",
  ended: "This conversation has ended. For your safety it ends after 15 minutes without activity; an unfinished service can be started again.",
  restart: "Start again",
  dropped413: "That message is too long and was not sent. Please make it shorter.",
  dropped422: "I could not read that. Please try other words.",
  dropped409: "That message was not sent. Please say it again.", dropped: "That message was not sent. Please say it again.",
  droppedUrgent: "I am getting you a person first; this message was not sent.",
  typing: "Xiaolan is working on it", queued: "Waiting", placeholder: "Tell me what you need",
  inputLabel: "Type what you want to say", send: "Send", hint: "Enter sends · Shift+Enter for a new line",
  tooLong: "Too long: at most {max} characters, now {now}. Please say it in parts.", left: "{left} characters left",
  wait: "Please wait for this turn to finish", starters: "Common services",
  chips: [
    ["Replace card", "My card can't be read, I need a new one"], ["Transfer", "I want to make a transfer"],
    ["Report loss", "I lost my card"], ["Balance", "What's my balance?"], ["I was scammed", "I think I was scammed"],
    ["What can you do", "What can you do?"],
  ],
  steps: "Progress", stepOf: "{name} · {now} of {all}",
  stage: {
    collect: "Your request", identity: "Identity", risk: "Safety check", educate: "Good to know", confirm: "Confirm",
    execute: "Carry out", follow_up: "Afterwards", handoff: "A person", idle: "Idle",
  },
  choose: "Please choose", quizTitle: "One short question", chosen: "Chosen",
  consentTitle: "Your permission", consentYes: "I agree", consentNo: "I don't agree", version: "Version {version}",
  confirmTitle: "Please check: {service}", confirmYes: "Confirm", confirmNo: "Don't do it",
  confirmHint: "If something is wrong, just tell me.",
  otpTitle: "Code by text message", otpSent: "Sent to {to}", otpLabel: "6-digit code", otpSubmit: "Submit code",
  otpLeft: "Expires in {left}", otpGone: "The code has expired. Please have a new one sent.", otpResend: "Send a new code",
  otpResendSay: "Send me a new code", otpPhone: "Open sandbox phone", otpSaid: "Code ••••••",
  otpNever: "Enter the code only here. Bank staff never ask you for it.", otpBad: "Please enter 6 digits",
  documentTitle: "Check your ID document", faceTitle: "Face check", specimen: "Use specimen",
  specimenHint: "In the sandbox the customer's own specimen stands in for the camera.",
  documentSaid: "ID specimen submitted", faceSaid: "Face specimen submitted", byPerson: "Have a person check instead",
  educationTitle: "Good to know before you go on", educationOk: "I understand",
  receiptTip: "Tip", receiptUndo: "Can be undone",
  status: {
    done: "Done", blocked: "Not done", delayed: "Delayed", in_review: "In review", cancelled: "Cancelled", failed: "Failed",
  },
  handoffTitle: "A person is taking over", handoffSummary: "Already passed on, so you need not say it again:",
  handoffQueue: "{n} ahead of you", handoffNext: "You are next",
  cited: "Source", citedTitle: "Where this comes from", source: "Source", close: "Close",
  ratingTitle: "How was this service?", rating: ["Very poor", "Poor", "Fair", "Good", "Very good"], ratingSaid: "Rating: {n} ({word})",
  phone: "Sandbox phone", phoneEmpty: "No messages yet. Codes appear here when they are needed.",
  phoneNone: "A visitor has no phone on file.", phoneLost: "Messages cannot be read now, trying again…",
  phoneFill: "Fill in code", phoneFilled: "Filled in", phoneNew: "{n} new messages", smsOtp: "Code", smsNotice: "Notice",
  trace: "Decision trace",
  traceEmpty: "Once the conversation starts, this shows what was understood in each turn, where it stands and how long it took.",
  traceTurn: "Turn {n}", understood: "Understood",
  by: { exact: "exact form", examples: "examples", model: "language model", input: "button" },
  stageLabel: "Stage", serviceLabel: "Service", timings: "Time", actions: "Result", none: "—", took: "{ms} ms",
  timing: { understand: "understand", retrieve: "retrieve", gate: "gate", generate: "generate", total: "total" },
  switching: "Switching starts a new conversation; the service in progress will not be carried out. Switch?",
  switchYes: "Switch", switchNo: "Stay here",
  elderNote: "The text is larger now. From the next conversation on, Xiaolan also speaks more slowly and clearly.",
  face: { listening: "listening", thinking: "thinking", speaking: "speaking", waiting: "waiting for you" },
  footer: "You are talking to an AI digital human. The bank never asks you to move money to a “safe account”.",
};

const SERVICES = {
  "account.balance": ["余额查询", "Balance"], "account.transactions": ["交易明细", "Transactions"],
  "account.open": ["开卡申请", "Open an account"], "card.replace": ["换卡", "Replace card"],
  "card.report_loss": ["挂失", "Report loss"], "card.cancel_loss": ["解除挂失", "Cancel loss report"],
  "card.lock": ["临时锁卡", "Lock card"], "card.unlock": ["解锁", "Unlock card"],
  "account.activate_dormant": ["睡眠户激活", "Reactivate dormant account"], "account.close": ["销户", "Close account"],
  "transfer.create": ["转账", "Transfer"], "transfer.cancel": ["撤销转账", "Cancel transfer"],
  "transfer.status": ["转账进度", "Transfer status"], "limit.query": ["限额查询", "Limits"],
  "limit.raise": ["提高限额", "Raise limit"], "limit.lower": ["降低限额", "Lower limit"],
  "profile.change_phone": ["变更手机号", "Change phone"], "fraud.report": ["被骗报案与紧急止付", "Report fraud"],
  "complaint.create": ["投诉", "Complaint"], "complaint.status": ["投诉进度", "Complaint status"],
  "autodebit.list": ["代扣查询", "Auto-debits"], "autodebit.cancel": ["代扣解约", "Cancel auto-debit"],
  "account.unfreeze_appeal": ["管控解除申请", "Appeal against a control"], "human.handoff": ["转人工", "Human agent"],
};

/** The languages, and whether each says the same things (used by a test). */
export const LANGUAGES = { "zh-CN": ZH, en: EN };

/** The words of one language: `t("otpSent", {to: "138"})`, `t("status.done")`. */
export function words(locale) {
  const table = LANGUAGES[locale] ?? ZH;
  return (path, values = {}) => {
    const found = path.split(".").reduce((at, name) => at?.[name], table);
    if (typeof found !== "string") return found;
    return found.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}

/** A service's name for customers; nothing for one this page has no word for. */
export function serviceName(id, locale) {
  return SERVICES[id]?.[locale === "en" ? 1 : 0] ?? "";
}
