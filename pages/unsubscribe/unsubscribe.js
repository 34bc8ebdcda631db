// Asks before it unsubscribes: mail scanners open links and run scripts, but press no buttons. The link is
// PAGE#TOKEN: browsers do not send the part after the number sign to the server.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const { content } = document.querySelector('meta[name="sluice-unsubscribe-url"]');
  const url = `${content}?u=${encodeURIComponent(location.hash.slice(1))}`;
  const button = byId("unsubscribe");

  /** The code of the answer: of an error, "ok", or "unavailable" without an answer. */
  async function request(init) {
    try {
      const response = await fetch(url, { ...init, credentials: "omit", cache: "no-store" });
      const answer = await response.json();
      return response.ok ? "ok" : answer.code;
    } catch {
      return "unavailable";
    }
  }

  function show(title, text) {
    document.title = byId("title").textContent = title;
    byId("status").textContent = text;
    byId("error").textContent = "";
  }

  function invalid() {
    button.hidden = true;
    show("This link is invalid", "Please open the link in the e-mail again.");
  }

  button.addEventListener("click", async () => {
    byId("error").textContent = "";
    button.disabled = true;
    const code = await request({
      method: "POST",
      body: new URLSearchParams({ "List-Unsubscribe": "One-Click", from: "page" }),
    });
    button.disabled = false;
    if (code === "ok") {
      button.hidden = true;
      show("You are unsubscribed", "This took effect immediately. You can close this page.");
    } else if (code === "link_invalid") invalid();
    else byId("error").textContent = "Something went wrong. Please press the button again.";
  });

  // Without an answer the button is offered nevertheless: pressing it tries again.
  request({ headers: { accept: "application/json" } }).then((code) => {
    if (code === "link_invalid") invalid();
    else {
      show("Unsubscribe", "You will no longer receive marketing e-mail from us.");
      button.hidden = false;
    }
  });
})();
