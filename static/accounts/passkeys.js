// Passkeys: ask the browser for a credential and hand it to the form's hidden field.
//
// <form data-passkey="sign-in|confirm|add" data-options="ID OF A JSON SCRIPT">: options
// for "sign-in" are fetched from the form's address, because they are good for minutes.

const toBytes = (text) => {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const listed = (credentials = []) => credentials.map((one) => ({ ...one, id: toBytes(one.id) }));

const written = (credential) => {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
};

const get = async ({ publicKey }) =>
  navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: listed(publicKey.allowCredentials),
    },
  });

const create = async ({ publicKey }, alone) =>
  navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: listed(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        ...(alone ? { userVerification: "required" } : {}),
      },
    },
  });

const fetched = async (form) => {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new TypeError(`status ${answer.status}`);
  return (await answer.json()).request_options;
};

const embedded = (form) => JSON.parse(document.getElementById(form.dataset.options).textContent);

const ask = {
  "sign-in": async (form) => get(await fetched(form)),
  confirm: async (form) => get(embedded(form)),
  add: async (form) => create(embedded(form), form.elements.passwordless.checked),
};

const reason = (error) => {
  if (error instanceof DOMException) return error.name === "InvalidStateError" ? "known" : "cancelled";
  return "offline";
};

const say = (form, what) => {
  for (const message of form.querySelectorAll("[data-passkey-says]")) {
    message.hidden = message.dataset.passkeySays !== what;
  }
};

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say(form, "");
      try {
        const credential = await ask[form.dataset.passkey](form);
        form.elements.credential.value = written(credential);
        form.submit();
      } catch (error) {
        say(form, reason(error));
      }
    });
  }
  for (const note of document.querySelectorAll("[data-passkey-impossible]")) note.hidden = true;
}
