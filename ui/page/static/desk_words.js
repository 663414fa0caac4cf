// What the page itself says while a person of the bank is there or waited for.

const WORDS = {
  side: ["人工服务", "A person of the bank"],
  colleague: ["同事", "Colleague"],
  waiting: ["正在等人工同事，您排在第 {n} 位。等的时候也可以接着问小岚", "Waiting for a colleague; your place is {n}. Meanwhile Xiaolan goes on answering"],
  nobody: ["现在没有同事在线，您排在第 {n} 位。可以等，也可以留个时间让我们打给您", "Nobody is at the desk right now; your place is {n}. Wait, or leave a time and we call you"],
  callback: ["我们会在 {at} 打给您", "We will call you at {at}"],
  joined: ["{name}正在为您服务。您说的话直接到同事那里", "{name} is with you. What you write goes straight to your colleague at the bank"],
  inCall: ["正在和{name}通话", "In a call with {name}"],
  onLine: ["视频没能接通，正在用语音和{name}说话", "The video did not connect; you are talking to {name} by voice"],
  video: ["视频通话", "Video call"], voice: ["语音通话", "Voice call"], hangUp: ["挂断", "Hang up"],
  consent: ["同事想和您通话。摄像头和麦克风只在您同意后打开，不录像，随时可以关", "Your colleague at the bank would like to call. Camera and microphone open only if you agree; nothing is recorded, and you can end it at any time"],
  yesVideo: ["同意视频", "Yes, with video"], yesVoice: ["只用语音", "Voice only"], noCall: ["不用，打字就好", "No, text is fine"],
  noCamera: ["没能打开摄像头或麦克风，打字也一样能办", "Camera or microphone could not be opened; text works just as well"],
  filling: ["{name}正在帮您填", "{name} is filling this in with you"],
  callMe: ["让同事打给我", "Call me back"], leave: ["不等了", "Stop waiting"], when: ["什么时候打给您", "When shall we call?"],
  leaveTime: ["就这个时间", "Call me then"], stay: ["继续等", "Keep waiting"],
};

/** A function from a name to the words in one language, with {values} put in. */
export function deskWords(locale) {
  const at = locale === "en" ? 1 : 0;
  return (name, values = {}) => WORDS[name][at].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}
