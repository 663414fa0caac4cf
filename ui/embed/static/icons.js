// The voice's drawings, in the colour of the text around them.

const line = (path) =>
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="1.25em" height="1.25em" fill="none" stroke="currentColor" ' +
  `stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${path}</svg>`;

export const MICROPHONE = line('<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M9 21h6"/>');
export const STOP = line('<rect x="6.5" y="6.5" width="11" height="11" rx="1.5" fill="currentColor"/>');
export const HANG_UP = line('<path d="M6 6l12 12M18 6L6 18"/>');
export const ALOUD = line('<path d="M4 9.5v5h3.500L12 18.500v-13L7.5 9.500z"/><path d="M15.5 9a4.2 4.2 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11"/>');
