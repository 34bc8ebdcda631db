// Shows the form of a link and submits it once. The link is PAGE#NONCE: browsers do not send the part after
// the number sign to the server.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const url = document.querySelector('meta[name="sluice-consent-url"]').content;
  const nonce = location.hash.slice(1);
  const headers = { "sluice-consent-token": nonce };
  const NAMES = {
    sms: (form) => `Text messages to ${form.phone}`,
    voice_ai: (form) => `Automated calls, including calls with an artificial voice, to ${form.phone}`,
    voice_manual: (form) => `Calls by a person to ${form.phone}`,
    email: (form) => `E-mail to ${form.email}`,
  };
  const MESSAGES = {
    link_invalid: "This link is invalid or has expired. Please ask for a new one.",
    already_used: "Thank you. This form has already been submitted.",
    not_what_was_shown: "The text has changed. Please reload the page.",
    incomplete: "Choose at least one channel, type your name and tick the box.",
    too_many_requests: "Too many attempts. Please try again in a minute.",
  };
  const messageOf = (code) => MESSAGES[code] ?? "Something went wrong. Please try again later.";

  async function request(init) {
    try {
      const response = await fetch(url, { ...init, credentials: "omit", cache: "no-store" });
      const answer = await response.json();
      return response.ok ? { answer } : { code: answer.code };
    } catch {
      return { code: "unavailable" };
    }
  }

  function end(text) {
    byId("form").hidden = true;
    byId("status").hidden = false;
    byId("status").textContent = text;
  }

  function fill(form) {
    document.documentElement.lang = form.language;
    document.title = byId("title").textContent = form.title;
    byId("text").textContent = form.text;
    if (form.privacy_url) {
      byId("privacy-link").href = form.privacy_url;
      byId("privacy").hidden = false;
    }
    for (const channel of form.channels) {
      const line = document.createElement("p");
      const box = document.createElement("input");
      const label = document.createElement("label");
      line.className = "choice";
      // Nothing is ticked in advance: a pre-ticked box is not valid consent.
      Object.assign(box, { type: "checkbox", name: "channel", value: channel, id: channel });
      Object.assign(label, { htmlFor: channel, textContent: NAMES[channel](form) });
      line.append(box, label);
      byId("channels").append(line);
    }
    byId("status").hidden = true;
    byId("form").hidden = false;
  }

  async function send(form) {
    const channels = [...document.querySelectorAll("input[name=channel]:checked")].map((b) =>
      b.value
    );
    const signature = byId("signature").value.trim();
    if (!channels.length || !signature || !byId("agree").checked) {
      byId("error").textContent = messageOf("incomplete");
      (channels.length ? (signature ? byId("agree") : byId("signature")) : byId(form.channels[0]))
        .focus();
      return;
    }
    byId("error").textContent = "";
    byId("submit").disabled = true;
    const { answer, code } = await request({
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({
        channels,
        signature,
        agree: true,
        text_sha256: form.text_sha256,
        page_url: location.href.split("#")[0],
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    });
    byId("submit").disabled = false;
    if (answer) end("Thank you. Your consent has been recorded. You can withdraw it at any time.");
    else if (code === "already_used" || code === "link_invalid") end(messageOf(code));
    else byId("error").textContent = messageOf(code);
  }

  request({ headers }).then(({ answer, code }) => {
    if (!answer) end(messageOf(code));
    else if (answer.state === "already_used") end(messageOf("already_used"));
    else {
      fill(answer);
      byId("form").addEventListener("submit", (event) => {
        event.preventDefault();
        send(answer);
      });
    }
  });
})();
