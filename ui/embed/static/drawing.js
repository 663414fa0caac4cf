// 小岚, drawn: a teller of Hailan Bank, our own. What moves carries a class; figure.js moves it.
// Units are those of the view box (400 by 460). The light comes from the upper left.

export const VIEW = { bust: "20 22 360 414", portrait: "92 34 216 216" };

const DEFS =
  '<defs>' +
  '<linearGradient id="room" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d6eaee"/><stop offset=".62" stop-color="#eaf1ee"/><stop offset="1" stop-color="#f4e9d8"/></linearGradient>' +
  '<radialGradient id="skin" cx=".44" cy=".42" r=".66"><stop offset="0" stop-color="#fde5d3"/><stop offset=".62" stop-color="#f9d5bd"/><stop offset="1" stop-color="#edb99b"/></radialGradient>' +
  '<linearGradient id="neck" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e0a688"/><stop offset=".5" stop-color="#f3c8ad"/><stop offset="1" stop-color="#f6d0b7"/></linearGradient>' +
  '<linearGradient id="hair" x1="0" y1="0" x2=".5" y2="1"><stop offset="0" stop-color="#4a3836"/><stop offset=".45" stop-color="#33262a"/><stop offset="1" stop-color="#241b1f"/></linearGradient>' +
  '<linearGradient id="hair-back" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2b2125"/><stop offset="1" stop-color="#1d1619"/></linearGradient>' +
  '<linearGradient id="jacket" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#17708a"/><stop offset=".55" stop-color="#0f5a70"/><stop offset="1" stop-color="#0a4456"/></linearGradient>' +
  '<linearGradient id="lapel" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#0d5266"/><stop offset="1" stop-color="#083c4c"/></linearGradient>' +
  '<linearGradient id="silk" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#f0d9ae"/><stop offset=".5" stop-color="#dcb777"/><stop offset="1" stop-color="#b98b4a"/></linearGradient>' +
  '<radialGradient id="iris" cx=".5" cy=".62" r=".56"><stop offset="0" stop-color="#8a5a3a"/><stop offset=".6" stop-color="#5a3722"/><stop offset="1" stop-color="#2d1a12"/></radialGradient>' +
  '<radialGradient id="blush"><stop offset="0" stop-color="#f08f7c" stop-opacity=".42"/><stop offset="1" stop-color="#f08f7c" stop-opacity="0"/></radialGradient>' +
  '<linearGradient id="lip" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d8676a"/><stop offset="1" stop-color="#c9565d"/></linearGradient>' +
  '<clipPath id="left-open"><path class="left opening"/></clipPath><clipPath id="right-open"><path class="right opening"/></clipPath>' +
  '<clipPath id="mouth-open"><path class="m-hole"/></clipPath>' +
  '</defs>';

const ROOM =
  '<g class="room"><rect x="0" y="0" width="400" height="460" fill="url(#room)"/>' +
  '<circle cx="200" cy="190" r="156" fill="#fff" opacity=".42"/>' +
  '<path d="M0 330c60-14 88-72 150-72 52 0 66 42 108 42 36 0 60-22 142-18v178H0z" fill="#bfdde2" opacity=".55"/>' +
  '<path d="M0 372c46-22 88-22 132 0s90 22 134 0 90-22 134 0v88H0z" fill="#a5ced6" opacity=".5"/></g>';

const HAIR_BACK =
  '<path class="hair-back" d="M112 176C100 98 138 46 202 46s104 52 91 130c-3 40 4 74-4 100-4 14-20 20-34 14l-6-4h-98l-6 4c-14 6-30 0-34-14-8-26-2-60 1-100z" fill="url(#hair-back)"/>';

