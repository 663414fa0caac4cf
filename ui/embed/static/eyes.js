// Her eyes and brows: the lines of lids for any openness. Drawn for the eye on the viewer's right, around (0, 0); the other
// is its mirror image.

const n = (value) => Math.round(value * 100) / 100;

/** Attributes `d` of one eye: `shut` 0 (open) to 1, `smile` raises the lower lid (0 to 1), `look` follows the gaze down. */
export function lids(shut, smile, look = 0) {
  const droop = Math.min(1, shut + Math.max(0, look) * 0.18);
  const low = 8.2 - smile * 1.6;
  const high = -10.3 + droop * (low + 9.9);
  const inner = [-17.5, 3.2 + droop * 0.8];
  const outer = [18, -1.6 + droop * 3.6];
  const up = `C${n(-11)} ${n(high * 0.9 + 0.4)} ${n(-4)} ${n(high)} ${n(2.5)} ${n(high)}C${n(10)} ${n(high)} ${n(15)} ${n(high * 0.56 - 0.2)} ${n(outer[0])} ${n(outer[1])}`;
  const down = `C${n(13)} ${n(low * 0.82)} ${n(6)} ${n(low)} ${n(0)} ${n(low)}C${n(-7)} ${n(low)} ${n(-12)} ${n(low * 0.74)} ${n(inner[0])} ${n(inner[1])}`;
  const wing = [outer[0] + 4.8, outer[1] - 3.6 + droop * 3.2];
  const thick = 2.7 - droop * 0.4;
  return {
    opening: `M${n(inner[0])} ${n(inner[1])}${up}${down}Z`,
    lash:
      `M${n(inner[0] - 0.6)} ${n(inner[1] + 0.3)}${up}L${n(wing[0])} ${n(wing[1])}` +
      `C${n(15.5)} ${n(high * 0.62 - thick * 0.9)} ${n(10)} ${n(high - thick)} ${n(2.5)} ${n(high - thick)}` +
      `C${n(-4)} ${n(high - thick * 0.8)} ${n(-11)} ${n(high * 0.88 - 0.6)} ${n(inner[0] - 0.6)} ${n(inner[1] + 0.3)}Z`,
    crease: `M${n(-14.5 + droop * 5)} ${n(-10 + droop * 4)}C${n(-8)} ${n(-15 + droop * 5)} ${n(6)} ${n(-16.4 + droop * 6)} ${n(17 - droop * 4)} ${n(-9.4 + droop * 5)}`,
    under: `M${n(-11)} ${n(low * 0.8 + 1.2)}C${n(-5)} ${n(low + 1.4)} ${n(8)} ${n(low + 1.4)} ${n(15)} ${n(low * 0.46 + 0.6)}`,
  };
}
