// The HTTP side: signs every attempt, retries transient failures, turns refusals into ApiError.
import { requestSecret, uploadSecret } from "../../edge-functions/_shared/intake/request_secret.ts";
import { toBase64 } from "../../edge-functions/_shared/platform/crypto/bytes.ts";
import {
  decodeSecret,
  signRequest,
  TOLERANCE_SECONDS,
} from "../../edge-functions/_shared/platform/crypto/signature.ts";
import { delayMs, isRetryable, MAX_ATTEMPTS, MAX_RETRY_AFTER_SECONDS } from "./backoff.ts";
import { parseRetryAfter } from "./backoff.ts";
import { ApiError, ClientError, type Problem, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";

const TIMEOUT_MS = 300_000;
const PIECE_BYTES = 1 << 17;
const MAX_PROBLEM_CHARACTERS = 10_000;

export interface Target {
  /** Base of the functions, without a slash at the end. */
  url: string;
  source: string;
  /** `whsec_…` */
  secret: string;
}

export interface ApiRequest<T> {
  method: "GET" | "POST";
  /** Below `csv-upload`, "" or "/…". */
  path: string;
  query?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** webhook-id; the same for every attempt. A random one by default. */
  id?: string;
  signal?: AbortSignal;
  /** Reads the response. Runs again from the start when the connection breaks. */
  read: (response: Response) => Promise<T>;
}

export type Note = (text: string) => void;

export class Api {
  readonly #target: Target;
  readonly #io: Io;
  readonly #note: Note;

  constructor(target: Target, io: Io, note: Note) {
    try {
      decodeSecret(target.secret);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    this.#target = target;
    this.#io = io;
    this.#note = note;
  }

  json<T>(request: Omit<ApiRequest<T>, "read">): Promise<T> {
    return this.send({ ...request, read: async (response) => (await response.json()) as T });
  }

  async send<T>(request: ApiRequest<T>): Promise<T> {
    const id = request.id ?? `cli_${this.#io.uuid()}`;
    for (let attempt = 1;; attempt++) {
      const outcome = await this.#attempt(request, id);
      if ("value" in outcome) return outcome.value;
      const { error, retryAfterSeconds } = outcome;
      if (!outcome.retry || request.signal?.aborted || attempt === MAX_ATTEMPTS) throw error;
      if (retryAfterSeconds !== null && retryAfterSeconds > MAX_RETRY_AFTER_SECONDS) throw error;
      const wait = delayMs({ attempt, retryAfterSeconds, random: this.#io.random() });
      const why = error.message.split("\n")[0]!.replace(/\.$/, "");
      this.#note(`${why}; retrying in ${(wait / 1000).toFixed(1)} s`);
      await this.#io.sleep(wait);
    }
  }

  async #attempt<T>(request: ApiRequest<T>, id: string): Promise<
    | { value: T }
    | { error: Error; retry: boolean; retryAfterSeconds: number | null }
  > {
    const url = new URL(`${this.#target.url}/csv-upload${request.path}`);
    url.searchParams.set("source", this.#target.source);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      url.searchParams.set(name, value);
    }
    const { secret } = this.#target;
    const signing = request.path === ""
      ? uploadSecret(secret, url.searchParams)
      : requestSecret(secret, request.method, `/csv-upload${request.path}`);
    const body = request.body ?? new Uint8Array();
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await this.#io.fetch(url, {
        method: request.method,
        headers: {
          ...request.headers,
          ...(request.method === "POST" ? { "content-length": String(body.byteLength) } : {}),
          ...signRequest({
            secrets: [signing],
            id,
            timestamp: Math.floor(this.#io.now().getTime() / 1000),
            body,
          }),
        },
        ...(request.method === "POST" ? { body: piecesOf(body), duplex: "half" } : {}),
        redirect: "manual",
        signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      });
      if (response.ok) return { value: await request.read(response) };
      const problem = await readProblem(response);
      return {
        error: new ApiError(problem, this.#hint(response, problem)),
        retry: isRetryable(response.status),
        retryAfterSeconds: parseRetryAfter(response.headers.get("retry-after"), this.#io.now()),
      };
    } catch (error) {
      if (error instanceof ClientError || error instanceof UsageError) throw error;
      return {
        error: new ClientError(`no response from ${this.#target.url}: ${causeOf(error)}`),
        retry: true,
        retryAfterSeconds: null,
      };
    }
  }

  /** A hint where the response alone does not name the cause. */
  #hint(response: Response, problem: Problem): string | null {
    if (problem.status === 401) {
      const date = Date.parse(response.headers.get("date") ?? "");
      const offset = Math.round((this.#io.now().getTime() - date) / 1000);
      if (Math.abs(offset) > TOLERANCE_SECONDS) {
        return `the clock of this machine is ${Math.abs(offset)} s ${
          offset > 0 ? "ahead of" : "behind"
        } the server's`;
      }
      return "check the source key and its secret; the server does not say which is wrong";
    }
    if (problem.status === 413) return "try a smaller --part-size";
    if (problem.status >= 300 && problem.status < 400) {
      return `it redirects to ${response.headers.get("location")}; use that as --url`;
    }
    return null;
  }
}

/** fetch copies a body given as one array; a stream of pieces only passes through. */
function piecesOf(body: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= body.byteLength) return controller.close();
      controller.enqueue(body.subarray(at, at += PIECE_BYTES));
    },
  }, { highWaterMark: 0 });
}

async function readProblem(response: Response): Promise<Problem> {
  const text = (await response.text()).slice(0, MAX_PROBLEM_CHARACTERS);
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) body = parsed as Record<string, unknown>;
  } catch {
    // Not from the function itself but from a gateway or proxy: only the status is known.
  }
  const string = (value: unknown) => typeof value === "string" && value !== "" ? value : null;
  return {
    status: response.status,
    code: string(body.code),
    title: string(body.title) ?? (response.statusText || "refused"),
    detail: string(body.detail),
    correlationId: string(body.correlation_id) ?? response.headers.get("sluice-correlation-id"),
  };
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `timeout after ${TIMEOUT_MS / 1000} s`;
  const cause = error.cause;
  if (cause instanceof Error) return (cause as NodeJS.ErrnoException).code ?? cause.message;
  return error.message;
}

/** A header value for a file name with any characters (RFC 6266). */
export function contentDisposition(filename: string): string {
  const encoded = encodeURIComponent(filename).replace(
    /['()*]/g,
    (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase(),
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}

/** The webhook-id of one content of one part: the same on every attempt and after a resume. */
export function partWebhookId(uploadId: string, part: number, sha256: Uint8Array): string {
  return `up_${uploadId}_${part}_${toBase64(sha256.subarray(0, 9))}`;
}