const BODY =
  '<g class="body">' +
  '<path d="M170 226c2 28 2 44-8 56-8 9-20 14-34 18l72 50 72-50c-14-4-26-9-34-18-10-12-10-28-8-56z" fill="url(#neck)"/>' +
  '<path class="chin-shade" d="M170 242c8 18 20 26 30 26s22-8 30-26c0 10 0 18 1 25-8 14-19 21-31 21s-23-7-31-21c1-7 1-15 1-25z" fill="#c98668" opacity=".5"/>' +
  // jacket
  '<path d="M138 297c-34 10-62 18-78 40-16 24-24 72-28 123h336c-4-51-12-99-28-123-16-22-44-30-78-40l-62 66z" fill="url(#jacket)"/>' +
  '<path d="M78 366c-4 30-4 62-2 94M322 366c4 30 4 62 2 94" fill="none" stroke="#083c4c" stroke-width="2" opacity=".5"/>' +
  // blouse
  '<path d="M148 292l52 30 52-30 22 24-62 144h-24l-62-144z" fill="#fdfdfc"/>' +
  '<path d="M200 356v104" stroke="#d9e2e4" stroke-width="1.6"/><circle cx="200" cy="424" r="3" fill="#dfe8ea"/><circle cx="200" cy="452" r="3" fill="#dfe8ea"/>' +
  // collar
  '<path d="M150 284c-8 6-16 12-20 22l34 34 36-34c-22-2-40-10-50-22z" fill="#fff"/><path d="M250 284c8 6 16 12 20 22l-34 34-36-34c22-2 40-10 50-22z" fill="#fff"/>' +
  '<path d="M130 306l34 34 36-34M270 306l-34 34-36-34" fill="none" stroke="#cfdadd" stroke-width="1.6" stroke-linejoin="round"/>' +
  // scarf: a band around the neck, a knot, two tails
  '<path d="M154 290c14 14 30 20 46 20s32-6 46-20l6 13c-14 15-33 22-52 22s-38-7-52-22z" fill="url(#silk)"/>' +
  '<path d="M196 318c-16 12-30 30-34 54 12-2 26-6 36-14zM204 318c18 10 34 26 40 48-12 0-28-2-38-8z" fill="url(#silk)"/>' +
  '<path d="M184 332c-8 9-13 19-16 31M216 330c9 8 16 17 20 28" fill="none" stroke="#0f6678" stroke-width="3" opacity=".75"/>' +
  '<path d="M168 304c20 11 44 11 64 0" fill="none" stroke="#0f6678" stroke-width="3" opacity=".75"/>' +
  '<path d="M187 312c-3 8-2 16 3 22 6 4 14 4 20 0 5-6 6-14 3-22-8 3-18 3-26 0z" fill="#d6ad69"/><path d="M194 316c-1 6 0 11 2 16M206 316c1 6 0 11-2 16" fill="none" stroke="#a97c3e" stroke-width="1.3"/>' +
  // lapels
  '<path d="M136 296c-8 6-14 12-18 20l-22 40 30 8-12 16 78 80h2l-30-74z" fill="url(#lapel)"/><path d="M264 296c8 6 14 12 18 20l22 40-30 8 12 16-78 80h-2l30-74z" fill="url(#lapel)"/>' +
  '<path d="M118 316l-22 40 30 8-12 16 78 80M282 316l22 40-30 8 12 16-78 80" fill="none" stroke="#2c8aa3" stroke-width="1.3" opacity=".7"/>' +
  // the bank's pin, and the badge with her name
  '<circle cx="106" cy="384" r="7" fill="#ddbc85"/><path d="M101 386c2-4 4-5 5-5s2 2 3 2 1-1 2-1" fill="none" stroke="#0b5363" stroke-width="1.6" stroke-linecap="round"/>' +
  '<g class="badge"><rect x="270" y="394" width="66" height="27" rx="5" fill="#fbf6ec" stroke="#cfa865" stroke-width="2"/>' +
  '<text x="303" y="414" text-anchor="middle" font-size="17" font-weight="700" letter-spacing="3" fill="#0b4a59">小岚</text></g>' +
  '</g>';

const EAR =
  '<path class="ear" d="M262 156c8-9 18-5 18 8 0 15-6 30-13 32-6 1-7-4-7-10z" fill="#f3c5a9"/><path class="ear" d="M268 165c5-3 8 0 7 7-1 7-3 12-6 15" fill="none" stroke="#d99e80" stroke-width="1.6" stroke-linecap="round"/>' +
  '<circle class="ear" cx="270" cy="202" r="4.6" fill="#fff8ec"/><circle class="ear" cx="268.6" cy="200.6" r="1.7" fill="#fff"/>';

