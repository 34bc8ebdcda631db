// Two lists of fictional restaurants with known counterparts, as two guides would print them.

/** A generator of numbers from 0 to 1 that repeats for a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SYLLABLES = "ka lo mi ren dor vel ta sho bri gan to ne wi los mar pen ash fer hol bur".split(
  " ",
);
const KINDS = "Cafe,Restaurant,Grill,Bistro,Kitchen,Diner,Trattoria,Steakhouse".split(",");
const FOODS = "American,Italian,French,Chinese,Seafood,Mexican,Indian".split(",");
const FIRST = "Mary,John,Rosa,Leo,Nora,Max,Clara,Hugo".split(",");
const CITIES = [["New York", "New York City"], ["Los Angeles", "West Hollywood"], [
  "Atlanta",
  "Atlanta",
]];
const TYPES = [["St", "Street"], ["Ave", "Avenue"], ["Blvd", "Boulevard"], ["Rd", "Road"]];

export function restaurantLists(seed: number) {
  const random = seeded(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const word = () => {
    const text = pick(SYLLABLES) + pick(SYLLABLES) + (random() < 0.5 ? pick(SYLLABLES) : "");
    return text[0]!.toUpperCase() + text.slice(1);
  };
  const houses: string[][] = [];
  const restaurant = () => {
    const name = random() < 0.4
      ? `${random() < 0.3 ? pick(FIRST) : word()}'s ${pick(KINDS)}`
      : random() < 0.5
      ? `${pick(KINDS)} ${word()}`
      : `The ${word()} ${word()}`;
    // Some share a building.
    const house = houses.length > 5 && random() < 0.15
      ? pick(houses)
      : [String(1 + Math.floor(random() * 9000)), word(), ...pick(TYPES)];
    houses.push(house);
    return { name, house, city: pick(CITIES), food: pick(FOODS) };
  };
  type Restaurant = ReturnType<typeof restaurant>;
  const typo = (text: string) => {
    const at = 1 + Math.floor(random() * (text.length - 2));
    return text.slice(0, at) + text.slice(at + 1);
  };
  const line = (id: string, { name, house, city, food }: Restaurant, noisy: boolean) => {
    const [number, street, short, long] = house;
    let shown = name;
    if (noisy) {
      const what = random();
      if (what < 0.15) shown = name.replace(/ (Cafe|Restaurant|Grill|Bistro)$/, "");
      else if (what < 0.25) shown = `${name} ${pick(KINDS)}`;
      else if (what < 0.32) shown = typo(name);
      else if (what < 0.38) shown = `${name} at the ${word()} Hotel`;
    }
    const address = `${number} ${street} ${noisy && random() < 0.6 ? long : short}` +
      (random() < 0.1 ? " at 3rd Ave" : "");
    return [
      id,
      shown,
      address,
      noisy ? pick(city) : city[0],
      noisy && random() < 0.4 ? pick(FOODS) : food,
    ].join(",");
  };
  const header = "id,name,address,city,type";
  const left = [header], right = [header];
  const truth: [string, string][] = [];
  for (let i = 0; i < 80; i++) {
    const one = restaurant();
    left.push(line(`a${i}`, one, false));
    right.push(line(`b${i}`, one, true));
    truth.push([`a${i}`, `b${i}`]);
  }
  for (let i = 80; i < 320; i++) left.push(line(`a${i}`, restaurant(), false));
  for (let i = 80; i < 200; i++) right.push(line(`b${i}`, restaurant(), true));
  return { left: left.join("\n") + "\n", right: right.join("\n") + "\n", truth };
}
