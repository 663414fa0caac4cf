// The drawings of the page: all our own, all in the colour of the text around them (except the teller).

const line = (path, box = 24) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box} ${box}" width="1.25em" height="1.25em" fill="none" ` +
  `stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${path}</svg>`;

export const SEND = line('<path d="M5 12h13M12.5 6l6 6-6 6"/>');
export const PERSON = line(
  '<path d="M4.5 13v-1.5a7.5 7.5 0 0 1 15 0V13"/><path d="M4.5 13h2.2v5H6a1.5 1.5 0 0 1-1.5-1.5zM19.5 13h-2.2v5h.7' +
  'a1.5 1.5 0 0 0 1.5-1.5z"/><path d="M17.5 18.2c-.6 1.6-2 2.3-4 2.3"/>',
);
export const PANEL = line('<rect x="7" y="2.8" width="10" height="18.4" rx="2.2"/><path d="M10.8 18.2h2.4"/>');
export const CLOSE = line('<path d="M6 6l12 12M18 6L6 18"/>');
export const BOOK = line('<path d="M12 6.5c-2-1.6-4.6-2-7.5-2v13c2.9 0 5.5.4 7.5 2 2-1.6 4.6-2 7.5-2v-13' +
  'c-2.9 0-5.5.4-7.5 2zM12 6.5v13"/>');
export const SHIELD = line('<path d="M12 3l7.5 2.6v5.6c0 4.6-3.1 7.9-7.5 9.8-4.4-1.9-7.5-5.2-7.5-9.8V5.6z"/>' +
  '<path d="M8.8 12l2.3 2.3 4.2-4.5"/>');
export const CHECK = line('<path d="M5 12.5l4.5 4.5L19 7.5"/>');
export const PENCIL = line('<path d="M4.5 19.5l1-4L16 5l3 3L8.5 18.5z"/>');
export const KEY = line('<rect x="4.5" y="10.5" width="15" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>');
export const CARD = line('<rect x="3" y="5.5" width="18" height="13" rx="2.2"/><path d="M3 10h18M7 14.8h4"/>');
export const ALERT = line('<path d="M12 4l9 15.5H3z"/><path d="M12 10v4.2M12 17v.1"/>');
export const STAR = line('<path d="M12 4l2.4 5 5.5.7-4 3.8 1 5.5-4.9-2.7L7.1 19l1-5.5-4-3.8 5.5-.7z"/>');

/** Hailan's sign: a hill in mist over the sea. */
export const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="34" height="34">' +
  '<rect width="40" height="40" rx="11" fill="#0b5363"/>' +
  '<path d="M6 22.5c5-1 7.5-10.5 12.5-10.5 4 0 5 5.5 8 5.5 2.6 0 4-2 7.5-1.5v8.5H6z" fill="#ddbc85"/>' +
  '<path d="M6 24c3.5-2.6 6.5-2.6 9.5 0s6 2.6 9.5 0 6-2.6 9 0" fill="none" stroke="#fff" stroke-width="2.6" ' +
  'stroke-linecap="round"/><path d="M8.5 30.5c3-2.2 5.5-2.2 8 0s5.2 2.2 8 0 5-2.2 7 0" fill="none" ' +
  'stroke="#86bcc7" stroke-width="2.6" stroke-linecap="round"/></svg>';