const eye = (side) =>
  `<g class="eye ${side}-eye"><path class="${side} opening white" fill="#fffdfb"/>` +
  `<g clip-path="url(#${side}-open)"><g class="${side} ball"><circle r="10.6" fill="url(#iris)"/><circle r="10.6" fill="none" stroke="#24150f" stroke-width="1.1"/><circle r="4.9" fill="#120a08"/></g>` +
  '<path d="M-20-14h40v9c-12-4-28-4-40 1z" fill="#5b3a35" opacity=".2"/>' +
  `<g class="${side} glint"><circle cx="-3.2" cy="-3.8" r="2.7" fill="#fff"/><circle cx="3.4" cy="3.4" r="1.3" fill="#fff" opacity=".8"/></g></g>` +
  `<path class="${side} under" fill="none" stroke="#b9806a" stroke-width="1" stroke-linecap="round" opacity=".7"/>` +
  `<path class="${side} crease" fill="none" stroke="#b67d66" stroke-width="1.4" stroke-linecap="round"/>` +
  `<path class="${side} lash" fill="#2a1c1c"/></g>`;

const FEATURES =
  '<g class="features">' +
  '<ellipse cx="157" cy="200" rx="24" ry="17" fill="url(#blush)"/><ellipse cx="243" cy="200" rx="24" ry="17" fill="url(#blush)"/>' +
  '<path class="brow left-brow" d="M183 143c-9-6-23-8-37 1 12-5 26-4 36 4 1-2 2-4 1-5z" fill="#4a3632"/>' +
  '<path class="brow right-brow" d="M217 143c9-6 23-8 37 1-12-5-26-4-36 4-1-2-2-4-1-5z" fill="#4a3632"/>' +
  `<g transform="translate(164 168) scale(-1 1)">${eye("left")}</g><g transform="translate(236 168)">${eye("right")}</g>` +
  '<path d="M207 176c3 9 6 15 5 20" fill="none" stroke="#e6b092" stroke-width="2.2" stroke-linecap="round" opacity=".55"/>' +
  '<path d="M199 178c-1 7-1 12 0 17" fill="none" stroke="#fff1e4" stroke-width="5" stroke-linecap="round" opacity=".5"/>' +
  '<path d="M189.500 203c1.500 3.500 5 2.500 7 4 2 1 5 1 7 0 2-1.500 5.500-.5 7-4" fill="none" stroke="#cf9173" stroke-width="1.7" stroke-linecap="round"/>' +
  '<g class="mouth" transform="translate(200 226)"><path class="m-shade" fill="none" stroke="#d99d80" stroke-width="2.4" stroke-linecap="round" opacity=".45"/>' +
  '<path class="m-hole" fill="#6e2330"/><g clip-path="url(#mouth-open)"><path class="m-tongue" fill="#d9727a"/><path class="m-teeth" fill="#fffaf5"/></g>' +
  '<path class="m-lower" fill="#dd7377"/><path class="m-upper" fill="url(#lip)"/><path class="m-parting" fill="none" stroke="#8f3540" stroke-width="1.3" stroke-linecap="round"/>' +
  '<path class="m-shine" fill="none" stroke="#f6b3b0" stroke-width="2.2" stroke-linecap="round" opacity=".8"/>' +
  '<path class="m-corners" fill="none" stroke="#c98a70" stroke-width="1.2" stroke-linecap="round" opacity=".75"/></g>' +
  '</g>';

