// A client that writes bytes to a socket, where fetch would send only what is valid, complete and in time.
import { connect, type Socket } from "node:net";

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
}

export interface RawRequest {
  port: number;
  method: string;
  /** Path and query, byte for byte. */
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array;
}

/** The start of a request: status line and headers. Header values are latin1. */
export function headOf({ method, path, headers, body }: RawRequest): Buffer {
  const given = {
    host: "127.0.0.1",
    ...(body ? { "content-length": String(body.byteLength) } : {}),
    connection: "close",
    ...headers,
  };
  const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`, "latin1");
}

export interface OpenRequest {
  socket: Socket;
  /** Null where the connection ended without an answer. */
  answer: Promise<RawAnswer | null>;
}

/** Sends what `request` has; more of the body may be written to the socket. */
export function openRequest(request: RawRequest): OpenRequest {
  const socket = connect(request.port, "127.0.0.1");
  const chunks: Buffer[] = [];
  const answer = new Promise<RawAnswer | null>((resolve) => {
    const settle = () => resolve(parse(Buffer.concat(chunks)));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      const read = parse(Buffer.concat(chunks));
      const length = read?.headers.get("content-length");
      // The server may keep the connection open until the body has arrived.
      if (read && length && Buffer.byteLength(read.text) >= Number(length)) {
        resolve(read);
        socket.destroy();
      }
    });
    socket.on("error", settle);
    socket.on("close", settle);
  });
  socket.write(headOf(request));
  if (request.body?.byteLength) socket.write(request.body);
  return { socket, answer };
}

export const askRaw = (request: RawRequest) => openRequest(request).answer;

function parse(bytes: Buffer): RawAnswer | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(first)?.[1] ?? 0);
  const headers = new Headers(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at), line.slice(at + 1).trim()] as [string, string];
    }),
  );
  return { status, headers, text: bytes.subarray(end + 4).toString() };
}
