// The clock of functions, workers and providers: under faults it runs several times as fast as the real one, so that the
// leases of messages (two minutes) end while a fault is watched.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localPath } from "../dev/paths.ts";

export const SPEED = 8;
/** A Tuesday, when texts are allowed from Hawaii to New York. */
const START = Date.parse("2026-12-01T19:30:00Z");
/** Later that day the eastern states are closed: the clock continues on the next one. */
const LATEST = Date.parse("2026-12-01T23:00:00Z");
const DAY = 86_400_000;

export class FastClock {
  readonly file: string;
  #at = START;
  #days = 0;
  #ticked = performance.now();
  #timer: ReturnType<typeof setInterval>;
  #speed: number;

  constructor(speed: number) {
    this.#speed = speed;
    const folder = localPath("clock");
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `faults-${process.pid}`);
    this.#write();
    this.#timer = setInterval(() => this.#write(), 50);
  }

  readonly now = (): Date => {
    const at = performance.now();
    this.#at += (at - this.#ticked) * this.#speed;
    this.#ticked = at;
    if (this.#at > LATEST + this.#days * DAY) {
      // From Tuesday to Friday, then over the weekend.
      this.#days += this.#days % 7 === 3 ? 4 : 1;
      this.#at = START + this.#days * DAY;
    }
    return new Date(this.#at);
  };

  #write(): void {
    // Renamed, because a reader must not see an empty file.
    writeFileSync(`${this.file}.next`, this.now().toISOString());
    renameSync(`${this.file}.next`, this.file);
  }

  stop(): void {
    clearInterval(this.#timer);
    rmSync(this.file, { force: true });
  }
}
