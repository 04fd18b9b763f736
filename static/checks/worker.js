// The card's service worker. It keeps the files of the card under their version, and
// today's cards of the one person who uses this tablet; nothing else, and never what
// waits to be sent: that is the page's own.
// `told` is written before this by the server: version, shell, card, offline.

const SHELL = `starhall-shell-${told.version}`;
const PAGES = "starhall-cards";
const PERSON = "X-Card-Person";
const QUERY = "X-Card-Query";
const TAB = "X-Card-Tab";
const WAIT_MS = 4_000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(SHELL);
      await cache.addAll([...told.shell, told.offline]);
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
          if (name.startsWith("starhall-shell-") && name !== SHELL) await caches.delete(name);
        }
      }
    })(),
  );
});

const renewed = async () => {
  const pages = await caches.open(PAGES);
  for (const kept of await pages.keys()) {
    try {
      await take(kept, await fetch(kept.url, { credentials: "same-origin" }));
    } catch {
      return false;
    }
  }
  return true;
};

// Keep an answer if it is a card of today; another person's pages go first.
const take = async (request, answer) => {
  const path = new URL(answer.url || request.url).pathname;
  if (answer.redirected && !path.startsWith(told.card)) return caches.delete(PAGES);
  const person = answer.headers.get(PERSON);
  if (!answer.ok || !person) return false;
  let pages = await caches.open(PAGES);
  const [some] = await pages.keys();
  if (some) {
    const kept = await pages.match(some);
    if (kept?.headers.get(PERSON) !== person) {
      await caches.delete(PAGES);
      pages = await caches.open(PAGES);
    }
  }
  const canonical = `${told.card}?${answer.headers.get(QUERY)}`;
  // A page without a day stands for today: it is found by what it turned out to be.
  await pages.put(canonical, answer.clone());
  return true;
};

// Return the kept page that answers best: the same outlet, day and checklist, where the
// address names them; else of the newest day the first tab.
const found = async (url) => {
  const pages = await caches.open(PAGES);
  const asked = new URL(url).searchParams;
  const fits = (kept, name) =>
    !asked.get(name) || asked.get(name) === new URL(kept.url).searchParams.get(name);
  let best;
  for (const kept of await pages.keys()) {
    if (!["outlet", "on", "standard"].every((name) => fits(kept, name))) continue;
    const answer = await pages.match(kept);
    const day = new URL(kept.url).searchParams.get("on") ?? "";
    const tab = Number(answer.headers.get(TAB) ?? 0);
    if (!best || day > best.day || (day === best.day && tab < best.tab)) {
      best = { answer, day, tab };
    }
  }
  return best?.answer;
};

const page = async (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const kept = url.pathname === told.card ? await found(request.url) : undefined;
  // Where a page is kept, a network that hangs is no network.
  const patience = new AbortController();
  const clock = kept && setTimeout(() => patience.abort(), WAIT_MS);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    clearTimeout(clock);
    // A card leads elsewhere only to sign in: nobody is, and no page is hers any more.
    if (answer.type === "opaqueredirect" && url.pathname === told.card) {
      await caches.delete(PAGES);
      return answer;
    }
    if (url.pathname === told.card && answer.status < 500) {
      event.waitUntil(take(request, answer.clone()).catch(() => false));
    }
    if (answer.status < 500 || !kept) return answer;
  } catch {
    clearTimeout(clock);
  }
  return kept ?? (await caches.match(told.offline)) ?? Response.error();
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (request.headers.has("X-Card-Keep")) {
    event.respondWith(
      fetch(request).then((answer) => {
        event.waitUntil(take(request, answer.clone()));
        return answer;
      }),
    );
  } else if (!url.pathname.startsWith(told.card) && !request.headers.has("HX-Request")) {
    event.respondWith(
      caches.open(SHELL).then(async (shell) => {
        return (await shell.match(request, { ignoreVary: true })) ??
          (await caches.match(request, { ignoreVary: true })) ??
          fetch(request);
      }),
    );
  }
});
