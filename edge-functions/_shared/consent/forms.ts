// Consent forms: the link's nonce shows a form, and records a consent once.
import { z } from "zod";
import { asWriter, type Sql } from "../platform/db/client.ts";
import { Problem } from "../platform/http/problem.ts";

export const ConsentForm = z.strictObject({
  channels: z.array(z.enum(["email", "sms", "voice_manual", "voice_ai"])).max(4),
  agree: z.boolean(),
  signature: z.string().max(200),
  text_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  page_url: z.url({ protocol: /^https?$/ }).max(2000),
  time_zone: z.string().max(64).optional(),
  certificate_id: z.string().max(200).optional(),
});

/** Unknown, malformed and expired links get the same answer, so that a caller cannot find out which it was. */
export const linkInvalid = () =>
  new Problem(404, "link_invalid", "This link is invalid or has expired.");

const REFUSALS = new Map<string, () => Problem>([
  ["link_invalid", linkInvalid],
  [
    "already_used",
    () => new Problem(409, "already_used", "This form has already been submitted."),
  ],
  [
    "not_what_was_shown",
    () =>
      new Problem(
        422,
        "not_what_was_shown",
        "The submitted form does not match the form of this link.",
      ),
  ],
  [
    "incomplete",
    () =>
      new Problem(
        422,
        "incomplete",
        "Choose at least one channel, tick the box and type your name.",
      ),
  ],
]);

export async function showConsentForm(
  sql: Sql,
  nonce: string,
  now: Date,
): Promise<Record<string, unknown>> {
  const [row] = await asWriter(sql, async (tx) => {
    await tx`set transaction read only`;
    return await tx<{ form: Record<string, unknown> | null }[]>`
      select private.show_consent_form(${nonce}, ${now}) as form`;
  });
  if (!row?.form) throw linkInvalid();
  return row.form;
}

/** Where the form was submitted from, as evidence. */
export interface Submission {
  nonce: string;
  form: z.output<typeof ConsentForm>;
  address: string | null;
  userAgent: string | null;
  /** A signed-in user whose token the request carries. A person has none. */
  member: string | null;
  now: Date;
}

export async function submitConsent(sql: Sql, submission: Submission): Promise<string> {
  const { nonce, form, address, userAgent, member, now } = submission;
  const pageUrl = new URL(form.page_url);
  // The fragment may contain the nonce, which is not evidence and stays out of the record.
  pageUrl.hash = "";
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<{ outcome: string }[]>`
      select private.submit_consent(${nonce}, ${tx.json(form)}, ${pageUrl.href}, ${address},
        ${userAgent}, ${member}, ${now}) as outcome`,
  );
  const { outcome } = row!;
  const refusal = REFUSALS.get(outcome);
  if (refusal) throw refusal();
  return outcome;
}
