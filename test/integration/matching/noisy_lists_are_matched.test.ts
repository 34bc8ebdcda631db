// The bars of matching on lists with known truth, each with other errors: guides to restaurants, contacts of persons,
// registers of firms, owners of parcels. Their generators were written before the weights were chosen.
import { expect, test } from "vitest";
import { deedLists } from "../../fixtures/matching/deeds.ts";
import { firmLists } from "../../fixtures/matching/firms.ts";
import { peopleList } from "../../fixtures/matching/people.ts";
import { restaurantLists } from "../../fixtures/matching/restaurants.ts";
import { matchCommand, type Truth } from "./support.ts";

const { measure } = matchCommand();

const between = ({ left, right, truth }: { left: string; right: string; truth: Truth }) => ({
  lists: [left, right],
  truth,
});
const within = ({ list, truth }: { list: string; truth: Truth }) => ({ lists: [list], truth });

test.for([
  {
    name: "restaurants",
    ...between(restaurantLists(20260711)),
    blocked: 0.99,
    f1: 0.95,
    taught: 0.98,
  },
  { name: "owners of parcels", ...between(deedLists(7)), blocked: 0.99, f1: 0.95, taught: 0.98 },
  { name: "firms", ...between(firmLists(7)), blocked: 0.99, f1: 0.95, taught: 0.98 },
  // A given name and a town are all that some of these records have, and juniors share all that seniors have.
  { name: "persons", ...within(peopleList(7)), blocked: 0.99, f1: 0.93, taught: 0.95 },
])(
  "$name are matched without answers, and better after 50",
  { timeout: 240_000 },
  async ({ name, lists, truth, ...bars }) => {
    const { per, blocked, before, after, asked } = await measure(name, lists, truth);
    expect(per).toBeLessThanOrEqual(10);
    expect(blocked).toBeGreaterThanOrEqual(bars.blocked);
    expect(before.f1).toBeGreaterThanOrEqual(bars.f1);
    expect(before.precision).toBeGreaterThanOrEqual(0.95);
    expect(asked).toBeLessThanOrEqual(50);
    expect(after.f1).toBeGreaterThanOrEqual(bars.taught);
  },
);