/** 小岚: hair up, sea-blue jacket, the bank's pin. The parts carry classes so that a later face can move them. */
export const TELLER =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" class="teller-face">' +
  '<defs><clipPath id="round"><circle cx="48" cy="48" r="48"/></clipPath>' +
  '<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d3e8ec"/>' +
  '<stop offset="1" stop-color="#f5ebda"/></linearGradient></defs>' +
  '<g clip-path="url(#round)"><rect width="96" height="96" fill="url(#sky)"/>' +
  // hair behind
  '<path d="M26 46c-3-22 9-33 22-33s25 11 22 33c-1 7-3 13-6 17H32c-3-4-5-10-6-17z" fill="#2a2226"/>' +
  '<circle cx="48" cy="12.5" r="7.5" fill="#2a2226"/>' +
  // neck, blouse, jacket
  '<path d="M41 58h14v13c0 3-3.5 6-7 6s-7-3-7-6z" fill="#eebf9f"/>' +
  '<path d="M41 63c4 3.5 10 3.5 14 0v3.5c-4 3-10 3-14 0z" fill="#d9a483"/>' +
  '<path d="M34 73l14 14 14-14 6 23H28z" fill="#fff"/>' +
  '<path d="M39 69.5L12 79c-5 2-7 7-8 17h38l6-11z" fill="#0f6678"/>' +
  '<path d="M57 69.5L84 79c5 2 7 7 8 17H54l-6-11z" fill="#0f6678"/>' +
  '<path d="M39 69.5L30.5 77l8 3-2 3.5L48 96v-10zM57 69.5l8.5 7.5-8 3 2 3.5L48 96v-10z" fill="#0b5363"/>' +
  '<path d="M44 77.5l4 3.5 4-3.5 1.5 5.5L48 89l-5.5-6z" fill="#cf9f59"/>' +
  '<circle cx="68.5" cy="85" r="2.6" fill="#ddbc85"/>' +
  // face
  '<path d="M32.5 40c0-13 6.5-20.5 15.5-20.5S63.5 27 63.5 40c0 11.5-7.5 24-15.5 24S32.5 51.5 32.5 40z" ' +
  'fill="#f6cfb2"/>' +
  '<ellipse cx="32" cy="43.5" rx="2.4" ry="4" fill="#eebf9f"/><ellipse cx="64" cy="43.5" rx="2.4" ry="4" fill="#eebf9f"/>' +
  '<circle cx="32" cy="48.5" r="1.2" fill="#fff"/><circle cx="64" cy="48.5" r="1.2" fill="#fff"/>' +
  // fringe
  '<path d="M31.5 41c-.5-13 6-23 16.5-23 11 0 17 9.5 16.5 23-2.5-8-8-12.5-13-14.5C46 31 38 34 31.5 41z" fill="#2a2226"/>' +
  '<path d="M36 27c4-5.5 9-7 14-6" fill="none" stroke="#514349" stroke-width="1.3" stroke-linecap="round"/>' +
  // brows, eyes
  '<path d="M37.2 38.6c1.8-1.5 4.3-1.7 6.3-.7M52.5 37.9c2-1 4.5-.8 6.3.7" fill="none" stroke="#3a2e32" ' +
  'stroke-width="1.4" stroke-linecap="round"/>' +
  '<g class="eyes"><ellipse cx="40.7" cy="43.5" rx="2.3" ry="2.7" fill="#2b1e1c"/>' +
  '<ellipse cx="55.3" cy="43.5" rx="2.3" ry="2.7" fill="#2b1e1c"/>' +
  '<circle cx="41.5" cy="42.6" r=".8" fill="#fff"/><circle cx="56.1" cy="42.6" r=".8" fill="#fff"/>' +
  '<path d="M37.6 42.3c1.4-2.3 4.8-2.6 6.3-.4M52.1 41.9c1.5-2.2 4.9-1.9 6.3.4" fill="none" stroke="#2a2226" ' +
  'stroke-width="1.2" stroke-linecap="round"/></g>' +
  // nose, cheeks, smile
  '<path d="M48 45.5c.6 2 .9 3.5-.6 4.3" fill="none" stroke="#d39c7c" stroke-width="1.2" stroke-linecap="round"/>' +
  '<circle cx="37.5" cy="50" r="3.2" fill="#f0a48c" opacity=".35"/>' +
  '<circle cx="58.5" cy="50" r="3.2" fill="#f0a48c" opacity=".35"/>' +
  '<path class="mouth" d="M42.8 54.3c3 2.9 7.4 2.9 10.4 0-1.2 3.4-9.2 3.4-10.4 0z" fill="#bf4a4a" stroke="#bf4a4a" ' +
  'stroke-width="1.1" stroke-linejoin="round"/></g></svg>';
