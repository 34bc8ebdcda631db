// OpenAI's chat completions and responses: classifies by simple rules and fills any JSON schema.
import type { Context } from "../context.ts";
import { header, parseJson, type ProviderHandler } from "../http.ts";
import { randomId } from "../random.ts";
import type { Answer, Incoming } from "../types.ts";

type Json = Record<string, unknown>;

/** The first matching rule classifies the reply; synonyms are other names that a schema may use. */
const rules: { names: string[]; patterns: RegExp[] }[] = [
  {
    names: ["optout", "stop", "unsubscribe"],
    patterns: [
      /\b(stop|unsubscribe|opt.?out|remove me|take me off|leave me alone)\b/i,
      /\b(do not|don't) (contact|call|text|e?mail)\b/i,
    ],
  },
  {
    names: ["wrongperson", "wrongnumber", "wrong"],
    patterns: [
      /\b(wrong (number|person|address)|who is this|not me|never owned)\b/i,
      /\b(sold|sell) (it|the house) (already|last|years)\b/i,
    ],
  },
  {
    names: ["notinterested", "no", "negative"],
    patterns: [
      /\b(not interested|no thanks?|no thank you|not selling|won't sell|never selling|pass)\b/i,
    ],
  },
  {
    names: ["later", "notnow", "followup", "followuplater"],
    patterns: [
      /\b(later|next (week|month|year|spring|summer|fall|winter))\b/i,
      /\b(not (right )?now|in a few (weeks|months)|after the)\b/i,
    ],
  },
  {
    names: ["question", "info", "needsinfo"],
    patterns: [/\?|\b(how much|what|when|where|why|which)\b/i],
  },
  {
    names: ["interested", "yes", "positive"],
    patterns: [
      /\b(yes|sure|interested|call me|tell me more|sounds good|let's talk|happy to|love to)\b/i,
    ],
  },
];

const bare = (text: unknown) => String(text).toLowerCase().replace(/[^a-z]/g, "");

export function classify(text: string): string[] {
  return rules.find((rule) => rule.patterns.some((pattern) => pattern.test(text)))?.names ??
    ["question", "other", "unknown"];
}

/** A value that matches the schema and contains the result of the rules. */
function fill(schema: Json, names: string[], text: string, name = ""): unknown {
  if (Array.isArray(schema.anyOf)) return fill(schema.anyOf[0] as Json, names, text, name);
  if (Array.isArray(schema.enum)) {
    const options = schema.enum;
    const found = options.find((option) => names.includes(bare(option)));
    return found ?? options.find((option) => /other|unknown/.test(bare(option))) ?? options[0];
  }
  if ("const" in schema) return schema.const;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object":
      return Object.fromEntries(
        Object.entries((schema.properties ?? {}) as Record<string, Json>)
          .map(([key, part]) => [key, fill(part, names, text, key)]),
      );
    case "array":
      return [];
    case "boolean":
      return names.includes(bare(name));
    case "integer":
      return Math.max(0, Number(schema.minimum ?? 0));
    case "number":
      return Math.min(0.9, Number(schema.maximum ?? 0.9));
    case "null":
      return null;
    default:
      return /draft|answer|reply|response/i.test(name)
        ? "Thank you for your message. A broker will come back to you today."
        : `Sounds like: ${names[0]}.`;
  }
}

const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : Array.isArray(content)
    ? content.map((part) => String((part as Json).text ?? "")).join("\n")
    : "";

export class Openai implements ProviderHandler {
  #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    const key = this.#context.secrets.openai.apiKey;
    if (header(request, "authorization") !== `Bearer ${key}`) {
      return this.#problem(
        401,
        "Incorrect API key provided.",
        "invalid_request_error",
        "invalid_api_key",
      );
    }
    const body = parseJson(request);
    if (request.method !== "POST" || !body) {
      return this.#problem(
        400,
        "We could not parse the JSON body of your request.",
        "invalid_request_error",
        null,
      );
    }
    if (!body.model) {
      return this.#problem(
        400,
        "you must provide a model parameter",
        "invalid_request_error",
        null,
      );
    }
    if (request.path === "/v1/chat/completions") return this.#chat(body);
    if (request.path === "/v1/responses") return this.#response(body);
    return this.#problem(404, `Invalid URL (POST ${request.path})`, "invalid_request_error", null);
  }

  refuse(status: number, retryAfter: number | undefined): Answer {
    const answer = status === 429
      ? this.#problem(429, "Rate limit reached for requests", "requests", "rate_limit_exceeded")
      : this.#problem(
        status,
        "The server had an error while processing your request.",
        "server_error",
        null,
      );
    if (retryAfter !== undefined) answer.headers = { "retry-after": String(retryAfter) };
    return answer;
  }

  #problem(status: number, message: string, type: string, code: string | null): Answer {
    return { status, body: { error: { message, type, param: null, code } } };
  }

  #say(schema: Json | undefined, text: string): string {
    const names = classify(text);
    return schema ? JSON.stringify(fill(schema, names, text)) : names[0];
  }

  #chat(body: Json): Answer {
    const messages = Array.isArray(body.messages) ? body.messages as Json[] : [];
    if (messages.length === 0) {
      return this.#problem(400, "[] is too short - 'messages'", "invalid_request_error", null);
    }
    const text = textOf(messages.findLast((message) => message.role === "user")?.content);
    const format = body.response_format as Json | undefined;
    const schema = (format?.json_schema as Json | undefined)?.schema as Json | undefined;
    const content = this.#say(schema, text);
    const [input, output] = [tokens(JSON.stringify(messages)), tokens(content)];
    return {
      status: 200,
      body: {
        id: `chatcmpl-${randomId(this.#context.random, 29)}`,
        object: "chat.completion",
        created: Math.floor(this.#context.now().getTime() / 1000),
        model: body.model,
        choices: [{
          index: 0,
          message: { role: "assistant", content, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: "stop",
        }],
        usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
        service_tier: "default",
      },
    };
  }

  #response(body: Json): Answer {
    const input = body.input;
    const text = typeof input === "string"
      ? input
      : textOf((input as Json[] | undefined)?.findLast((item) => item.role === "user")?.content);
    const format = (body.text as Json | undefined)?.format as Json | undefined;
    const content = this.#say(format?.schema as Json | undefined, text);
    const [read, written] = [tokens(JSON.stringify(input ?? "")), tokens(content)];
    const { random } = this.#context;
    return {
      status: 200,
      body: {
        id: `resp_${randomId(random, 48)}`,
        object: "response",
        created_at: Math.floor(this.#context.now().getTime() / 1000),
        status: "completed",
        ...{ error: null, incomplete_details: null, model: body.model },
        output: [{
          ...{ type: "message", id: `msg_${randomId(random, 48)}`, status: "completed" },
          role: "assistant",
          content: [{ type: "output_text", text: content, annotations: [] }],
        }],
        ...{ parallel_tool_calls: true, tools: [], tool_choice: "auto" },
        usage: { input_tokens: read, output_tokens: written, total_tokens: read + written },
      },
    };
  }
}

const tokens = (text: string) => Math.ceil(text.length / 4);
