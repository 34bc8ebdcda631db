// One-click unsubscribe (RFC 8058). A POST unsubscribes at once; a GET only shows a page with a button, because
// mail scanners follow links.
import { isUnsubscribeToken, unsubscribe } from "../_shared/consent/unsubscribe.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import {
  type App,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { readBody } from "../_shared/platform/http/body.ts";
import { malformed, Problem } from "../_shared/platform/http/problem.ts";
import { page } from "./page.ts";

const MAX_BODY = 16 * 1024;

// Requests are not limited: large mail providers send for many people from few addresses, and refusing one
// would ignore an opt-out. An invalid link costs no more than a signature check.
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

const invalidLink = () =>
  html(404, "This link is invalid", "Please open the link in the e-mail again.");

/** Fields of a form, urlencoded or multipart: mail providers use both. */
async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  const body = new Blob(await readBody(request, MAX_BODY) as Uint8Array<ArrayBuffer>[]);
  try {
    return await new Response(body, { headers: { "content-type": type } }).formData();
  } catch {
    throw malformed("The request body is not a valid form.");
  }
}

export function createApp(deps: Deps): App {
  const app = createFunctionApp(deps, "unsubscribe", HEADERS);
  app.get(
    "/",
    route("show"),
    async ({ req: { raw: request } }) =>
      await isUnsubscribeToken(deps.sql, tokenOf(request))
        ? html(200, "Unsubscribe", "You will no longer receive marketing e-mail from us.", true)
        : invalidLink(),
  );
  app.post("/", route("unsubscribe"), async (c) => {
    const { raw: request } = c.req;
    const form = await readForm(request);
    if (form.get("List-Unsubscribe") !== "One-Click") {
      throw malformed("The request body must contain List-Unsubscribe=One-Click (RFC 8058).");
    }
    const byPage = form.get("from") === "page";
    const source = byPage ? "unsubscribe page" : "one-click unsubscribe";
    if (!await unsubscribe(deps.sql, tokenOf(request), source, deps.now())) {
      if (byPage) return invalidLink();
      throw new Problem(404, "link_invalid", "This link is invalid.");
    }
    c.var.log("info", "unsubscribed");
    return byPage
      ? html(200, "You are unsubscribed", "This took effect immediately. You can close this page.")
      : new Response("You are unsubscribed.\n", { headers: { "content-type": "text/plain" } });
  });
  app.all("/", methodNotAllowed("GET", "POST"));
  return app;
}
