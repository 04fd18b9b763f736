// Signing out or switching the person: what waits on this tablet stays and is said; the
// kept pages of whoever leaves do not stay. Runs on every page, so it loads nothing.
// Without a network nobody is signed out yet: that is made good with the next page.

const LEFT = "starhall-left";
const PAGES = ["starhall-cards", "starhall-tests", "starhall-field-pages"];

const waiting = () =>
  new Promise((resolve) => {
    const asked = indexedDB.open("starhall");
    asked.onerror = () => resolve(0);
    // There was none: leave none behind.
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onsuccess = () => {
      const db = asked.result;
      const tx = db.transaction(["records", "photos"]);
      let found = 0;
      for (const store of ["records", "photos"]) {
        const counted = tx.objectStore(store).index("state").count("waiting");
        counted.onsuccess = () => (found += counted.result);
      }
      tx.oncomplete = () => {
        db.close();
        resolve(found);
      };
      tx.onabort = () => resolve(0);
    };
  });

const drop = () => Promise.all(PAGES.map((name) => self.caches?.delete(name)));

const leave = async (form) => {
  const count = await waiting().catch(() => 0);
  const said = document.getElementById("leaving-words");
  const words = (count === 1 ? said?.dataset.one : said?.content.textContent) ?? "";
  if (count && !confirm(words.trim().replace("{n}", count))) return;
  await drop().catch(() => null);
  const answer = await post(form.action).catch(() => null);
  if (answer?.ok) {
    location.assign(answer.url);
  } else if (answer) {
    form.submit();
  } else {
    remember(form.action);
    location.assign(form.dataset.leaving);
  }
};

const remember = (action) => {
  try {
    if (action) localStorage.setItem(LEFT, action);
    else localStorage.removeItem(LEFT);
  } catch {
    // Storage is closed: the session ends by itself.
  }
};

const post = (action) => {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  return fetch(action, { method: "POST", headers: { "X-CSRFToken": token } });
};

try {
  const left = localStorage.getItem(LEFT);
  if (left) {
    document.body.hidden = true;
    const answer = await post(left).finally(() => (document.body.hidden = false));
    remember("");
    await drop();
    location.replace(answer.ok ? answer.url : "/");
  }
} catch {
  // Still no network: the next page tries again.
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-leaving]")) return;
  event.preventDefault();
  leave(event.target);
});
