// Answers of Global Phone v4 and Global Email v4: one envelope, all values strings.
import { z } from "zod";

export const Envelope = z.looseObject({
  Version: z.string().nullish(),
  TransmissionReference: z.string().nullish(),
  TransmissionResults: z.string().nullish(),
  Records: z.array(z.looseObject({ RecordID: z.string(), Results: z.string() })),
});

/** What is kept of a record: its result codes, and at which level they were found. */
export const Checked = z.strictObject({ results: z.string(), level: z.string() });
