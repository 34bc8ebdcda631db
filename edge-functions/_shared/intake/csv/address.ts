/** One-line addresses: split only where commas and a state or a ZIP make the parts certain. */

const STATES: Record<string, string> = Object.fromEntries(
  ("AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut" +
    "|DE Delaware|DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois" +
    "|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland" +
    "|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana" +
    "|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York" +
    "|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania" +
    "|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah" +
    "|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming" +
    "|PR Puerto Rico|VI Virgin Islands|GU Guam|AS American Samoa|MP Northern Mariana Islands")
    .split("|").flatMap((entry) => {
      const code = entry.slice(0, 2);
      return [[code, code], [entry.slice(3).toUpperCase(), code]];
    }),
);

/** States whose ZIP codes begin with a zero; AE are military addresses. */
const ZERO_ZIP = new Set("CT MA ME NH NJ NY PR RI VI VT AE".split(" "));

/** False where the state's ZIP codes never begin with a zero. */
export function mayHaveZeroZip(state: string | null): boolean {
  if (!state) return true;
  const name = state.replace(/\./g, "").trim().toUpperCase();
  return ZERO_ZIP.has(STATES[name] ?? name);
}

/** True for the code of a state and for its whole name. */
export function isState(value: string): boolean {
  return STATES[value.replace(/\./g, "").trim().toUpperCase()] !== undefined;
}

export interface SplitAddress {
  street: string;
  unit: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  plus4: string | null;
}

const COUNTRY = /,?\s+(?:USA|U\.S\.A\.|US|United States(?: of America)?)$/i;
const ZIP = /^(.*?)[\s,]+(\d{5})(?:-?(\d{4}))?$/;
const UNIT =
  /^(?:apt|apartment|unit|suite|ste|#|no\.?|bldg|building|fl|floor|lot|trlr|spc|space|rm|room)\b\.?|^#/i;

/** Whether the text is a unit: with its word, or as short as only a unit is. */
export function isUnit(value: string): boolean {
  if (/\bC\/O\b|\bATTN\b|%|^FL,? \d{5}/i.test(value)) return false;
  return UNIT.test(value) ||
    /^(?:ph|penthouse|hangar|slip|pier|dept|key|side|stop)\b.{0,8}$/i.test(value) ||
    /^[a-z]?[ -]?\d{1,5}[ -]?[a-z]?$/i.test(value) || /^[a-z]{1,2}$/i.test(value);
}

/** `123 Main St, Apt 4, Las Vegas, NV 89132-0001` → its parts; null where a part is uncertain. */
export function splitAddress(line: string): SplitAddress | null {
  const text = line.replace(/\s+/g, " ").trim().replace(COUNTRY, "");
  if (!text.includes(",")) return null;
  const withZip = ZIP.exec(text);
  const zip = withZip?.[2] ?? null;
  const pieces = (withZip ? withZip[1] as string : text).split(",").map((p) => p.trim())
    .filter(Boolean);
  const plus4 = withZip?.[3] ?? null;
  const tail = readState(pieces[pieces.length - 1] ?? "");
  if (!tail) return withZip && zip ? splitByZip(pieces, zip, plus4) : null;
  pieces.pop();
  // The city is between the street and the state: in the last piece, or before the state code.
  const city = tail.before || pieces.pop() || "";
  if (!city || /\d/.test(city) || UNIT.test(city) || pieces.length === 0) return null;
  const [street, ...rest] = pieces as [string, ...string[]];
  if (!/\d/.test(street) && !/^(p\.?\s?o\.?\s?box|rr\b|general delivery)/i.test(street)) {
    return null;
  }
  if (rest.length > 1 || rest.some((piece) => !UNIT.test(piece))) return null;
  return {
    street,
    unit: rest[0] ?? null,
    city,
    state: tail.state,
    zip,
    plus4,
  };
}

/** `Reno, NV 89501`, `RENO NV 895011234`, `Reno/NV/89501`; null where it is something else. */
export function splitCityStateZip(
  text: string,
): { city: string; state: string; zip: string } | null {
  const [, before, digits] = /^(.*?)[\s,/]+(\d{3,5}|\d{5}-?\d{4})(?:\.0+)?$/.exec(text) ?? [];
  if (!before || !digits) return null;
  const tail = readState(before.replace(/[,/]+/g, " ").replace(/\s+/g, " ").trim());
  const zip = digits.slice(0, 5).padStart(5, "0");
  return tail && tail.before ? { city: tail.before, state: tail.state, zip } : null;
}

/** `173 John Lane, 08030` and `329 Leatherwood St, Las Vegas, 89117`: the ZIP implies the state. */
function splitByZip(pieces: string[], zip: string, plus4: string | null): SplitAddress | null {
  const [street, ...rest] = pieces;
  if (!street || !/^\d+[a-z]? \S/i.test(street)) return null;
  const city = rest.length > 0 && !UNIT.test(rest.at(-1) as string) ? rest.pop() as string : null;
  if (city && /\d/.test(city)) return null;
  if (rest.length > 1 || rest.some((piece) => !UNIT.test(piece))) return null;
  return { street, unit: rest[0] ?? null, city, state: null, zip, plus4 };
}

/** `Las Vegas NV` → city and state; `Nevada` → state alone. */
function readState(piece: string): { before: string; state: string } | null {
  const words = piece.replace(/\.$/, "").split(" ");
  for (const take of [3, 2, 1]) {
    if (take > words.length) continue;
    const state = STATES[words.slice(-take).join(" ").toUpperCase()];
    if (state) return { before: words.slice(0, -take).join(" "), state };
  }
  return null;
}
