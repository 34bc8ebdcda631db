// What operations have in common: who calls, and how problems look.

const apiKey = (name: string, description: string) => ({
  type: "apiKey",
  in: "header",
  name,
  description,
});

export const PARTS = {
  callers: {
    signature: apiKey(
      "webhook-signature",
      "Standard Webhooks, with webhook-id and webhook-timestamp: docs/intake.md#sign.",
    ),
    leadsKey: {
      type: "http",
      scheme: "bearer",
      description: "The key slk_… of a source (also as apikey): docs/api.md.",
    },
    apiKey: {
      type: "http",
      scheme: "bearer",
      description:
        "An API key slk_…_… of an org, with the scope that the operation names: docs/api_keys.md.",
    },
    service: apiKey("apikey", "A secret key of the project."),
    metricsToken: {
      type: "http",
      scheme: "bearer",
      description: "SLUICE_METRICS_TOKEN, for the metrics alone: docs/metrics.md.",
    },
    member: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "The access token of a member.",
    },
    provider: apiKey("authorization", "As each provider signs: docs/inbound.md#endpoints."),
    consentLink: apiKey("sluice-consent-token", "The token of a consent link."),
    unsubscribeLink: {
      type: "apiKey",
      in: "query",
      name: "u",
      description: "The token of an unsubscribe link.",
    },
  },
  problems: {
    400: "Malformed (`malformed_request`).",
    401: "The caller is not known (`unauthorized`).",
    403: "The caller may not do this (`forbidden`).",
    404: "Not found (`not_found`).",
    405: "Another method is needed (`method_not_allowed`).",
    408: "The body did not arrive in time (`too_slow`).",
    409: "It contradicts what is stored (`conflict`).",
    413: "The body is too large (`too_large`).",
    415: "The content-encoding is not supported (`unsupported_encoding`).",
    422: "The content cannot be used (`empty_body`, `unusable`).",
    429: "Too many requests; Retry-After has the seconds (`rate_limited`).",
    503: "Try again later (`unavailable`, `overloaded`, `not_configured`).",
  } as Record<number, string>,
} as const;

export const PROBLEM = {
  type: "object",
  description: "Problem details (RFC 9457).",
  required: ["type", "title", "status", "detail", "code", "correlation_id"],
  properties: {
    type: { const: "about:blank" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
    correlation_id: { type: "string", format: "uuid" },
  },
};
