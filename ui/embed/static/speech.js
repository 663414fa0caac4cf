// One text as sound and mouth shapes (POST /api/v1/tts).

import { Problem, Unreachable } from "../../page/static/api.js";
import { RATE } from "./player.js";

/** {samples (Float32Array at RATE), mouths [{at_s, shape}]} of a text; `session` {session_id, token} may be null. */
export async function fetchSpeech(base, session, { text, locale, elder }) {
  const query = session ? `?session_id=${encodeURIComponent(session.session_id)}` : "";
  let response = null;
  try {
    response = await fetch(`${base}/api/v1/tts${query}`, {
      method: "POST", credentials: "omit", body: JSON.stringify({ text, locale, elder, format: "wav" }),
      headers: {
        "Content-Type": "application/json", Accept: "application/json", ...(session ? { Authorization: `Bearer ${session.token}` } : {}),
      },
    });
  } catch (error) {
    throw new Unreachable(error.message);
  }
  if (!response.ok) throw await Problem.from(response);
  const { audio, visemes } = await response.json();
  const file = Uint8Array.from(atob(audio), (letter) => letter.charCodeAt(0));
  const decoded = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(file.buffer); // whatever rate the file has
  return { samples: decoded.getChannelData(0).slice(), mouths: visemes };
}
