import type { z } from "zod";
import { amountOf, dayOf, type PropertyAnswer, type PropertyFact } from "../property.ts";
import type { Property } from "./schemas.ts";

type Found = z.infer<typeof Property>["Records"][number];

const word = (value: string | null | undefined): string | null => value?.trim() || null;

/** Without fields that have no value. */
const details = (fields: Record<string, number | string | null | undefined>) =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Record<string, number | string>;

function valueOf({ EstimatedValue: estimate }: Found): PropertyFact[] {
  const day = dayOf(estimate?.ValuationDate);
  const value = amountOf(estimate?.EstimatedValue);
  return day === null || value === undefined ? [] : [{
    name: "value",
    as_of: day,
    amount_usd: value,
    details: details({
      low: amountOf(estimate!.EstimatedMinValue),
      high: amountOf(estimate!.EstimatedMaxValue),
      confidence: amountOf(estimate!.ConfidenceScore),
    }),
  }];
}

/** Both mortgages are those of the current deed, so they have its date. */
function mortgagesOf({ CurrentDeed: deed }: Found): PropertyFact[] {
  const day = dayOf(deed?.MortgageDate);
  if (day === null) return [];
  return [
    { entry: "", amount: deed!.MortgageAmount, type: deed!.MortgageLoanTypeCode },
    { entry: "2", amount: deed!.SecondMortgageAmount, type: deed!.SecondMortgageLoanTypeCode },
  ].flatMap(({ entry, amount, type }): PropertyFact[] => {
    const usd = amountOf(amount);
    return usd === undefined ? [] : [{
      name: "mortgage",
      as_of: day,
      entry,
      amount_usd: usd,
      details: details({
        type: word(type),
        ...(entry === "" ? { due: dayOf(deed!.MortgageDueDate) } : {}),
      }),
    }];
  });
}

const DAYS_APART = 60;
const apart = (one: string, other: string): number =>
  Math.abs(Date.parse(one) - Date.parse(other)) / 86_400_000;

/**
 * The recorder and the assessor report the same sale with dates some days apart, and either may lack the price. The one
 * with a price counts, and of two the recorder's.
 */
function salesOf({ SaleInfo: info }: Found): PropertyFact[] {
  if (!info) return [];
  const sales: PropertyFact[] = [];
  const add = (date: string | null | undefined, price: string | null | undefined, entry = "") => {
    const day = dayOf(date);
    if (day === null) return;
    const usd = amountOf(price);
    const same = sales.find(({ as_of }) => apart(as_of, day) <= DAYS_APART);
    const sale: PropertyFact = {
      name: "sale",
      as_of: day,
      entry,
      ...(usd === undefined ? {} : { amount_usd: usd }),
    };
    if (same === undefined) sales.push(sale);
    else if (same.amount_usd === undefined && usd !== undefined) {
      sales[sales.indexOf(same)] = sale;
    }
  };
  add(info.DeedLastSaleDate, info.DeedLastSalePrice, word(info.DeedLastDocumentNumber) ?? "");
  add(info.AssessorLastSaleDate, info.AssessorLastSaleAmount);
  add(info.AssessorPriorSaleDate, info.AssessorPriorSaleAmount);
  // A gift, or a transfer to a trust.
  add(info.LastOwnershipTransferDate, null, word(info.LastOwnershipTransferDocumentNumber) ?? "");
  return sales;
}

export const codesOf = (results: string): string[] =>
  results.split(",").map((code) => code.trim()).filter((code) => code !== "");

export function propertyOf({ Records: [found] }: z.infer<typeof Property>): PropertyAnswer {
  const { Parcel: parcel, PropertyAddress: address } = found!;
  // The documentation's own example has the names of the two spellings the other way round.
  const apns = [word(parcel?.FormattedAPN), word(parcel?.UnformattedAPN)]
    .filter((apn) => apn !== null);
  return {
    property: {
      street: word(address?.Address),
      city: word(address?.City),
      state: word(address?.State),
      zip: word(address?.Zip),
      countyFips: word(parcel?.FIPSCode),
      apn: apns.find((apn) => /[^A-Za-z0-9]/.test(apn)) ?? apns[0] ?? null,
      mak: word(address?.MAK),
    },
    facts: [...valueOf(found!), ...mortgagesOf(found!), ...salesOf(found!)],
    codes: codesOf(found!.Results),
  };
}
