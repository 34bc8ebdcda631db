import type { z } from "zod";
import { amountOf, dayOf, type PropertyAnswer, type PropertyFact } from "../property.ts";
import type { Mortgage, Sales, Valuation } from "./schemas.ts";

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
