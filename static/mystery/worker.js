// The field's service worker. It keeps the files of its pages under their version, and
// the list and the begun forms of the one person who uses this phone; nothing else, and
// never what waits to be sent: that is the page's own.
// `told` is written before this by the server: version, shell, field.

const SHELL = `starhall-field-${told.version}`;
const PAGES = "starhall-field-pages";
const PERSON = "X-Field-Person";
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
      if (await renewed()) {
        for (const name of await caches.keys()) {
          if (name.startsWith("starhall-field-") && name !== SHELL && name !== PAGES) {
            await caches.delete(name);
          }
        }
      }
    })(),
  );
});

const renewed = async () => {
  const pages = await caches.open(PAGES);
  for (const kept of await pages.keys()) {
    try {
      await take(kept.url, await fetch(kept.url, { credentials: "same-origin" }));
    } catch {
      return false;
    }
  }
  return true;
};

const ours = (url) => new URL(url).pathname.startsWith(told.field);

// Keep a page of hers; another person's pages go first, one that is no more goes too.
const take = async (url, answer) => {
  const { pathname } = new URL(url);
  if (answer.redirected && !ours(answer.url)) return caches.delete(PAGES);
  const person = answer.headers.get(PERSON);
  let pages = await caches.open(PAGES);
  if (!answer.ok || !person) return answer.status < 500 && pages.delete(pathname);
  const [some] = await pages.keys();
  if (some && (await pages.match(some))?.headers.get(PERSON) !== person) {
    await caches.delete(PAGES);
    pages = await caches.open(PAGES);
  }
  await pages.put(pathname, answer.clone());
  return true;
};

const page = async (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  const pages = await caches.open(PAGES);
  const kept = ours(request.url) ? await pages.match(pathname) : undefined;
  // Where a page is kept, a network that hangs is no network.
  const patience = new AbortController();
  const clock = kept && setTimeout(() => patience.abort(), WAIT_MS);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    clearTimeout(clock);
    // A page of the field leads elsewhere only to sign in: nobody is.
    if (answer.type === "opaqueredirect" && pathname === told.field) {
      await caches.delete(PAGES);
      return answer;
    }
    if (ours(request.url) && answer.type !== "opaqueredirect") {
      event.waitUntil(take(request.url, answer.clone()).catch(() => false));
    }
    if (answer.status < 500 || !kept) return answer;
  } catch {
    clearTimeout(clock);
  }
  return kept ?? (await pages.match(told.field)) ?? Response.error();
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (request.headers.has("X-Field-Keep")) {
    event.respondWith(
      fetch(request).then((answer) => {
        event.waitUntil(take(request.url, answer.clone()).catch(() => false));
        return answer;
      }),
    );
  } else if (!ours(request.url) && !request.headers.has("HX-Request")) {
    event.respondWith(
      caches.open(SHELL).then(async (shell) => {
        return (await shell.match(request, { ignoreVary: true })) ?? fetch(request);
      }),
    );
  }
});
