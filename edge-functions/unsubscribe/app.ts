// One-click unsubscribe (RFC 8058). A POST unsubscribes, at once; a GET only shows a page with a button,
// because mail scanners follow links.
import { Hono } from "hono";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { readBody } from "../_shared/platform/http/body.ts";
import { type OpenHandler, openRoute } from "../_shared/platform/http/public.ts";
import { malformed, notFound, Problem } from "../_shared/platform/http/problem.ts";
import { page } from "./page.ts";

const MAX_BODY = 16 * 1024;

// No limit on requests: the large mail providers send for many people from few addresses, and what is
// refused here would be a wish ignored. A link that does not hold costs one look at a signature.
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
};

const tokenOf = (request: Request) => new URL(request.url).searchParams.get("u") ?? "";

const html = (status: number, title: string, text: string, button = false) =>
  new Response(page(title, text, button), {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
  });

const noLink = () =>
  html(404, "This link is not complete", "Open the link from the e-mail once more.");

const show: OpenHandler = async ({ sql }, request) => {
  const found = await asWriter(sql, async (tx) => {
    await tx`set transaction read only`;
    return await tx`select from private.read_unsubscribe_token(${tokenOf(request)})`;
  });
  return found.length === 0
    ? noLink()
    : html(200, "Unsubscribe", "You will get no more marketing e-mail from us.", true);
};

const unsubscribe: OpenHandler = async ({ sql, now, log }, request) => {
  const form = await readForm(request);
  if (form.get("List-Unsubscribe") !== "One-Click") {
    throw malformed("The body does not say List-Unsubscribe=One-Click (RFC 8058).");
  }
  const byPage = form.get("from") === "page";
  const source = byPage ? "unsubscribe page" : "one-click unsubscribe";
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<{ done: boolean }[]>`
      select private.unsubscribe(${tokenOf(request)}, ${source}, ${now()}) as done`,
  );
  if (!row!.done) {
    if (byPage) return noLink();
    throw new Problem(404, "link_invalid", "The link does not hold.");
  }
  log("info", "unsubscribed");
  return byPage
    ? html(200, "You are unsubscribed", "It took effect at once. You can close this page.")
    : new Response("You are unsubscribed.\n", { headers: { "content-type": "text/plain" } });
};

/** Fields of a form, urlencoded or multipart: both are in use for one-click. */
async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  const body = new Blob(await readBody(request, MAX_BODY) as Uint8Array<ArrayBuffer>[]);
  try {
    return await new Response(body, { headers: { "content-type": type } }).formData();
  } catch {
    throw malformed("The body is no form.");
  }
}

export function createApp(deps: Deps): Hono {
  const app = new Hono().basePath("/unsubscribe");
  const route = (name: string, handler: OpenHandler) => openRoute(deps, name, HEADERS, handler);
  const [get, post, methods, nowhere] = [
    route("show", show),
    route("unsubscribe", unsubscribe),
    route("none", () =>
      Promise.reject(
        new Problem(405, "method_not_allowed", "This address takes GET and POST.", {
          headers: { allow: "GET, POST" },
        }),
      )),
    route("none", () => Promise.reject(notFound())),
  ];
  app.get("/", (c) => get(c.req.raw)).post((c) => post(c.req.raw)).all((c) => methods(c.req.raw));
  app.notFound((c) => nowhere(c.req.raw));
  return app;
}
