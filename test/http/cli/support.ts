// A small upload API for tests of the client, written from docs/intake.md alone: it shares no
// code with the client, not even the signature. "Processing" counts records.
import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export const SOURCE = "county-list";
export const SECRET = "whsec_" + Buffer.alloc(32, 9).toString("base64");

/** A fault that replaces (or follows) the normal response to a request. */
export interface Fault {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Breaks the connection, "before" or "after" the request has its effect. */
  drop?: "before" | "after";
  /** Breaks the connection in the middle of the response. */
  truncate?: boolean;
}

export interface Received {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  bytes: number;
  body: string;
  served: boolean;
}

interface StoredPart {
  bytes: number;
  sha256: string;
  content: Buffer | null;
  records: number;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface StoredUpload {
  id: string;
  dryRun: boolean;
  filename: string | null;
  parts: Map<number, StoredPart>;
  expected: number | null;
  state: string | null;
  error: string | null;
  superseded?: boolean;
  polls: number;
}

export class UploadServer {
  url = "";
  now: () => number = Date.now;
  /** Called for each request with a valid signature; applies the fault that it returns. */
  fault: (request: Received) => Fault | undefined = () => undefined;
  /** Called when a part has been accepted, before the response. */
  accepted: (upload: StoredUpload, part: number) => void | Promise<void> = () => {};
  keepContent = true;
  pollsUntilDone = 2;
  rejected = 0;
  rejects = "line,reason,address\r\n3,no street,\r\n";
  readonly received: Received[] = [];
  readonly uploads = new Map<string, StoredUpload>();
  readonly #contents = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  readonly #server: Server = createServer((request, response) => {
    this.#handle(request, response).catch((error) => {
      response.destroy();
      throw error;
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/functions/v1`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** Requests that carried a part and were accepted, as "upload/part". */
  partsServed(): string[] {
    return this.received.filter((r) => r.served && r.query.part)
      .map((r) => `${r.query.upload}/${r.query.part}`);
  }

  only(): StoredUpload {
    if (this.uploads.size !== 1) throw new Error(`there are ${this.uploads.size} uploads`);
    return [...this.uploads.values()][0]!;
  }

  contentOf(upload: StoredUpload): Buffer {
    return Buffer.concat(
      [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part.content!),
    );
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url!, "http://localhost");
    const seen: Received = {
      method: request.method!,
      path: url.pathname.replace("/functions/v1/csv-upload", ""),
      query: Object.fromEntries(url.searchParams),
      headers: request.headers as Record<string, string>,
      bytes: body.length,
      body: body.length < 1000 ? body.toString("latin1") : "",
      served: false,
    };
    this.received.push(seen);
    if (!this.#isSigned(seen, body) || seen.query.source !== SOURCE) {
      return problem(response, 401, "unauthorized", "Invalid signature");
    }
    const fault = this.fault(seen);
    if (fault?.drop === "before") return void request.socket.destroy();
    if (fault?.status) {
      response.writeHead(fault.status, fault.headers);
      return void response.end(fault.body ?? problemBody(fault.status, "fault", "On purpose"));
    }
    seen.served = true;
    const answer = await this.#serve(seen, body);
    if (fault?.drop === "after") return void request.socket.destroy();
    response.writeHead(answer.status, {
      "content-type": "application/json",
      "sluice-correlation-id": randomUUID(),
      ...answer.headers,
    });
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    if (!fault?.truncate) return void response.end(text);
    response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
  }

  #isSigned({ method, path, query, headers }: Received, body: Buffer): boolean {
    const id = headers["webhook-id"] ?? "";
    const timestamp = headers["webhook-timestamp"] ?? "";
    if (!(Math.abs(this.now() / 1000 - Number(timestamp)) <= 301)) return false;
    const secret = Buffer.from(SECRET.slice(6), "base64");
    const signed = new URLSearchParams(Object.entries(query).sort());
    const key = createHmac("sha256", secret)
      .update(`sluice ${method} /csv-upload${path === "" ? `?${signed}` : path}`).digest();
    const expected = createHmac("sha256", key)
      .update(`${id}.${timestamp}.`).update(body).digest();
    const given = Buffer.from((headers["webhook-signature"] ?? "").replace("v1,", ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  async #serve(request: Received, body: Buffer): Promise<Answer> {
    const [, id, action] = request.path.split("/");
    if (request.method === "POST" && !id) return await this.#take(request, body);
    if (request.method === "POST" && id === "replay") return { status: 200, body: { replayed: 2 } };
    const upload = this.uploads.get(id ?? "");
    if (!upload) return { status: 404, body: JSON.parse(problemBody(404, "not_found", "Unknown")) };
    if (request.method === "POST" && action === "undo") {
      if (upload.state === "undone" || !upload.expected) {
        return { status: 409, body: JSON.parse(problemBody(409, "conflict", "Not finished")) };
      }
      upload.state = "undone";
      for (const part of upload.parts.values()) this.#contents.delete(contentKey(upload, part));
      const kept = [{ lead_id: randomUUID(), reason: "contacted since" }];
      return { status: 200, body: { undone: { deleted: 3, reverted: 1, unmerged: 0 }, kept } };
    }
    if (action === "rejects.csv") return { status: 200, body: this.rejects };
    return { status: 200, body: this.#statusOf(upload) };
  }

  async #take(request: Received, body: Buffer): Promise<Answer> {
    const { upload: id = randomUUID(), part = "1", parts, dry_run } = request.query;
    const gzipped = request.headers["content-encoding"] === "gzip";
    const content = gzipped ? gunzipSync(body) : body;
    const sha256 = createHash("sha256").update(content).digest("hex");
    const dryRun = dry_run === "true";
    const webhookId = request.headers["webhook-id"]!;
    if ((this.#ids.get(webhookId) ?? sha256) !== sha256) {
      return { status: 409, body: JSON.parse(problemBody(409, "id_reused", "Reused")) };
    }
    this.#ids.set(webhookId, sha256);
    const upload = this.uploads.get(id) ?? {
      id,
      dryRun,
      filename: /UTF-8''(.*)$/.exec(request.headers["content-disposition"] ?? "")?.[1] ?? null,
      parts: new Map(),
      expected: null,
      state: null,
      error: null,
      polls: 0,
    };
    this.uploads.set(id, upload);
    const stored: StoredPart = {
      bytes: body.length,
      sha256,
      content: this.keepContent ? content : null,
      records: this.keepContent ? content.toString("latin1").split("\n").length - 1 : 0,
    };
    const known = this.#contents.get(contentKey(upload, stored));
    const holder = this.uploads.get(known ?? "")?.superseded ? undefined : known;
    this.#contents.set(contentKey(upload, stored), holder ?? id);
    upload.parts.set(Number(part), stored);
    if (parts) upload.expected = Number(parts);
    await this.accepted(upload, Number(part));
    return {
      status: holder ? 200 : 202,
      headers: holder ? { "sluice-duplicate": "true" } : {},
      body: {
        upload_id: holder ?? id,
        part: Number(part),
        bytes: body.length,
        sha256,
        status_url: `${this.url}/csv-upload/${holder ?? id}`,
        ...(holder ? { duplicate: true } : {}),
      },
    };
  }

  #statusOf(upload: StoredUpload) {
    const complete = upload.expected === upload.parts.size;
    if (complete) upload.polls += 1;
    const done = complete && upload.polls > this.pollsUntilDone;
    if (done && upload.dryRun) {
      for (const part of upload.parts.values()) this.#contents.delete(contentKey(upload, part));
    }
    const received = [...upload.parts.values()].reduce((sum, part) => sum + part.records, 0);
    return {
      upload_id: upload.id,
      source: SOURCE,
      state: upload.state ?? (done ? "completed" : complete ? "processing" : "receiving"),
      dry_run: upload.dryRun,
      filename: upload.filename,
      parts: [...upload.parts].sort(([a], [b]) => a - b).map(([part, { bytes, sha256 }]) => ({
        part,
        state: done ? "resolved" : "received",
        bytes,
        sha256,
        rows: null,
        error: null,
      })),
      parts_expected: upload.expected,
      progress: done ? 1 : 0.5,
      counts: {
        received,
        staged: received,
        created: received - this.rejected,
        updated: 0,
        unchanged: 0,
        merged: 0,
        conflict: 0,
        rejected: this.rejected,
      },
      superseded: upload.superseded ?? false,
      warnings: { zip_leading_zero: 2 },
      warning_lines: { zip_leading_zero: [3, 9] },
      mapping: [{ header: "address", field: "street", how: "synonym" }],
      timings: { received_at: "2026-11-21T08:00:00Z", seconds: 1 },
      rejects_url: `${this.url}/csv-upload/${upload.id}/rejects.csv`,
      correlation_id: "5a3c0f8e-0000-4000-8000-000000000001",
      error: upload.error,
    };
  }
}

function contentKey(upload: StoredUpload, part: StoredPart): string {
  return `${part.sha256} ${upload.dryRun}`;
}

function problemBody(status: number, code: string, detail: string): string {
  return JSON.stringify({
    type: "about:blank",
    title: `Title of ${status}`,
    status,
    detail,
    code,
    correlation_id: "5a3c0f8e-0000-4000-8000-00000000000f",
  });
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  response.writeHead(status, { "content-type": "application/problem+json" });
  response.end(problemBody(status, code, detail));
}
