// Weeks and patterns: what shall stand in which cell of a month. Nothing here touches a
// page. Days are dates as text, codes are of shifts, "off" for a day off.

const weekday = (on) => new Date(`${on}T00:00:00Z`).getUTCDay();

// The days of a month in weeks from Monday on; the first and the last may be short.
export const weeksOf = (days) => {
  const found = [];
  for (const on of days) {
    if (weekday(on) === 1 || !found.length) found.push([]);
    found.at(-1).push(on);
  }
  return found;
};

// [day to copy from, day to copy to] for a week onto another, or onto all after it.
export const copiedDays = (days, from, to) => {
  const all = weeksOf(days);
  const targets = to === "all" ? all.slice(from + 1) : [all[to]];
  const source = new Map(all[from].map((on) => [weekday(on), on]));
  return targets
    .flat()
    .filter((on) => source.has(weekday(on)))
    .map((on) => [source.get(weekday(on)), on]);
};

// The codes of a pattern such as "EARLY NIGHT -", day by day.
export const patternOf = (text) =>
  text
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((one) => (one === "-" || one === "–" ? "off" : one.toUpperCase()));

// What stands on a day for the person in row `n`, who begins `later` days after the one
// above her.
export const rotated = (codes, day, n, later) =>
  codes[(((day - n * later) % codes.length) + codes.length) % codes.length];
