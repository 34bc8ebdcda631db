// Answers of Global Phone v4, Global Email v4 and Personator v3: one envelope, all values strings.
import { z } from "zod";

export const Envelope = z.looseObject({
  Version: z.string().nullish(),
  TransmissionReference: z.string().nullish(),
  TransmissionResults: z.string().nullish(),
  Records: z.array(z.looseObject({
    RecordID: z.string(),
    Results: z.string(),
    MelissaAddressKey: z.string().nullish(),
  })),
});

/** What is kept of a record: its result codes, and at which level they were found. */
export const Checked = z.strictObject({ results: z.string(), level: z.string() });

/** What is kept of a record of Personator: its result codes and the key of the address. */
export const CheckedAddress = z.strictObject({ results: z.string(), mak: z.string().nullable() });
