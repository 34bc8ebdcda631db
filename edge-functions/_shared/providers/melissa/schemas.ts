// Answers of Global Phone v4, Global Email v4, Personator v3 and Property v4: one envelope, all values strings.
import { z } from "zod";

export const Envelope = z.looseObject({
  Version: z.string().nullish(),
  TransmissionReference: z.string().nullish(),
  TransmissionResults: z.string().nullish(),
  Records: z.array(z.looseObject({
    RecordID: z.string(),
    Results: z.string(),
    MelissaAddressKey: z.string().nullish(),
    NameFull: z.string().nullish(),
    PhoneNumber: z.string().nullish(),
    EmailAddress: z.string().nullish(),
  })),
});

/** What is kept of a record: its result codes, and at which level they were found. */
export const Checked = z.strictObject({ results: z.string(), level: z.string() });

/** What is kept of a record of Personator: its result codes and the key of the address. */
export const CheckedAddress = z.strictObject({ results: z.string(), mak: z.string().nullable() });

/** What is kept of a record of Personator with Append: one phone and one e-mail address at most. */
export const Appended = z.strictObject({
  results: z.string(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
});

/** Groups that have nothing are empty objects, and amounts that nobody knows are "0". */
const group = <S extends string>(...names: S[]) =>
  z.looseObject(
    Object.fromEntries(names.map((name) => [name, z.string().nullish()])) as Record<
      S,
      z.ZodOptional<z.ZodNullable<z.ZodString>>
    >,
  ).nullish();

/** A property has some three hundred fields, so the schema is loose: it names what is read. */
export const Property = z.looseObject({
  TransmissionResults: z.string().nullish(),
  Records: z.array(z.looseObject({
    Results: z.string(),
    Parcel: group("FIPSCode", "UnformattedAPN", "FormattedAPN"),
    PropertyAddress: group("Address", "City", "State", "Zip", "MAK"),
    CurrentDeed: group(
      ...["MortgageAmount", "MortgageDate", "MortgageDueDate", "MortgageLoanTypeCode"] as const,
      ...["SecondMortgageAmount", "SecondMortgageLoanTypeCode"] as const,
    ),
    SaleInfo: group(
      ...["DeedLastSaleDate", "DeedLastSalePrice", "DeedLastDocumentNumber"] as const,
      ...["AssessorLastSaleDate", "AssessorLastSaleAmount"] as const,
      ...["AssessorPriorSaleDate", "AssessorPriorSaleAmount"] as const,
      ...["LastOwnershipTransferDate", "LastOwnershipTransferDocumentNumber"] as const,
    ),
    EstimatedValue: group(
      ...["EstimatedValue", "EstimatedMinValue", "EstimatedMaxValue"] as const,
      ...["ConfidenceScore", "ValuationDate"] as const,
    ),
  })).min(1),
});
