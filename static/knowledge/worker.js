// The service worker of tests. It keeps the files of a test's page under their version,
// and the page of a test that is under way; nothing else, and nobody's marks.
// `told` is written before this by the server: version, shell, tests.

const SHELL = `starhall-test-${told.version}`;
const PAGES = "starhall-tests";
const OPEN = "X-Test-Open";
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
      const pages = await caches.open(PAGES);
      for (const kept of await pages.keys()) {
        try {
          await take(kept.url, await fetch(kept.url, { credentials: "same-origin" }));
        } catch {
          return;
        }
      }
      for (const name of await caches.keys()) {
        if (name.startsWith("starhall-test-") && name !== SHELL) await caches.delete(name);
      }
    })(),
  );
});

// Keep the page of a test under way; once it is over, or nobody is signed in, it goes.
const take = async (url, answer) => {
  const pages = await caches.open(PAGES);
  if (answer.ok && !answer.redirected && answer.headers.has(OPEN)) {
    await pages.put(url, answer.clone());
  } else if (answer.status < 500) {
    await pages.delete(url);
  }
};

// The page says of itself that it is not from the server.
const marked = async (kept) => {
  const text = (await kept.text()).replace("<html ", "<html data-kept ");
  return new Response(text, { headers: kept.headers });
};

const page = async (event) => {
  const url = event.request.url.split("#")[0];
  const kept = await (await caches.open(PAGES)).match(url);
  // Where a page is kept, a network that hangs is no network.
  const patience = new AbortController();
  const clock = kept && setTimeout(() => patience.abort(), WAIT_MS);
  try {
    const answer = await fetch(event.request, { signal: patience.signal });
    clearTimeout(clock);
    if (answer.status >= 500 && kept) return marked(kept);
    event.waitUntil(take(url, answer.clone()));
    return answer;
  } catch {
    clearTimeout(clock);
    return kept ? marked(kept) : Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith(told.tests)) event.respondWith(page(event));
  } else if (!url.pathname.startsWith(told.tests) && !request.headers.has("HX-Request")) {
    event.respondWith(
      caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)),
    );
  }
});
