// Answers of the Property API v1. A property has some hundred fields, so the schemas are loose: they name what is read.
import { z } from "zod";

const text = z.union([z.string(), z.number()]).nullish();
const amount = z.union([z.number(), z.string()]).nullish();

const Identity = {
  identifier: z.looseObject({ fips: text, apn: text, attomId: text }).nullish(),
  address: z.looseObject({
    line1: z.string().nullish(),
    locality: z.string().nullish(),
    countrySubd: z.string().nullish(),
    postal1: text,
  }).nullish(),
};
const Status = z.looseObject({ msg: z.string() });

const answer = <P extends z.ZodRawShape>(shape: P) =>
  z.looseObject({
    status: Status,
    property: z.array(z.looseObject({ ...Identity, ...shape })).min(1),
  });

export const Valuation = answer({
  avm: z.looseObject({
    eventDate: z.string().nullish(),
    amount: z.looseObject({ value: amount, low: amount, high: amount, scr: amount }).nullish(),
  }).nullish(),
});

export const Mortgage = answer({
  mortgage: z.looseObject({
    amount,
    date: z.string().nullish(),
    term: text,
    duedate: z.string().nullish(),
    loantypecode: text,
  }).nullish(),
});

export const Equity = answer({
  avm: z.looseObject({ eventDate: z.string().nullish() }).nullish(),
  homeEquity: z.looseObject({
    LTV: amount,
    estimatedAvailableEquity: amount,
    estimatedLendableEquity: amount,
    totalEstimatedLoanBalance: amount,
    recordLastUpdated: z.string().nullish(),
  }).nullish(),
});

/** One of a kind comes as an object, several as a list. */
const several = <P extends z.ZodRawShape>(shape: P) =>
  z.preprocess(
    (value) => value === null || value === undefined || Array.isArray(value) ? value : [value],
    z.array(z.looseObject(shape)).nullish(),
  );

/** Of version 3 of the API, whose answers have another form. Borrowers, lenders and trustees are not read. */
export const Foreclosures = z.looseObject({
  PreforeclosureDetails: z.looseObject({
    PropertyIdentification: several({
      streetAddress: z.string().nullish(),
      city: z.string().nullish(),
      stateCode: z.string().nullish(),
      zip5: text,
    }),
    Default: several({
      foreclosureID: text,
      recordType: z.string().nullish(),
      foreclosureRecordingDate: z.string().nullish(),
      foreclosureInstrumentDate: z.string().nullish(),
      foreclosureInstrumentNumber: text,
      caseNumber: text,
      defaultAmount: amount,
      loanBalance: amount,
    }),
    Auction: several({ foreclosureID: text, auctionDate: z.string().nullish() }),
  }),
});

export const Sales = answer({
  saleHistory: z.array(z.looseObject({
    saleTransDate: z.string().nullish(),
    saleSearchDate: z.string().nullish(),
    amount: z.looseObject({ saleAmt: amount, saleDocNum: text, saleTransType: text }).nullish(),
  })).nullish(),
});
