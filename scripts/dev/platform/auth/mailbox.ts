// Mail to local users goes here instead of out: a page shows it, and tests read it as JSON.
import { json } from "../http.ts";

export interface Mail {
  to: string;
  subject: string;
  /** The page that the link opens, and the code that may be typed instead. */
  link: string;
  code: string;
  at: Date;
}

export interface Mailbox {
  deliver(mail: Mail): void;
  handle(request: Request): Response;
}

const KEPT = 200;

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function page(mails: Mail[]): string {
  const items = mails.map((mail) =>
    `<li><p><strong>${escaped(mail.subject)}</strong><br>to ${
      escaped(mail.to)
    }, <time>${mail.at.toISOString()}</time></p><p><a href="${
      escaped(mail.link)
    }">Open the link</a>, or type the code <code>${escaped(mail.code)}</code></p></li>`
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Local mailbox</title>
<style>body{font:1rem/1.5 system-ui;margin:2rem auto;max-width:40rem;padding:0 1rem}li{margin-bottom:1rem}</style>
</head><body><h1>Local mailbox</h1><p>Mail of the local auth server. Nothing is sent.</p>
${items.length > 0 ? `<ol>${items.join("\n")}</ol>` : "<p>No mail yet.</p>"}</body></html>`;
}

export function createMailbox(): Mailbox {
  const mails: Mail[] = [];
  return {
    deliver(mail) {
      mails.unshift(mail);
      mails.length = Math.min(mails.length, KEPT);
    },
    /** `/mailbox` as a page, `/mailbox?to=ADDRESS` with `accept: application/json` as JSON, newest first. */
    handle(request) {
      const to = new URL(request.url).searchParams.get("to")?.toLowerCase();
      const shown = mails.filter((mail) => !to || mail.to.toLowerCase() === to);
      if (/application\/json/.test(request.headers.get("accept") ?? "")) return json(200, shown);
      return new Response(page(shown), {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        },
      });
    },
  };
}
