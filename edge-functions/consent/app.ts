// The consent form's other half: GET shows what a link is for and changes nothing, POST submits it once.
import { Hono } from "hono";
import { z } from "zod";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { readBody } from "../_shared/platform/http/body.ts";
import {
  clientAddress,
  limitRate,
  type OpenHandler,
  openRoute,
} from "../_shared/platform/http/public.ts";
import { malformed, notFound, Problem } from "../_shared/platform/http/problem.ts";

/** Carries the nonce, so that it stands in no address and no log of addresses. */
export const TOKEN_HEADER = "sluice-consent-token";
export const REQUESTS_PER_MINUTE = 30;
const MAX_BODY = 16 * 1024;
const NONCE = /^[A-Za-z0-9_-]{43}$/;

// No cookies and no login: the nonce is all there is, so any host may serve the page.
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "sluice-correlation-id, retry-after",
  vary: "origin",
};

const Form = z.strictObject({
  channels: z.array(z.enum(["email", "sms", "voice_manual", "voice_ai"])).max(4),
  agree: z.boolean(),
  signature: z.string().max(200),
  text_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  page_url: z.url({ protocol: /^https?$/ }).max(2000),
  time_zone: z.string().max(64).optional(),
  certificate_id: z.string().max(200).optional(),
});

/** Unknown, malformed and expired links are one case: nobody can find out which. */
const linkInvalid = () =>
  new Problem(404, "link_invalid", "This link does not hold, or does not hold any more.");

const REFUSALS: Record<string, () => Problem> = {
  link_invalid: linkInvalid,
  already_used: () => new Problem(409, "already_used", "This form has been submitted already."),
  not_what_was_shown: () =>
    new Problem(422, "not_what_was_shown", "The form does not agree with what the link is for."),
  incomplete: () =>
    new Problem(422, "incomplete", "Choose a channel, tick the box and type your name."),
};

function nonceOf(request: Request): string {
  const nonce = request.headers.get(TOKEN_HEADER) ?? "";
  if (!NONCE.test(nonce)) throw linkInvalid();
  return nonce;
}

const show: OpenHandler = async (deps, request) => {
  await limitRate(deps, request, "consent", REQUESTS_PER_MINUTE);
  const nonce = nonceOf(request);
  const [row] = await asWriter(deps.sql, async (tx) => {
    await tx`set transaction read only`;
    return await tx<{ form: Record<string, unknown> | null }[]>`
      select private.show_consent_form(${nonce}, ${deps.now()}) as form`;
  });
  if (!row?.form) throw linkInvalid();
  return Response.json(row.form);
};

const submit: OpenHandler = async (deps, request) => {
  await limitRate(deps, request, "consent", REQUESTS_PER_MINUTE);
  const nonce = nonceOf(request);
  const form = readForm(await readBody(request, MAX_BODY));
  const pageUrl = new URL(form.page_url);
  // Where the nonce came in is not evidence; it stays out of the record.
  pageUrl.hash = "";
  const [row] = await asWriter(
    deps.sql,
    (tx) =>
      tx<{ outcome: string }[]>`
      select private.submit_consent(${nonce}, ${tx.json(form)}, ${pageUrl.href},
        ${clientAddress(deps, request)}, ${
        request.headers.get("user-agent")?.slice(0, 500) ?? null
      },
        ${deps.now()}) as outcome`,
  );
  const refusal = REFUSALS[row!.outcome];
  if (refusal) throw refusal();
  deps.log("info", "consent_recorded");
  return Response.json({ outcome: row!.outcome }, { status: 201 });
};

function readForm(body: Uint8Array[]): z.output<typeof Form> {
  let json: unknown;
  try {
    json = JSON.parse(body.map((c) => new TextDecoder().decode(c, { stream: true })).join(""));
  } catch {
    throw malformed("The body is no JSON.");
  }
  const read = Form.safeParse(json);
  if (read.success) return read.data;
  throw malformed(`The form makes no sense: ${read.error.issues[0]?.path.join(".") || "body"}.`);
}

// deno-lint-ignore require-await -- a handler answers with a promise
const preflight: OpenHandler = async () =>
  new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": `content-type, ${TOKEN_HEADER}`,
      "access-control-max-age": "3600",
    },
  });

export function createApp(deps: Deps): Hono {
  const app = new Hono().basePath("/consent");
  const route = (name: string, handler: OpenHandler) => openRoute(deps, name, CORS, handler);
  const methods = route("none", () =>
    Promise.reject(
      new Problem(405, "method_not_allowed", "This address takes GET and POST.", {
        headers: { allow: "GET, POST, OPTIONS" },
      }),
    ));
  const [get, post, options, nowhere] = [
    route("show", show),
    route("submit", submit),
    route("preflight", preflight),
    route("none", () => Promise.reject(notFound())),
  ];
  app.get("/", (c) => get(c.req.raw)).post((c) => post(c.req.raw))
    .options((c) => options(c.req.raw)).all((c) => methods(c.req.raw));
  app.notFound((c) => nowhere(c.req.raw));
  return app;
}
