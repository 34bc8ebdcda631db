import type { z } from "zod";
import type { Mark, Traced, TracedEmail, TracedPhone } from "../trace.ts";
import type { Person, Persons } from "./schemas.ts";

type Found = z.infer<typeof Person>;

/** The provider's ranks and flags as a number; the weights are our own. */
function confidence(rank: number, works: boolean | null | undefined): number {
  const first = 90 - 10 * Math.min(rank - 1, 5);
  return Math.max(10, first - (works === false ? 40 : works === true ? 0 : 10));
}

const TYPES: Record<string, string> = {
  mobile: "mobile",
  cell: "mobile",
  wireless: "mobile",
  landline: "landline",
  voip: "voip",
};

const lineType = (type: string | null | undefined) =>
  TYPES[(type ?? "").toLowerCase().replace(/[^a-z]/g, "")] ?? null;

/** tcpa: on a list of people who sue over calls. */
const marksOf = ({ dnc, tcpa }: { dnc?: boolean | null; tcpa?: boolean | null }): Mark[] => [
  ...(tcpa ? ["litigator" as const] : []),
  ...(dnc ? ["dnc" as const] : []),
];

const ranked = <T extends { rank?: number | null }>(all: readonly T[] | null | undefined) =>
  (all ?? []).map((one, n) => ({ one, rank: one.rank && one.rank > 0 ? one.rank : n + 1 }));

const phonesOf = ({ phones }: Found): TracedPhone[] =>
  ranked(phones).map(({ one, rank }) => ({
    number: one.number,
    type: lineType(one.type),
    rank,
    confidence: confidence(rank, one.reachable),
    marks: marksOf(one),
  }));

const emailsOf = ({ emails }: Found): TracedEmail[] =>
  ranked(emails).map(({ one, rank }) => ({
    email: one.email,
    rank,
    confidence: confidence(rank, one.tested),
  }));

const nameOf = ({ name }: Found): string =>
  name?.full || [name?.first, name?.last].filter(Boolean).join(" ");

export const tracedOf = ({ persons }: z.infer<typeof Persons>): Traced => ({
  persons: persons.map((person) => ({
    name: nameOf(person),
    first: person.name?.first ?? null,
    marks: [
      ...(person.litigator ? ["litigator" as const] : []),
      ...(person.deceased ? ["deceased" as const] : []),
    ],
    phones: phonesOf(person),
    emails: emailsOf(person),
  })),
});
