// Checks of the first page: what search engines, phones and people find in its HTML.
import type { Html } from "../read_html.ts";
import type { Technology } from "../types.ts";
import type { Measuring } from "./measuring.ts";

/** Types of schema.org for a business at a place; all others that end like these count, too. */
const LOCAL =
  /(?:LocalBusiness|Store|Restaurant|Cafe|Bakery|Bar|Dentist|Physician|Attorney|LegalService|MedicalClinic|Plumber|Electrician|RoofingContractor|HVACBusiness|HousePainter|Locksmith|MovingCompany|GeneralContractor|AutoRepair|AutoDealer|HairSalon|BeautySalon|NailSalon|DaySpa|HealthClub|ExerciseGym|Hotel|Motel|RealEstateAgent|InsuranceAgency|AccountingService|FinancialService|VeterinaryCare|Florist|ChildCare|DryCleaningOrLaundry|AnimalShelter|Pharmacy|Optician)$/;

const PHONE = /(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)/;
const EMAIL = /[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/i;
const HOURS =
  /\b(?:opening|business|office|store) hours\b|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?\s?(?:-|–|to|through)\s?(?:mon|tue|wed|thu|fri|sat|sun)/i;
const CONTACT = /contact|get in touch|find us|visit us|kontakt|contacto|contáctenos/i;

export function checkPage(to: Measuring, html: Html, https: boolean): void {
  checkSearch(to, html);
  checkPhone(to, html);
  checkContact(to, html);
  if (https) {
    const plain = html.resources.filter((url) => /^http:\/\//i.test(url));
    to.set("page.mixed_content", plain.length, plain);
  } else to.set("page.password_without_tls", html.passwords > 0);
}

function checkSearch(to: Measuring, html: Html): void {
  const { title, meta, canonical } = html;
  const description = meta.description?.trim() ?? "";
  to.set("seo.title_length", title?.length ?? 0, title ? [title] : []);
  to.set("seo.description_length", description.length, description ? [description] : []);
  to.set("seo.h1", html.h1);
  to.set("seo.lang", html.lang !== null);
  to.set("seo.canonical", canonical !== null);
  to.set("seo.noindex", /\b(?:noindex|none)\b/i.test(meta.robots ?? ""));
  to.set("seo.words", html.text === "" ? 0 : html.text.split(" ").length);
  to.set("seo.images", html.images);
  to.set("seo.images_without_alt", html.imagesWithoutAlt.length, html.imagesWithoutAlt);
  to.set("seo.open_graph", meta["og:title"] !== undefined || meta["og:image"] !== undefined);
  const types = [...new Set(html.structuredTypes)].sort();
  to.set("seo.structured_data", types.some((type) => type !== "(invalid)"), types);
  to.set("seo.structured_data_invalid", types.includes("(invalid)"));
  to.set("seo.local_business", types.some((type) => LOCAL.test(type)), types);
}

function checkPhone(to: Measuring, { meta }: Html): void {
  const viewport = meta.viewport?.toLowerCase();
  to.set("mobile.viewport", viewport !== undefined && /width\s*=/.test(viewport));
  to.set(
    "mobile.zoom_blocked",
    /user-scalable\s*=\s*(?:no|0)\b|maximum-scale\s*=\s*1(?:\.0+)?\b/.test(viewport ?? ""),
    viewport === undefined ? [] : [viewport],
  );
}

/** Whether there are ways to reach the business; never their values. */
function checkContact(to: Measuring, html: Html): void {
  const has = (scheme: string) =>
    html.links.some(({ href }) => href.toLowerCase().startsWith(scheme));
  to.set("contact.phone_link", has("tel:"));
  to.set("contact.phone", has("tel:") || PHONE.test(html.text));
  to.set("contact.email", has("mailto:") || EMAIL.test(html.text));
  to.set("contact.form", html.contactForms > 0);
  to.set("contact.page", html.links.some(({ href, text }) => CONTACT.test(text + href)));
  to.set(
    "contact.hours",
    HOURS.test(html.text) || html.structuredTypes.some((t) => /Hours/.test(t)),
  );
  to.set(
    "contact.address",
    html.address || html.structuredTypes.includes("PostalAddress") ||
      /\b[A-Z]{2} \d{5}(?:-\d{4})?\b/.test(html.text),
  );
}

/** What the technologies say about the page. */
export function checkTechnologies(
  to: Measuring,
  technologies: readonly Technology[],
  text: string,
): void {
  const of = (...categories: string[]) =>
    technologies.filter((one) => categories.some((category) => one.categories.includes(category)))
      .map(({ name }) => name);
  const trackers = of("advertising", "session recording");
  to.set("tech.analytics", of("analytics", "tag manager").length > 0, of("analytics"));
  to.set(
    "tech.universal_analytics",
    technologies.some(({ name }) => name === "Universal Analytics"),
  );
  to.set("tech.flash", technologies.some(({ name }) => name === "Flash"));
  to.set("tech.accessibility_overlay", of("accessibility overlay").length > 0);
  to.set("consent.trackers", trackers.length, trackers);
  to.set(
    "consent.banner",
    of("consent").length > 0 || /\b(?:we|site) uses? cookies\b/i.test(text),
    of("consent"),
  );
  for (const { name, version } of technologies) {
    const [major, minor = "0"] = (version ?? "").split(".");
    if (!major) continue;
    const number = Number(major) + Number(minor) / 100;
    if (name === "PHP") to.set("tech.php", number, [`PHP ${version}`]);
    if (name === "jQuery") to.set("tech.jquery", number, [`jQuery ${version}`]);
    if (name === "WordPress") to.set("tech.wordpress", number, [`WordPress ${version}`]);
  }
}
