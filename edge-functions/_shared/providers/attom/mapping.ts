import type { z } from "zod";
import { amountOf, dayOf, type PropertyAnswer, type PropertyFact } from "../property.ts";
import type { Equity, Foreclosures, Mortgage, Sales, Valuation } from "./schemas.ts";

interface Identified {
  identifier?: { fips?: unknown; apn?: unknown } | null;
  address?: {
    line1?: string | null;
    locality?: string | null;
    countrySubd?: string | null;
    postal1?: unknown;
  } | null;
}

const word = (value: unknown): string | null =>
  value === null || value === undefined || value === "" ? null : String(value);

const propertyOf = ({ identifier, address }: Identified): PropertyAnswer["property"] => ({
  street: address?.line1 ?? null,
  city: address?.locality ?? null,
  state: address?.countrySubd ?? null,
  zip: word(address?.postal1),
  countyFips: word(identifier?.fips),
  apn: word(identifier?.apn),
  mak: null,
});

/** Without fields that have no value. */
function details(fields: Record<string, unknown>): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const known = typeof value === "number" ? value : word(value);
      return known === null || known === undefined ? [] : [[name, known]];
    }),
  );
}

export function valuationOf({ property: [first] }: z.infer<typeof Valuation>): PropertyAnswer {
  const { avm } = first!;
  const day = dayOf(avm?.eventDate);
  const value = amountOf(avm?.amount?.value);
  const facts: PropertyFact[] = day && value
    ? [{
      name: "value",
      as_of: day,
      amount_usd: value,
      details: details({
        low: amountOf(avm!.amount!.low),
        high: amountOf(avm!.amount!.high),
        confidence: amountOf(avm!.amount!.scr),
      }),
    }]
    : [];
  return { property: propertyOf(first!), facts };
}

export function mortgageOf({ property: [first] }: z.infer<typeof Mortgage>): PropertyAnswer {
  const { mortgage } = first!;
  const day = dayOf(mortgage?.date);
  const amount = amountOf(mortgage?.amount);
  const facts: PropertyFact[] = day && amount
    ? [{
      name: "mortgage",
      as_of: day,
      amount_usd: amount,
      details: details({
        term: word(mortgage!.term),
        due: dayOf(mortgage!.duedate),
        type: word(mortgage!.loantypecode),
      }),
    }]
    : [];
  return { property: propertyOf(first!), facts };
}

export function salesOf({ property: [first] }: z.infer<typeof Sales>): PropertyAnswer {
  const facts = (first!.saleHistory ?? []).flatMap((sale): PropertyFact[] => {
    const day = dayOf(sale.saleTransDate ?? sale.saleSearchDate);
    return day === null ? [] : [{
      name: "sale",
      as_of: day,
      entry: word(sale.amount?.saleDocNum) ?? "",
      amount_usd: amountOf(sale.amount?.saleAmt),
      details: details({ type: word(sale.amount?.saleTransType) }),
    }];
  });
  return { property: propertyOf(first!), facts };
}

/** Equity may be below zero, so only a number of which nothing else is known is none. */
export function equityOf({ property: [first] }: z.infer<typeof Equity>): PropertyAnswer {
  const { homeEquity: found, avm } = first!;
  const day = dayOf(found?.recordLastUpdated) ?? dayOf(avm?.eventDate);
  const text = word(found?.estimatedAvailableEquity);
  const equity = text === null ? NaN : Number(text.replaceAll(/[$,]/g, ""));
  const [ltv, loans] = [amountOf(found?.LTV), amountOf(found?.totalEstimatedLoanBalance)];
  const known = Number.isFinite(equity) &&
    (equity !== 0 || ltv !== undefined || loans !== undefined);
  const facts: PropertyFact[] = day !== null && known
    ? [{
      name: "equity",
      as_of: day,
      amount_usd: equity,
      details: details({ ltv, loans, lendable: amountOf(found!.estimatedLendableEquity) }),
    }]
    : [];
  return { property: propertyOf(first!), facts };
}

/** Records that end a foreclosure are no event of one. */
const ENDS = /releas|rescis|rescind|cancel|dismiss|withdraw/i;

/** A default is an event as of its recording; an auction, which often lies ahead, is one of its details. */
export function foreclosuresOf(
  { PreforeclosureDetails: found }: z.infer<typeof Foreclosures>,
): PropertyAnswer {
  const where = found.PropertyIdentification?.[0];
  const auctions = found.Auction ?? [];
  const facts = (found.Default ?? []).flatMap((one): PropertyFact[] => {
    const day = dayOf(one.foreclosureRecordingDate) ?? dayOf(one.foreclosureInstrumentDate);
    if (day === null || ENDS.test(one.recordType ?? "")) return [];
    const id = word(one.foreclosureID);
    const dates = auctions.filter(({ foreclosureID }) => id !== null && word(foreclosureID) === id)
      .flatMap(({ auctionDate }) => dayOf(auctionDate) ?? []);
    return [{
      name: "foreclosure",
      as_of: day,
      entry: (word(one.caseNumber) ?? word(one.foreclosureInstrumentNumber) ?? "").slice(0, 60),
      amount_usd: amountOf(one.defaultAmount),
      details: details({
        type: one.recordType,
        auction: dates.sort().at(-1),
        balance: amountOf(one.loanBalance),
      }),
    }];
  });
  return {
    property: {
      street: where?.streetAddress ?? null,
      city: where?.city ?? null,
      state: where?.stateCode ?? null,
      zip: word(where?.zip5),
      ...{ countyFips: null, apn: null, mak: null },
    },
    facts,
  };
}
