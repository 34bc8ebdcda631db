// Progress on standard error: a bar on a terminal, otherwise an occasional line.
import type { Io } from "./io.ts";
import { formatCount, formatSize, plural } from "./size.ts";
import type { UploadStatus } from "./types.ts";

const REDRAW_MS = 100;
const LINE_MS = 5_000;
const BAR_WIDTH = 24;

export interface SendingState {
  done: number;
  total: number | null;
  parts: number;
}

export class Progress {
  readonly #io: Io;
  readonly #tty: boolean;
  #drawn = false;
  #shownAt = Number.NEGATIVE_INFINITY;
  #pending = "";
  #rate: { at: number; done: number } | null = null;

  constructor(io: Io) {
    this.#io = io;
    this.#tty = io.stderr.isTTY === true;
  }

  sending(state: SendingState): void {
    const { done, total, parts } = state;
    const now = this.#io.now().getTime();
    this.#rate ??= { at: now, done };
    const seconds = (now - this.#rate.at) / 1000;
    const speed = seconds > 0.5 ? `, ${formatSize((done - this.#rate.done) / seconds)}/s` : "";
    const size = total === null
      ? formatSize(done)
      : `${formatSize(Math.min(done, total))} of ${formatSize(total)}`;
    this.#show(total ? done / total : null, `sent ${size}, ${plural(parts, "part")}${speed}`);
  }

  processing(status: UploadStatus): void {
    const rows = status.counts.staged ?? 0;
    this.#show(
      status.progress ?? null,
      status.state === "receiving"
        ? "waiting for parts"
        : `processing${rows > 0 ? `, ${formatCount(rows)} rows staged` : ""}`,
    );
  }

  /** Writes a permanent line. */
  note = (text: string): void => {
    this.#erase();
    this.#io.stderr.write(`${text}\n`);
  };

  /** Keeps the last state visible, and moves the cursor to a new line. */
  end(): void {
    if (this.#pending !== "") this.#write(this.#pending);
    if (this.#tty && this.#drawn) this.#io.stderr.write("\n");
    this.#drawn = false;
    this.#shownAt = Number.NEGATIVE_INFINITY;
  }

  /** Removes the line: the result follows. */
  clear(): void {
    this.#pending = "";
    this.#erase();
    this.#shownAt = Number.NEGATIVE_INFINITY;
  }

  #show(fraction: number | null, text: string): void {
    const percent = fraction === null ? null : Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
    const head = percent === null ? "" : `${String(percent).padStart(3)}% `;
    const bar = percent === null || !this.#tty ? "" : barOf(percent);
    this.#pending = `${bar}${head}${text}`;
    const now = this.#io.now().getTime();
    if (now - this.#shownAt < (this.#tty ? REDRAW_MS : LINE_MS)) return;
    this.#shownAt = now;
    this.#write(this.#pending);
  }

  #write(line: string): void {
    this.#pending = "";
    if (!this.#tty) {
      this.#io.stderr.write(`${line}\n`);
      return;
    }
    // A terminal of unknown width reports 0.
    const width = (this.#io.stderr.columns || 80) - 1;
    this.#io.stderr.write(`\r${line.slice(0, width)}\x1b[K`);
    this.#drawn = true;
  }

  #erase(): void {
    if (this.#tty && this.#drawn) this.#io.stderr.write("\r\x1b[K");
    this.#drawn = false;
  }
}

function barOf(percent: number): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}] `;
}
