// What a business publishes about itself on a page of its website: schema.org data first, then links, then text.

/** Facts of one page, as published. */
export interface SiteFacts {
  name: string | null;
  phones: string[];
  emails: string[];
  street: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  latitude: number | null;
  longitude: number | null;
  hours: string[];
  social: string[];
  /** Types of schema.org that the page declares for its business. */
  types: string[];
  /** Pages of the same site that may tell how to reach it. */
  contactPages: string[];
}

const ENTITIES: Record<string, string> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", copy: "©", reg: "®" },
  ...{ ndash: "–", mdash: "—", rsquo: "’", lsquo: "‘", eacute: "é", trade: "™" },
};

export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
    (all, dec, hex, name) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? all;
      const code = dec === undefined ? Number.parseInt(hex, 16) : Number(dec);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
        ? String.fromCodePoint(code)
        : "";
    },
  );
}

const clean = (text: string, most = 200): string | null => {
  const short = decodeEntities(text).replace(/\s+/g, " ").trim().slice(0, most);
  return short === "" ? null : short;
};

/** The first of each tag's attributes, by name. A tag has at most 4,000 characters. */
function attributesOf(tag: string): Map<string, string> {
  const found = new Map<string, string>();
  const pattern =
    /([a-z][a-z0-9:_-]{0,40})\s{0,5}=\s{0,5}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'<>]{1,2000}))/gi;
  for (const [, name, one, two, three] of tag.matchAll(pattern)) {
    const key = name!.toLowerCase();
    if (!found.has(key)) found.set(key, decodeEntities(one ?? two ?? three ?? ""));
  }
  return found;
}

const tagsOf = (html: string, name: string): Map<string, string>[] =>
  [...html.matchAll(new RegExp(`<${name}\\s([^<>]{1,4000})>`, "gi"))].map(([, inner]) =>
    attributesOf(inner!)
  );

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => Array.isArray(value) ? value : [value];
const textOf = (value: unknown, most = 200): string | null =>
  typeof value === "string" || typeof value === "number" ? clean(String(value), most) : null;

/** All objects of JSON-LD, also those within @graph. At most 200. */
function objectsOf(html: string): Json[] {
  const found: Json[] = [];
  const add = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) {
      for (const one of value) add(one, depth);
    } else if (isObject(value) && depth < 4 && found.length < 200) {
      found.push(value);
      for (const key of ["@graph", "mainEntity", "publisher", "department"]) {
        add(value[key], depth + 1);
      }
    }
  };
  for (const { tag, body } of scriptsOf(html)) {
    if (!/application\/ld\+json/i.test(tag)) continue;
    try {
      add(JSON.parse(body.trim()), 0);
    } catch {
      // Broken data say nothing.
    }
  }
  return found;
}

/** Scripts with their bodies. One without an end is the last: looking for each end to the end would be quadratic. */
function scriptsOf(html: string): { tag: string; body: string }[] {
  const lower = html.toLowerCase();
  const open = /<script\b([^<>]{0,1000})>/gi;
  const found: { tag: string; body: string }[] = [];
  for (let match = open.exec(html); match; match = open.exec(html)) {
    const end = lower.indexOf("</script", open.lastIndex);
    if (end < 0) break;
    found.push({ tag: match[1]!, body: html.slice(open.lastIndex, end) });
    open.lastIndex = end;
  }
  return found;
}

/** The page without scripts, styles, other hidden blocks and comments. */
function withoutBlocks(html: string): string {
  const lower = html.toLowerCase();
  const open = /<(?:!--|(script|style|noscript|template|svg)\b)/gi;
  let text = "", from = 0;
  for (let match = open.exec(html); match; match = open.exec(html)) {
    text += `${html.slice(from, match.index)} `;
    const close = match[1] === undefined ? "-->" : `</${match[1].toLowerCase()}`;
    const end = lower.indexOf(close, open.lastIndex);
    if (end < 0) return text;
    from = open.lastIndex = end + close.length;
  }
  return text + html.slice(from);
}

