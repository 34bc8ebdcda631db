import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ownWords } from "../../../edge-functions/_shared/inbound/reader/own_words.ts";
import { cpuSecondsOf } from "../../support/cpu.ts";

const path = join(import.meta.dirname, "..", "..", "fixtures", "replies", "quotes.txt");
const blocks = readFileSync(path, "utf8").split(/^==== /m).slice(1).map((block) => {
  const end = block.indexOf("\n");
  return { name: block.slice(0, end), text: block.slice(end + 1).trimEnd() };
});

const OWN = "Yes, I'm interested, what would you offer?\n\nAnn";

test.each(blocks)("$name: what follows a reply is cut", ({ text }) => {
  expect(ownWords(`${OWN}\n\n${text}`)).toBe(OWN);
  expect(ownWords(`${OWN}\r\n${text.replaceAll("\n", "\r\n")}`)).toBe(OWN);
});

test("words below a marked quote are the person's", () => {
  const quote =
    "On Mon, Nov 23, 2026 at 10:00 AM Org A <hello@mail.example.com> wrote:\n> Sell?\n> STOP\n";
  expect(ownWords(`${quote}\nMaybe.`)).toBe("Maybe.");
  expect(ownWords("> Sell?\nNo.\n> Sure?\nYes.")).toBe("No.\nYes.");
});

test.each([
  ["> STOP", "STOP"],
  ["\n> Please take me off\n> your list.\n", "Please take me off\nyour list."],
  [">> no more e-mails", "no more e-mails"],
])(
  "a short text in which every line is marked was typed: %j",
  (text, own) => expect(ownWords(text)).toBe(own),
);

test("a long text in which every line is marked is quoted", () => {
  expect(ownWords(`> Hi Ann.\n> ${"We would like to buy your house. ".repeat(4)}\n> Org A`)).toBe(
    "",
  );
});

test.each([
  "From: my side it is fine, call me",
  "To: be honest, I would sell",
  "My mail is ann@example.com and I am home at 5:",
  "I wrote: please call me",
  "Date: any Monday works",
  "I loved “Main Street” as a child",
  "He said “stop”",
  "This email is the best way to reach me",
])("%s is kept", (text) => expect(ownWords(text)).toBe(text));

test.each([
  "Liked “Hi Ann. Reply STOP to opt out”",
  "Reacted 👍 to “Hi Ann. Reply STOP to opt out”",
  "Le gustó “Hi Ann, this is Org A. Reply STOP to opt out”",
  "Laughed at “Hi Ann. Reply STOP…",
])("%s is a tapback and no words", (text) => expect(ownWords(text)).toBe(""));

test("no text takes long", () => {
  const long = [
    "stop ".repeat(4000),
    "From: a@example.com\n".repeat(1000),
    "do not ".repeat(3000),
    "> ".repeat(10_000),
    "On 2026 ".repeat(2500),
  ];
  expect(cpuSecondsOf(() => long.map((text) => ownWords(text)))).toBeLessThan(5);
});
