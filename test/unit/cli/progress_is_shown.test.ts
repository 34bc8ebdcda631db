import { Readable, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { Progress } from "../../../scripts/cli/progress.ts";
import { mappingText, statusText, undoText } from "../../../scripts/cli/result.ts";
import type { UploadStatus } from "../../../scripts/cli/types.ts";

function makeProgress(isTTY: boolean, columns = 80) {
  let now = 0;
  let text = "";
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const io: Io = {
    env: {},
    stdin: Readable.from([]),
    stdout: stderr,
    stderr: Object.assign(stderr, { isTTY, columns }),
    now: () => new Date(now),
    sleep: () => Promise.resolve(),
    random: Math.random,
    uuid: () => "",
    fetch,
  };
  return {
    progress: new Progress(io),
    after: (ms: number) => now += ms,
    take: () => [text, text = ""][0],
  };
}

const half = { done: 6_000_000, total: 12_000_000, parts: 3 };

describe("progress on a terminal", () => {
  test("redraws one line, at most ten times a second, and ends on a new line", () => {
    const { progress, after, take } = makeProgress(true);
    progress.sending({ done: 0, total: 12_000_000, parts: 0 });
    expect(take()).toBe(`\r[${"-".repeat(24)}]   0% sent 0 B of 12.0 MB, 0 parts\u001b[K`);
    after(50);
    progress.sending(half);
    expect(take()).toBe("");
    after(1950);
    progress.sending(half);
    expect(take()).toBe(
      `\r[${"#".repeat(12)}${
        "-".repeat(12)
      }]  50% sent 6.0 MB of 12.0 MB, 3 parts, 3.0 MB/s\u001b[K`,
    );
    progress.end();
    expect(take()).toBe("\n");
  });

  test("shows the whole line on a terminal of unknown width", () => {
    const { progress, take } = makeProgress(true, 0);
    progress.sending(half);
    expect(take()).toContain(", 3 parts\u001b[K");
  });

  test("shows the last state even when it came too early to be drawn", () => {
    const { progress, take } = makeProgress(true);
    progress.sending(half);
    progress.sending({ done: 12_000_000, total: 12_000_000, parts: 5 });
    take();
    progress.end();
    expect(take()).toContain("100% sent 12.0 MB of 12.0 MB, 5 parts");
  });

  test("stays within the width, and is replaced by notes", () => {
    const { progress, take } = makeProgress(true, 30);
    progress.sending(half);
    expect(take()!.replace("\r", "").replace("\u001b[K", "")).toHaveLength(29);
    progress.note("503; trying again");
    expect(take()).toBe("\r\u001b[K503; trying again\n");
  });
});

describe("progress without a terminal", () => {
  test("is a plain line every five seconds, and always the last state", () => {
    const { progress, after, take } = makeProgress(false);
    for (let second = 0; second <= 11; second++) {
      progress.sending({ done: second * 1e6, total: 12e6, parts: second });
      after(1000);
    }
    expect(take()!.trimEnd().split("\n").map((line) => line.slice(0, 4)))
      .toEqual(["  0%", " 41%", " 83%"]);
    progress.end();
    expect(take()).toMatch(/^ 91% sent 11.0 MB of 12.0 MB/);
  });

  test("of a stream of unknown length shows the amount without a percentage", () => {
    const { progress, take } = makeProgress(false);
    progress.sending({ done: 5e6, total: null, parts: 1 });
    expect(take()).toBe("sent 5.0 MB, 1 part\n");
  });
});

describe("the summary", () => {
  const status: UploadStatus = {
    upload_id: "x",
    source: "county-list",
    state: "failed",
    dry_run: false,
    parts: [{ part: 2, state: "failed", bytes: 1, sha256: "", error: "the header differs" }],
    counts: { received: 1234567, rejected: 12 },
    error: "1 part failed",
  };

  test("lists counts in their order, with the errors of the upload and its parts", () => {
    expect(statusText(status)).toBe(
      "failed\n  received     1,234,567\n  rejected            12\n" +
        "error: 1 part failed\npart 2: the header differs\n" +
        "after fixing the cause in the source (for example its column map), run: " +
        "sluice replay --source county-list --upload x",
    );
  });

  test("states a cause once, and only the cause for a failed dry run", () => {
    const parts = [{ ...status.parts[0]!, error: "no CSV" }];
    expect(statusText({ ...status, parts, error: "no CSV", dry_run: true, counts: {} }))
      .toMatch(/\nfailed\nerror: no CSV$/);
  });

  test("states the field of each column, and why", () => {
    const mapping = [
      { header: "Property Address", field: "street", how: "synonym" },
      { header: "Roof", field: null, how: "attribute", note: "sensitive" },
      { header: "", field: null, how: "ignored" },
    ];
    expect(mappingText({ ...status, mapping })).toBe(
      "columns:\n" +
        "  Property Address  street (synonym)\n" +
        "  Roof              kept as attribute (sensitive)\n" +
        "                    ignored",
    );
    expect(mappingText(status)).toBe("");
  });

  test("groups the leads that an undo kept by reason", () => {
    const kept = ["edited", "contacted", "edited"].map((reason) => ({ lead_id: "1", reason }));
    expect(undoText("x", { undone: { deleted: 1, reverted: 0, unmerged: 2 }, kept })).toBe(
      "undone x: 1 lead deleted, 0 reverted, 2 merges undone\n" +
        "kept 3 leads:\n         2  edited\n         1  contacted",
    );
  });
});
