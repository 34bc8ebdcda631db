// Labelled replies: test/fixtures/replies/*.tsv, and how well a reader does on them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readReply } from "../../edge-functions/_shared/inbound/reader/read_reply.ts";
import type { Channel } from "../../edge-functions/_shared/providers/types.ts";

export interface LabelledReply {
  kind: string;
  wanted: string;
  channel: Channel;
  text: string;
}

export function labelledReplies(file: string): LabelledReply[] {
  const path = join(import.meta.dirname, "..", "fixtures", "replies", file);
  return readFileSync(path, "utf8").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
      const [kind = "", wanted = "", channel = "", text = ""] = line.split("\t");
      return { kind, wanted, channel: channel as Channel, text: text.replaceAll("\\n", "\n") };
    });
}

const LETTERS = { t: "sms", a: "voice_ai", m: "voice_manual", e: "email" } as const;

/** What the reader says, in the words of the files. */
export function readAs({ text, channel, wanted }: LabelledReply): string {
  const reading = readReply(text, channel);
  if (reading.request === "opt_in") return "start";
  if (reading.request === "help") return "help";
  if (reading.request === "none") return reading.wrong_contact ? "wrong" : "none";
  if (wanted === "opt-out") return "opt-out";
  if (reading.never) return "opt-out !";
  const ends = Object.entries(LETTERS).filter(([, channel]) => reading.ends.includes(channel));
  return `opt-out ${ends.map(([letter]) => letter).join("")}`;
}

const sorted = (wanted: string): string =>
  wanted.replace(
    /^opt-out ([tame]+)$/,
    (_, letters: string) =>
      `opt-out ${Object.keys(LETTERS).filter((letter) => letters.includes(letter)).join("")}`,
  );

export interface Measure {
  messages: number;
  /** Opt-outs that were found, and those that there are. */
  found: number;
  optOuts: number;
  /** Messages that were read as an opt-out and are none. */
  falseOptOuts: number;
  /** Messages whose request and reach were both read as labelled. */
  exact: number;
  wrong: string[];
}

export function measure(replies: LabelledReply[]): Measure {
  const read = replies.map((reply) => ({ reply, want: sorted(reply.wanted), got: readAs(reply) }));
  const isOptOut = (label: string) => label.startsWith("opt-out");
  return {
    messages: replies.length,
    found: read.filter(({ want, got }) => isOptOut(want) && isOptOut(got)).length,
    optOuts: read.filter(({ want }) => isOptOut(want)).length,
    falseOptOuts: read.filter(({ want, got }) => !isOptOut(want) && isOptOut(got)).length,
    exact: read.filter(({ want, got }) => want === got).length,
    wrong: read.filter(({ want, got }) => want !== got)
      .map(({ reply, want, got }) =>
        `${reply.kind}: ${JSON.stringify(reply.text)} ${want}, not ${got}`
      ),
  };
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${(100 * part / whole).toFixed(1)} %`;

/** One line: precision and recall of opt-outs, and how many messages were read exactly as labelled. */
export function measureLine(name: string, one: Measure): string {
  const precision = percent(one.found, one.found + one.falseOptOuts);
  return `${name}: ${one.messages} messages, recall ${percent(one.found, one.optOuts)} of ` +
    `${one.optOuts} opt-outs, precision ${precision}, ${one.falseOptOuts} false of ` +
    `${one.messages - one.optOuts}, exact ${percent(one.exact, one.messages)}`;
}
