// How far from the outlet this tablet is, where its region asks. Where it is never leaves
// this page: only metres go with a check, none where the browser or the person says no.

const EARTH_M = 6_371_000;
const FRESH_MS = 5 * 60_000;
const STEP_M = 10;

const rad = (degrees) => (degrees * Math.PI) / 180;

// The great-circle distance in metres, by the haversine formula.
export const metres = (one, other) => {
  const lat = rad(other.latitude - one.latitude);
  const lon = rad(other.longitude - one.longitude);
  const h =
    Math.sin(lat / 2) ** 2 +
    Math.cos(rad(one.latitude)) * Math.cos(rad(other.latitude)) * Math.sin(lon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
};

// Look now and after each question; return what answers with metres, or null.
export const watch = (outlet) => {
  let last = null;
  const look = () =>
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        // What the position may be wrong by counts for whoever checks.
        const far = Math.max(0, metres(coords, outlet) - coords.accuracy);
        last = { far: Math.floor(far / STEP_M) * STEP_M, at: Date.now() };
      },
      () => {},
      { maximumAge: 60_000, timeout: 20_000 },
    );
  look();
  return () => {
    if (!last || Date.now() - last.at > FRESH_MS / 2) look();
    return last && Date.now() - last.at < FRESH_MS ? last.far : null;
  };
};
