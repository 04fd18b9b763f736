// Handing over reports that wait: files one by one and piece by piece, then the report.
// Sending the same again changes nothing, so that whatever broke off is begun anew.

import { draftOf, drafts, filesOf, forget, keepDraft, keepFile } from "./drafts.js";

const PIECE = 256 * 1024;
const TIMEOUT_MS = 30_000;
const FIRST_MS = 2_000;
const MOST_MS = 60_000;

let person = "";
let timer = 0;
let failures = 0;
let running = null;
let again = false;

const say = (fields) =>
  document.dispatchEvent(new CustomEvent("sending:status", { detail: fields }));

const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

class Refused extends Error {
  constructor(answer, said) {
    super(`status ${answer.status}`);
    this.status = answer.type === "opaqueredirect" ? 401 : answer.status;
    this.said = said;
  }
}

const ask = async (url, options) => {
  const answer = await fetch(url, {
    credentials: "same-origin",
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
    headers: { "X-CSRFToken": token(), ...options.headers },
  });
  if (answer.ok) return answer;
  throw new Refused(answer, await answer.json().catch(() => ({})));
};

const sendFile = async (draft, file) => {
  const url = `${draft.evidence}${file.uuid}/`;
  const here = (answer) =>
    answer.headers.has("Evidence-Complete")
      ? file.blob.size
      : Number(answer.headers.get("Upload-Offset") ?? 0);
  // The server says how far it is: whatever was interrupted goes on from there.
  let offset = here(await ask(url, { method: "HEAD" }));
  while (offset < file.blob.size) {
    const answer = await ask(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/octet-stream",
        "Evidence-Question": encodeURIComponent(file.question),
        "Upload-Length": String(file.blob.size),
        "Upload-Offset": String(offset),
      },
      body: file.blob.slice(offset, offset + PIECE),
    });
    const next = here(answer);
    if (next <= offset) throw new Error("no progress");
    offset = next;
  }
  await keepFile({ ...file, sent: true });
};

const FOR_GOOD = [409, 413, 422];

const sendFiles = async (draft) => {
  const lacks = [];
  for (const file of await filesOf(draft.report)) {
    if (file.sent) continue;
    try {
      await sendFile(draft, file);
    } catch (error) {
      // Sending this one again would change nothing: a person has to look.
      if (!(error instanceof Refused) || !FOR_GOOD.includes(error.status)) throw error;
      lacks.push({ where: file.question || "file", words: error.said.detail ?? "" });
    }
  }
  return lacks;
};

const sendReport = async (draft) => {
  const files = await filesOf(draft.report);
  const body = {
    delivery: draft.delivery,
    values: draft.values,
    evidence: [...draft.there, ...files.map((file) => file.uuid)],
  };
  const answer = await ask(draft.send, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
};

// Put a draft back into the hand of its writer, unless she has taken it back meanwhile.
const stop = async (draft, fields) => {
  const now = await draftOf(draft.report, person);
  if (now?.state === "waiting") await keepDraft({ ...now, state: "stuck", ...fields });
};

const handOver = async (draft) => {
  try {
    const lacks = await sendFiles(draft);
    if (lacks.length) return stop(draft, { lacks, words: "mend" });
    const said = await sendReport(draft);
    const now = await draftOf(draft.report, person);
    // Changed while it was under way: what was changed is not thrown away.
    if (now && now.delivery === draft.delivery && now.state === "waiting") {
      await forget(draft.report);
    }
    return say({ sent: draft.report, said: said.words });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 409 && error.said.code === "evidence_missing") {
      for (const file of await filesOf(draft.report)) {
        if (error.said.missing.includes(file.uuid)) await keepFile({ ...file, sent: false });
      }
      throw error;
    }
    if (error.status === 404) {
      return stop(draft, { lacks: [], words: "gone" });
    }
    if ([400, 409, 413, 422].includes(error.status)) {
      const lacks = error.said.lacks ?? [];
      return stop(draft, { lacks, words: lacks.length ? "mend" : (error.said.detail ?? "mend") });
    }
    throw error;
  }
};

const reason = (error) => {
  if (!(error instanceof Refused)) return { error: "no_network" };
  if ([401, 403].includes(error.status)) return { error: "sign_in" };
  return { error: "server_error", status: error.status };
};

const attempt = async () => {
  const waiting = (await drafts(person)).filter((draft) => draft.state === "waiting");
  if (!waiting.length) return say({});
  say({ sending: true });
  try {
    for (const draft of waiting) await handOver(draft);
    failures = 0;
    say({});
  } catch (error) {
    failures += 1;
    say(reason(error));
    clearTimeout(timer);
    const wait = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 8));
    timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
  }
};

const locked = (work) =>
  navigator.locks ? navigator.locks.request("starhall-field", work) : work();

// Send now, or once more after what is being sent; resolves when it is done.
export const send = () => {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      await locked(attempt);
    } while (again);
  })().finally(() => {
    running = null;
  });
  return running;
};

export const start = (whose) => {
  person = whose;
  const now = () => {
    failures = 0;
    send();
  };
  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") now();
  });
  now();
};
