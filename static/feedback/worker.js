// The pad's service worker: the files of the pad under their version, and the pad's one
// page. What waits to be sent is the page's own.
// `told` is written before this by the server: version, shell, pad.

const SHELL = `starhall-pad-${told.version}`;
const PAGE = "starhall-pad-page";
const WAIT_MS = 4_000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(SHELL);
      await cache.addAll(told.shell);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await self.clients.claim();
      // A kept page names the files of its own version: renew it before those go.
      try {
        await take(await fetch(told.pad, { credentials: "same-origin" }));
      } catch {
        return;
      }
      for (const name of await caches.keys()) {
        if (name.startsWith("starhall-pad-") && name !== SHELL && name !== PAGE) {
          await caches.delete(name);
        }
      }
    })(),
  );
});

// A pad that was unbound, or on which somebody signed in, is not kept any more.
const take = async (answer) => {
  const pages = await caches.open(PAGE);
  if (answer.ok && !answer.redirected) await pages.put(told.pad, answer.clone());
  else if (answer.status < 500) await pages.delete(told.pad);
};

const page = async (request) => {
  const kept = await (await caches.open(PAGE)).match(told.pad);
  // Where a page is kept, a network that hangs is no network.
  const patience = new AbortController();
  const clock = kept && setTimeout(() => patience.abort(), WAIT_MS);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    clearTimeout(clock);
    if (answer.status >= 500 && kept) return kept;
    await take(answer);
    return answer;
  } catch {
    clearTimeout(clock);
    return kept ?? Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === told.pad) event.respondWith(page(request));
  } else if (!url.pathname.startsWith(told.pad)) {
    event.respondWith(
      caches
        .match(request, { ignoreVary: true })
        .then((kept) => kept ?? fetch(request)),
    );
  }
});