const FRINGE =
  '<g class="fringe">' +
  // behind and below the ear
  '<path d="M279 150c12 34 14 78 8 116-3 18-18 28-34 22-4-2-6-5-5-8 16-14 24-42 24-82z" fill="url(#hair)"/>' +
  '<path d="M281 186c4 32 2 62-8 86" fill="none" stroke="#5c4644" stroke-width="1.4" stroke-linecap="round" opacity=".5"/>' +
  // from the parting to the right, tucked behind the ear
  '<path d="M227 60c0 18 5 28 13 38 9 11 15 24 19 38 2 8 3 16 5 24 8-6 16-4 20 4 12-46-4-92-34-108-9-4-17-2-23 4z" fill="url(#hair)"/>' +
  // from the parting to the left, and down along the cheek
  '<path d="M228 60c0 16-6 26-14 34-18 18-42 28-64 44-12 14-12 38-9 62 3 24 6 46-2 68-3 9 2 14 10 18-18 10-36 2-40-16-5-28 0-58 1-92-6-44-2-86 28-110 26-22 68-26 90-8z" fill="url(#hair)"/>' +
  '<path d="M216 68c-14 24-52 38-78 66M206 62c-34 8-64 30-78 62M238 70c8 22 24 34 33 64" fill="none" stroke="#6f5752" stroke-width="1.5" stroke-linecap="round" opacity=".55"/>' +
  '<path d="M124 136c-8 40-1 84-6 128M133 148c-6 36 4 76-2 118" fill="none" stroke="#5c4644" stroke-width="1.4" stroke-linecap="round" opacity=".5"/>' +
  '</g>';

const HEAD =
  '<g class="head">' + EAR +
  '<path class="jaw" fill="url(#skin)"/>' +
  '<path class="fringe-shade" d="M145 142c24-18 52-28 72-48 5-5 8-10 10-18 2 12 7 18 13 24 9 11 15 24 18 40-7-16-16-26-27-36-2 3-5 6-8 9-22 18-50 26-78 29z" fill="#d9977a" opacity=".38"/>' +
  FEATURES + FRINGE + '</g>';

// Her right hand, as seen from the reader's right: the forearm comes up from below, the hand turns at the wrist (0, 0).
const HAND =
  '<g class="hand"><path d="M-26-2L24 14C14 60 6 92 2 130h-86C-76 84-52 36-26-2z" fill="url(#jacket)"/><path d="M-26-2C-52 36-76 84-84 130M24 14C14 60 6 92 2 130" fill="none" stroke="#2c8aa3" stroke-width="1.5" opacity=".8"/>' +
  '<path d="M-22-16L26-1l-3 17-50-17z" fill="#fff" stroke="#cfdadd" stroke-width="1.2" stroke-linejoin="round"/>' +
  '<g class="hand-turn"><path d="M-6-20C-8-36-2-50 6-56c6-3 10 2 8 8-4 9-3 17 2 25z" fill="#f6d0b7" stroke="#d59a7c" stroke-width="1.3" stroke-linejoin="round"/>' +
  '<path d="M-19-12C-14-24 0-30 14-31c14-2 26-6 38-11l19-8c7-2 10 6 4 10 7-1 9 7 3 10 5 0 6 7 0 9 4 1 4 7-1 8-12 8-22 16-34 22C30 16 22 12 22 12z" fill="#f9d9c3" stroke="#d59a7c" stroke-width="1.3" stroke-linejoin="round"/>' +
  '<path d="M75-40l-27 11M78-30l-26 10M78-21l-24 9" fill="none" stroke="#d59a7c" stroke-width="1.2" stroke-linecap="round"/></g></g>';

/** The whole drawing as SVG markup. */
export const XIAOLAN =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${VIEW.bust}" preserveAspectRatio="xMidYMax slice">${DEFS}${ROOM}` +
  `<g class="sway">${HAIR_BACK}${BODY}${HEAD}${HAND}</g></svg>`;

/** Her face's outline; the chin goes down by `open` units. */
export const jaw = (open) => {
  const d = Math.round(open * 100) / 100;
  return (
    `M133 140C131 166 133 190 141 ${209 + d * 0.3}C149 ${230 + d * 0.6} 167 ${250 + d} 183 ${257.5 + d}C194 ${262 + d} 206 ${262 + d} 217 ${257.5 + d}` +
    `C233 ${250 + d} 251 ${230 + d * 0.6} 259 ${209 + d * 0.3}C267 190 269 166 267 140C266 98 240 70 200 70C160 70 134 98 133 140Z`
  );
};
