// Unsubscribing: the one-click POST of mail programs (RFC 8058), and the API behind the page of the link. A GET never
// unsubscribes, because mail scanners follow links. No answer is HTML: the platform's domain turns it into plain text.
import {
  isUnsubscribeToken,
  unsubscribe,
  unsubscribePageOf,
} from "../_shared/consent/unsubscribe.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import {
  type App,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { joinChunks, type WithBody } from "../_shared/platform/http/body.ts";
import { malformed, Problem } from "../_shared/platform/http/problem.ts";
import { isStorableEncoded, isStorableText } from "../_shared/platform/http/text.ts";

const MAX_BODY = 16 * 1024;

// Requests are not limited: large mail providers send for many people from few addresses, and refusing one
// would ignore an opt-out. An invalid link costs no more than a signature check.
const HEADERS = {
  // The token is the only credential, without cookies or login, so the page may be hosted anywhere.
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "sluice-correlation-id, retry-after",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
  vary: "accept, origin",
};

const HOW_TO = `Unsubscribe

Opening this link has not unsubscribed you. To stop marketing e-mail from us, use the
unsubscribe button of your mail program, or answer the e-mail with the word "unsubscribe".
`;
const INVALID = `This link is invalid

Please open the link in the e-mail again, or answer the e-mail with the word "unsubscribe".
`;

const tokenOf = (request: Request) => new URL(request.url).searchParams.get("u") ?? "";

/** Whether a person opened the link in a browser, which scripts and the page do not claim. */
const isNavigation = (request: Request) =>
  /\btext\/html\b/i.test(request.headers.get("accept") ?? "");

const text = (status: number, body: string) =>
  new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });

const linkInvalid = () => new Problem(404, "link_invalid", "This link is invalid.");

/** Fields of a form, urlencoded or multipart: mail providers use both. */
async function readForm(request: Request, c: WithBody): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  const body = joinChunks(await c.var.readBody(MAX_BODY)) as Uint8Array<ArrayBuffer>;
  try {
    // Invalid UTF-8 would become the replacement character.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    const encoded = /^application\/x-www-form-urlencoded\b/i.test(type);
    if (!(encoded ? isStorableEncoded : isStorableText)(text)) throw new TypeError("invalid text");
    return await new Response(body, { headers: { "content-type": type } }).formData();
  } catch {
    throw malformed("The request body is not a valid form.");
  }
}

export function createApp(deps: Deps): App {
  const app = createFunctionApp(deps, "unsubscribe", HEADERS);
  app.get("/", route("show"), async ({ req: { raw: request } }) => {
    const token = tokenOf(request);
    const valid = await isUnsubscribeToken(deps.sql, token);
    if (!isNavigation(request)) {
      if (!valid) throw linkInvalid();
      return Response.json({ state: "valid" });
    }
    if (!valid) return text(404, INVALID);
    const page = unsubscribePageOf(token, deps.env);
    return page
      ? new Response(null, { status: 303, headers: { location: page } })
      : text(200, HOW_TO);
  });
  app.post("/", route("unsubscribe"), async (c) => {
    const { raw: request } = c.req;
    const form = await readForm(request, c);
    if (form.get("List-Unsubscribe") !== "One-Click") {
      throw malformed("The request body must contain List-Unsubscribe=One-Click (RFC 8058).");
    }
    const source = form.get("from") === "page" ? "unsubscribe page" : "one-click unsubscribe";
    if (!await unsubscribe(deps.sql, tokenOf(request), source, deps.now())) throw linkInvalid();
    c.var.log("info", "unsubscribed");
    return Response.json({ outcome: "unsubscribed" });
  });
  app.all("/", methodNotAllowed("GET", "POST"));
  return app;
}
