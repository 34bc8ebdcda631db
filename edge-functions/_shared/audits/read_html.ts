// What the checks need of a page, in one pass over its HTML. Nothing of it is executed.
import { Parser } from "htmlparser2";

export interface Link {
  href: string;
  text: string;
}

export interface Html {
  lang: string | null;
  title: string | null;
  /** By name or property, in lower case; the first of each. */
  meta: Record<string, string>;
  canonical: string | null;
  h1: number;
  headings: number;
  images: number;
  /** Sources of images without the attribute alt. */
  imagesWithoutAlt: string[];
  links: Link[];
  scripts: string[];
  /** Addresses of scripts, styles, images and frames. */
  resources: string[];
  iframes: string[];
  /** Forms with a field for a text or an e-mail. */
  contactForms: number;
  /** Fields for a password on the page. */
  passwords: number;
  structuredTypes: string[];
  address: boolean;
  text: string;
}

const MOST_TEXT = 200_000;
const MOST_ITEMS = 2_000;
const SILENT = new Set(["script", "style", "noscript", "template", "svg"]);

/** Types of JSON-LD, nested ones as well. */
function typesIn(json: string): string[] {
  const types: string[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth > 8 || value === null || typeof value !== "object") return;
    if (Array.isArray(value)) return value.slice(0, 100).forEach((one) => visit(one, depth + 1));
    const type = (value as Record<string, unknown>)["@type"];
    for (const one of [type].flat()) if (typeof one === "string") types.push(one.slice(0, 80));
    Object.values(value).forEach((one) => visit(one, depth + 1));
  };
  try {
    visit(JSON.parse(json), 0);
  } catch {
    types.push("(invalid)");
  }
  return types;
}

export function readHtml(html: string): Html {
  const found: Html = {
    ...{ lang: null, title: null, meta: {}, canonical: null, h1: 0, headings: 0, images: 0 },
    ...{ imagesWithoutAlt: [], links: [], scripts: [], resources: [], iframes: [] },
    ...{ contactForms: 0, passwords: 0, structuredTypes: [], address: false, text: "" },
  };
  const add = <T>(list: T[], item: T) => void (list.length < MOST_ITEMS && list.push(item));
  const words: string[] = [];
  let length = 0;
  let silent = 0;
  let title: string[] | null = null;
  let json: string[] | null = null;
  let link: { href: string; text: string[] } | null = null;
  let form: { fields: number } | null = null;
  const parser = new Parser({
    onopentag(name, attributes) {
      const value = (key: string) => attributes[key]?.trim() ?? "";
      if (SILENT.has(name)) silent++;
      switch (name) {
        case "html":
          found.lang ??= value("lang") || null;
          break;
        case "title":
          if (found.title === null && silent === 0) title = [];
          break;
        case "meta": {
          const key = (value("name") || value("property") || value("http-equiv")).toLowerCase();
          if (key && !Object.hasOwn(found.meta, key)) {
            found.meta[key] = value("content").slice(0, 2000);
          }
          break;
        }
        case "link":
          if (/\bcanonical\b/i.test(value("rel"))) found.canonical ??= value("href") || null;
          if (/\bstylesheet\b/i.test(value("rel"))) add(found.resources, value("href"));
          break;
        case "h1":
          found.h1++;
          found.headings++;
          break;
        case "h2":
        case "h3":
        case "h4":
          found.headings++;
          break;
        case "img":
          found.images++;
          if (attributes.alt === undefined) {
            add(found.imagesWithoutAlt, value("src") || value("data-src"));
          }
          if (value("src")) add(found.resources, value("src"));
          break;
        case "a":
          link = attributes.href === undefined ? null : { href: value("href"), text: [] };
          break;
        case "script":
          if (value("src")) {
            add(found.scripts, value("src"));
            add(found.resources, value("src"));
          }
          if (/ld\+json/i.test(value("type"))) json = [];
          break;
        case "iframe":
          if (value("src")) {
            add(found.iframes, value("src"));
            add(found.resources, value("src"));
          }
          break;
        case "form":
          form = { fields: 0 };
          break;
        case "textarea":
          if (form) form.fields += 2;
          break;
        case "input": {
          const type = value("type").toLowerCase() || "text";
          if (type === "password") found.passwords++;
          if (form && ["text", "email", "tel"].includes(type)) form.fields++;
          break;
        }
        case "address":
          found.address = true;
      }
      if (/postaladdress/i.test(value("itemtype"))) found.address = true;
      if (attributes.itemtype) {
        add(found.structuredTypes, value("itemtype").replace(/^https?:\/\/schema\.org\//, ""));
      }
    },
    ontext(text) {
      if (json) json.push(text);
      if (title) title.push(text);
      if (silent > 0 || length > MOST_TEXT) return;
      words.push(text);
      length += text.length;
      link?.text.push(text);
    },
    onclosetag(name) {
      if (SILENT.has(name)) silent = Math.max(0, silent - 1);
      if (name === "title" && title) {
        found.title = title.join("").replace(/\s+/g, " ").trim();
        title = null;
      } else if (name === "script" && json) {
        found.structuredTypes.push(...typesIn(json.join("")));
        json = null;
      } else if (name === "a" && link) {
        const text = link.text.join("").replace(/\s+/g, " ").trim().slice(0, 200);
        add(found.links, { href: link.href, text });
        link = null;
      } else if (name === "form" && form) {
        // A search has one field.
        if (form.fields >= 2) found.contactForms++;
        form = null;
      }
    },
  }, { lowerCaseTags: true, lowerCaseAttributeNames: true, decodeEntities: true });
  parser.write(html);
  parser.end();
  found.text = words.join(" ").replace(/\s+/g, " ").trim();
  return found;
}
