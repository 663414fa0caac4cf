// The desk's own words, in both languages.

const WORDS = {
  bank: ["海岚银行", "Hailan Bank"], desk: ["人工柜台", "Staff desk"], other: ["English", "中文"],
  staff: ["工号", "Staff number"], password: ["密码", "Password"], signIn: ["登录", "Sign in"], signOut: ["退出", "Sign out"],
  teller: ["柜员", "Teller"], supervisor: ["主管", "Supervisor"],
  next: ["接下一位", "Take the next customer"], nobody: ["现在没有客户在等", "Nobody is waiting"],
  waiting: ["等候", "Waiting"], mine: ["我接待的", "With me"], callbacks: ["待回电", "To call back"], held: ["各柜台在办", "At all desks"],
  take: ["接待", "Take"], urgent: ["紧急", "Urgent"], visitor: ["访客", "Visitor"], waits: ["已等 {time}", "waiting {time}"],
  callAt: ["回电 {at}", "call at {at}"], atDesk: ["在岗", "At the desk"], longest: ["最长等候", "Longest wait"],
  choose: ["从左边接一位客户", "Take a customer on the left"],
  talk: ["对话", "Conversation"], message: ["对客户说…", "Say something to the customer…"], send: ["发送", "Send"],
  customer: ["客户", "Customer"], bot: ["小岚", "Xiaolan"], colleague: ["同事", "Colleague"],
  verified: ["身份已核实", "Identity proven"], unverified: ["身份未核实", "Identity not proven"], level: ["{n} 级", "level {n}"],
  left: ["客户已离开", "The customer has left"], phone: ["电话", "Phone"], papers: ["证件", "Document"], device: ["设备", "Device"],
  id_card: ["身份证", "ID card"], passport: ["护照", "Passport"], known: ["常用", "known"], new: ["新设备", "new"],
  summary: ["小岚的转告", "What Xiaolan passed on"], risk: ["风险原因（不要告诉客户）", "Risk reasons (not for the customer)"],
  service: ["业务", "Service"], form: ["一起填单", "Fill in together"], put: ["请客户核对", "Put before the customer"],
  formHint: ["客户同时看得到您填的内容；办不办由客户确认", "The customer sees what you fill in; only the customer can confirm it"],
  point: ["指给客户看", "Point at it"], start: ["开始办", "Begin"],
  review: ["待复核", "In review"], approve: ["同意放行", "Approve"], refuse: ["不同意", "Refuse"], reason: ["原因", "Reason"],
  supervisorOnly: ["要主管来决定", "A supervisor decides this"], approvedBy: ["{who} 已同意，等客户确认", "Approved by {who}; waiting for the customer's yes"],
  identity: ["核验身份", "Check the identity"], compared: ["我看着证件原件和本人比对过", "I compared the document with the person"],
  same: ["是本人", "It is them"], notSame: ["不是本人或看不清", "It is not, or I cannot tell"], identityHint: ["视频接通后才能核验；通过后 15 分钟内为 4 级", "Only in a video call that has connected; gives level 4 for 15 minutes"],
  video: ["请求视频", "Ask for video"], voice: ["请求语音", "Ask for voice"], hangUp: ["挂断", "Hang up"],
  line: ["没能接通，改走语音线路", "No way between the browsers: voice by way of the server"],
  asked: ["已请客户同意通话…", "The customer is asked to agree…"], refused: ["客户不用通话，继续打字", "The customer prefers text"], connected: ["通话已接通", "The call is connected"], ended: ["通话已结束", "The call has ended"],
  notes: ["备注（客户看不到）", "Notes (not for the customer)"], addNote: ["记下", "Add"],
  back: ["交回小岚", "Hand back to Xiaolan"], outcome: ["结果", "Outcome"], giveBack: ["放回队列", "Put back in the queue"],
  joined: ["{who} 接待", "{who} joined"], returned: ["放回队列", "Back in the queue"], handed_back: ["交回小岚", "Handed back to Xiaolan"],
  isVerified: ["身份核验通过", "Identity checked"], notVerified: ["身份核验没有通过", "Identity check failed"], formSent: ["已请客户核对：{what}", "Put before the customer: {what}"],
  approved: ["已同意", "Approved"], wasRefused: ["未同意", "Refused"],
  lost: ["连接断了，正在重连…", "The connection is lost, trying again…"], failed: ["没有成功，请再试", "That did not work; please try again"],
  open: ["办理中", "in progress"], done: ["已办好", "done"], delayed: ["延迟到账", "delayed"], in_review: ["待复核", "in review"],
  blocked: ["已拦下", "stopped"], cancelled: ["已取消", "cancelled"], status_failed: ["没有办成", "not done"],
  seconds: ["{n} 秒", "{n} s"], minutes: ["{n} 分", "{n} min"], hours: ["{n} 小时", "{n} h"],
};

let at = localStorage.getItem("desk.language") === "en" ? 1 : 0;

/** "zh-CN" or "en". */
export const locale = () => (at === 1 ? "en" : "zh-CN");

export function otherLanguage() {
  at = 1 - at;
  localStorage.setItem("desk.language", locale());
}

/** Words by name, with {values} put in. */
export function t(name, values = {}) {
  return (WORDS[name]?.[at] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** One side of a {"zh-CN", "en"} text. */
export const of = (text) => text?.[locale()] ?? "";

export function lasting(seconds) {
  if (seconds < 60) return t("seconds", { n: Math.max(0, Math.floor(seconds)) });
  return seconds < 3600 ? t("minutes", { n: Math.floor(seconds / 60) }) : t("hours", { n: Math.floor(seconds / 3600) });
}
