// The API behind the consent page: GET shows the form of a link and changes nothing, POST submits it once.
import {
  ConsentForm,
  linkInvalid,
  showConsentForm,
  submitConsent,
} from "../_shared/consent/forms.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import {
  type App,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { bearerOf, callerReader } from "../_shared/platform/http/caller.ts";
import { clientAddress, limitRate } from "../_shared/platform/http/client_address.ts";
import { readJson } from "../_shared/platform/http/input.ts";

/** Carries the nonce, which therefore appears in no URL and no access log. */
export const TOKEN_HEADER = "sluice-consent-token";
export const REQUESTS_PER_MINUTE = 30;
const MAX_BODY = 16 * 1024;
const NONCE = /^[A-Za-z0-9_-]{43}$/;

// The nonce is the only credential, without cookies or login, so the page may be hosted anywhere.
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "sluice-correlation-id, retry-after",
  vary: "origin",
};
const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": `content-type, ${TOKEN_HEADER}`,
  "access-control-max-age": "3600",
};

function nonceOf({ headers }: Request): string {
  const nonce = headers.get(TOKEN_HEADER) ?? "";
  if (!NONCE.test(nonce)) throw linkInvalid();
  return nonce;
}

export function createApp(deps: Deps): App {
  const readCaller = callerReader(deps.env, deps.now);
  const app = createFunctionApp(deps, "consent", CORS);
  app.get("/", route("show"), async ({ req: { raw: request } }) => {
    await limitRate(deps, request, "consent", REQUESTS_PER_MINUTE);
    return Response.json(await showConsentForm(deps.sql, nonceOf(request), deps.now()));
  });
  app.post("/", route("submit"), async (c) => {
    const { raw: request } = c.req;
    await limitRate(deps, request, "consent", REQUESTS_PER_MINUTE);
    const nonce = nonceOf(request);
    const caller = bearerOf(request.headers) && await readCaller(request.headers).catch(() => null);
    const outcome = await submitConsent(deps.sql, {
      nonce,
      form: await readJson(c, MAX_BODY, ConsentForm),
      address: clientAddress(deps, request),
      userAgent: request.headers.get("user-agent")?.slice(0, 500) ?? null,
      member: caller && !caller.service ? caller.member.sub : null,
      now: deps.now(),
    });
    c.var.log("info", "consent_recorded");
    return Response.json({ outcome }, { status: 201 });
  });
  app.options(
    "/",
    route("preflight"),
    () => new Response(null, { status: 204, headers: PREFLIGHT }),
  );
  app.all("/", methodNotAllowed("GET", "POST", "OPTIONS"));
  return app;
}
