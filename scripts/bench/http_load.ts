// Requests over several keep-alive connections, one in flight on each. Raw sockets, because on a small
// machine the client takes CPU time from the measured processes.
import { connect } from "node:net";

export interface LoadResult {
  /** Responses by status; 0: the connection broke. */
  answers: Map<number, number>;
  seconds: number;
  /** Milliseconds of 2xx responses, sorted. */
  latencies: number[];
}

export interface Shot {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Runs until `next` returns nothing, or the time is over. */
export async function load(
  port: number,
  connections: number,
  next: () => Shot | null,
  milliseconds = Infinity,
): Promise<LoadResult> {
  const result: LoadResult = { answers: new Map(), seconds: 0, latencies: [] };
  const began = performance.now();
  const over = () => performance.now() - began > milliseconds;
  await Promise.all(
    Array.from({ length: connections }, () => shootAll(port, next, over, result)),
  );
  result.seconds = (performance.now() - began) / 1000;
  result.latencies.sort((a, b) => a - b);
  return result;
}

export const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

export const accepted = ({ answers }: LoadResult): number =>
  [...answers].reduce((sum, [status, n]) => sum + (status >= 200 && status < 300 ? n : 0), 0);

function shootAll(
  port: number,
  next: () => Shot | null,
  over: () => boolean,
  result: LoadResult,
): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    let at = 0;
    let received = "";
    let under = false;
    const note = (status: number) =>
      result.answers.set(status, (result.answers.get(status) ?? 0) + 1);
    const shoot = () => {
      const shot = over() ? null : next();
      if (!shot) return void socket.end();
      const headers = Object.entries(shot.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      at = performance.now();
      under = true;
      socket.write(
        `POST ${shot.path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${headers.join("")}` +
          `content-length: ${Buffer.byteLength(shot.body)}\r\n\r\n${shot.body}`,
      );
    };
    socket.setEncoding("latin1");
    socket.on("connect", shoot);
    socket.on("data", (text: string) => {
      received += text;
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = received.slice(0, end).toLowerCase();
      const length = /content-length: (\d+)/.exec(head)?.[1];
      const complete = length === undefined
        ? received.endsWith("0\r\n\r\n") || !head.includes("chunked")
        : received.length >= end + 4 + Number(length);
      if (!complete) return;
      const status = Number(received.slice(9, 12));
      received = "";
      under = false;
      note(status);
      if (status >= 200 && status < 300) result.latencies.push(performance.now() - at);
      shoot();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (under) note(0);
      resolve();
    });
  });
}
