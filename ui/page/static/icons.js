// The drawings of the page: all our own, all in the colour of the text around them.

const line = (path, box = 24) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box} ${box}" width="1.25em" height="1.25em" fill="none" ` +
  `stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${path}</svg>`;

export const SEND = line('<path d="M5 12h13M12.5 6l6 6-6 6"/>');
export const PERSON = line(
  '<path d="M4.5 13v-1.5a7.5 7.5 0 0 1 15 0V13"/><path d="M4.5 13h2.2v5H6a1.5 1.5 0 0 1-1.5-1.5zM19.5 13h-2.2v5h.7' +
  'a1.5 1.5 0 0 0 1.5-1.5z"/><path d="M17.5 18.2c-.6 1.6-2 2.3-4 2.3"/>',
);
export const FACE = line('<path d="M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5' +
  'A1.5 1.5 0 0 1 4 18.5V16"/><path d="M9.2 9.6v.6M14.8 9.6v.6M9 14.4c1.8 1.6 4.2 1.6 6 0"/>');
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