const NOT_A_BUSINESS =
  /^(?:WebSite|WebPage|BreadcrumbList|ListItem|Person|ImageObject|SearchAction|Article|BlogPosting|FAQPage|Question|Review|Product|Event|VideoObject|CollectionPage|ContactPage|AboutPage)$/;

const typesOf = (object: Json): string[] =>
  listOf(object["@type"]).flatMap((type) =>
    typeof type === "string" ? [type.replace(/^https?:\/\/schema\.org\//, "")] : []
  );

const DAYS: Record<string, string> = {
  ...{ monday: "Mo", tuesday: "Tu", wednesday: "We", thursday: "Th" },
  ...{ friday: "Fr", saturday: "Sa", sunday: "Su" },
};

function hoursOf(object: Json): string[] {
  const plain = listOf(object.openingHours).flatMap((value) => textOf(value, 100) ?? []);
  const detailed = listOf(object.openingHoursSpecification).filter(isObject).flatMap((one) => {
    const days = listOf(one.dayOfWeek).flatMap((day) => {
      const word = String(day).replace(/^.*\//, "").toLowerCase();
      return DAYS[word] ?? [];
    });
    const [opens, closes] = [textOf(one.opens, 8), textOf(one.closes, 8)];
    return days.length > 0 && opens && closes
      ? [`${days.join(",")} ${opens.slice(0, 5)}-${closes.slice(0, 5)}`]
      : [];
  });
  return [...plain, ...detailed].slice(0, 20);
}

const SOCIAL =
  /^https?:\/\/(?:[a-z0-9-]{1,20}\.)?(?:facebook|instagram|linkedin|twitter|x|tiktok|youtube|pinterest|nextdoor)\.com\/[^\s"'<>]{2,200}$/i;
const SHARING = /\/(?:sharer|share|intent|dialog|plugins|tr)\b|[?&]u=/i;

const EMAIL = /[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}/gi;
/** Names of files, and addresses of programs that build sites. */
const NOT_AN_EMAIL = /\.(?:png|jpe?g|gif|webp|svg|css|js)$|@(?:sentry|wixpress|sentry-next)\./i;
const PHONE = /(?<![\d.-])(?:\+?1[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\d.-])/g;

function unique(values: Iterable<string>, most: number): string[] {
  return [...new Set(values)].slice(0, most);
}

/** Text of the page, without scripts, styles and tags. */
const visible = (html: string): string =>
  decodeEntities(withoutBlocks(html).replace(/<[^<>]{0,4000}>/g, " "));

export function extractSite(html: string, url: string): SiteFacts {
  const objects = objectsOf(html).filter((object) => {
    const types = typesOf(object);
    return types.length > 0 && !types.some((type) => NOT_A_BUSINESS.test(type)) &&
      (object.telephone !== undefined || object.address !== undefined ||
        typesOf(object).some((type) => /Business|Organization|Store|Dentist|Plumber/.test(type)));
  });
  const first = <T>(read: (object: Json) => T | null): T | null => {
    for (const object of objects) {
      const value = read(object);
      if (value !== null) return value;
    }
    return null;
  };
  const address = first((object) => listOf(object.address).find(isObject) ?? null);
  const geo = first((object) => listOf(object.geo).find(isObject) ?? null);
  const number = (value: unknown) => {
    const parsed = typeof value === "number" ? value : Number.parseFloat(String(value));
    return Number.isFinite(parsed) ? parsed : null;
  };
  const [latitude, longitude] = [number(geo?.latitude), number(geo?.longitude)];
  const onEarth = latitude !== null && longitude !== null && Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180;
  const metas = tagsOf(html, "meta");
  const meta = (name: string) =>
    metas.find((tag) => (tag.get("property") ?? tag.get("name"))?.toLowerCase() === name)?.get(
      "content",
    );
  const title = /<title[^<>]{0,200}>([^<]{1,500})<\/title/i.exec(html)?.[1];
  const links = tagsOf(html, "a").flatMap((tag) => tag.get("href") ?? []);
  const text = visible(html);
  const tel = links.filter((href) => /^tel:/i.test(href))
    .map((href) => decodeURIComponentSafely(href.slice(4)).trim());
  const mail = links.filter((href) => /^mailto:/i.test(href))
    .map((href) => decodeURIComponentSafely(href.slice(7).split("?")[0]!).trim().toLowerCase());
  const declared = (key: string) =>
    objects.flatMap((object) => listOf(object[key])).flatMap((value) => textOf(value, 100) ?? []);
  const phones = [...declared("telephone"), ...tel];
  const emails = [
    ...declared("email").map((email) => email.replace(/^mailto:/i, "").toLowerCase()),
    ...mail,
  ];
  const origin = URL.canParse(url) ? new URL(url) : null;
  return {
    name: first((object) => textOf(object.name)) ?? clean(meta("og:site_name") ?? "") ??
      nameOfTitle(clean(title ?? "")),
    phones: unique(phones.length > 0 ? phones : text.match(PHONE) ?? [], 5),
    emails: unique(
      (emails.length > 0 ? emails : (text.match(EMAIL) ?? []).map((email) => email.toLowerCase()))
        .filter((email) => !NOT_AN_EMAIL.test(email)),
      5,
    ),
    street: textOf(address?.streetAddress),
    city: textOf(address?.addressLocality, 80),
    state: textOf(address?.addressRegion, 40),
    zip: textOf(address?.postalCode, 12),
    latitude: onEarth ? latitude : null,
    longitude: onEarth ? longitude : null,
    hours: unique(objects.flatMap(hoursOf), 20),
    social: unique(
      [...objects.flatMap((object) => listOf(object.sameAs)), ...links]
        .filter((link): link is string =>
          typeof link === "string" && SOCIAL.test(link) && !SHARING.test(link)
        ),
      10,
    ),
    types: unique(objects.flatMap(typesOf), 5).filter((type) => /^[A-Za-z]{2,40}$/.test(type)),
    contactPages: origin === null ? [] : unique(
      links.flatMap((href) => {
        if (!URL.canParse(href, url)) return [];
        const to = new URL(href, url);
        return to.host === origin.host && to.protocol === origin.protocol &&
            /\/[^/]{0,40}(?:contact|about|impressum|location)[^/]{0,40}\/?$/i.test(to.pathname)
          ? [to.origin + to.pathname]
          : [];
      }),
      2,
    ),
  };
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** "Home | Ames Dental" and "Ames Dental - Dentist in Los Angeles" name the business in one part. */
function nameOfTitle(title: string | null): string | null {
  if (title === null) return null;
  const parts = title.split(/\s+[|–—•·-]\s+|\s*\|\s*/).map((part) => part.trim())
    .filter((part) =>
      part !== "" && !/^(?:home|home ?page|welcome|contact|contact us|about us)$/i.test(part)
    );
  return parts[0]?.replace(/^welcome to /i, "") ?? null;
}

/** What other pages of the same site add: nothing that the first one says is replaced. */
export function mergeSites(one: SiteFacts, other: SiteFacts): SiteFacts {
  const address = one.street === null ? other : one;
  return {
    name: one.name ?? other.name,
    phones: one.phones.length > 0 ? one.phones : other.phones,
    emails: one.emails.length > 0 ? one.emails : other.emails,
    street: address.street,
    city: address.city,
    state: address.state,
    zip: address.zip,
    latitude: one.latitude ?? other.latitude,
    longitude: one.latitude === null ? other.longitude : one.longitude,
    hours: one.hours.length > 0 ? one.hours : other.hours,
    social: unique([...one.social, ...other.social], 10),
    types: unique([...one.types, ...other.types], 5),
    contactPages: one.contactPages,
  };
}

export const isEnough = (facts: SiteFacts): boolean =>
  facts.phones.length > 0 && facts.emails.length > 0 && facts.street !== null;
