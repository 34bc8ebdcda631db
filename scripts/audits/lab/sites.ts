// Sites with planted faults, made from a number: the same number gives the same site.
import { type Fault, FAULTS, type LabSite } from "./faults.ts";

export interface Planted {
  site: LabSite;
  /** Findings that an audit must have, and others that it may have beside them. */
  faults: Fault[];
  expected: string[];
}

const TRADES = [
  ...[
    "Plumbing",
    "Roofing",
    "Dentistry",
    "Landscaping",
    "Auto Repair",
    "Bakery",
    "Law Office",
  ],
  ...["Veterinary Clinic", "Flooring", "Electric", "Locksmith", "Accounting"],
];
const PLACES = [
  "Oakland",
  "Fresno",
  "Pasadena",
  "Reno",
  "Tacoma",
  "Boise",
  "Mesa",
  "Denton",
];

const CSP = "default-src 'self' 'unsafe-inline' https:; frame-ancestors 'self'";
const TEXT =
  "We have served families and businesses in the area for more than thirty years. Our team answers the phone itself, " +
  "arrives when it said it would, and explains what it does before it begins. Every job comes with a written price, and " +
  "the price does not change when the work turns out to be harder than it looked. We clean up when we leave. ";

/** A site without a fault that the rules know. */
export function cleanSite(
  domain: string,
  trade: string,
  place: string,
): LabSite {
  const name = `${place} ${trade}`;
  const business = {
    ...{ "@context": "https://schema.org", "@type": "LocalBusiness", name },
    address: {
      "@type": "PostalAddress",
      addressLocality: place,
      postalCode: "94601",
    },
    telephone: "+14155550142",
  };
  return {
    domain,
    ...{
      https: true,
      invalidCertificate: false,
      noUpgrade: false,
      cookies: [],
      lang: "en",
    },
    headers: {
      "content-security-policy": CSP,
      "x-content-type-options": "nosniff",
      "referrer-policy": "strict-origin-when-cross-origin",
      "strict-transport-security": "max-age=31536000",
      "cache-control": "max-age=60",
    },
    title: `${name}: quotes on the same day`,
    head: {
      description:
        `<meta name="description" content="${name}: written prices, clean work, and somebody who answers.">`,
      viewport: '<meta name="viewport" content="width=device-width, initial-scale=1">',
      canonical: `<link rel="canonical" href="https://${domain}/">`,
      business: `<script type="application/ld+json">${JSON.stringify(business)}</script>`,
      analytics: '<script defer data-domain="x" src="https://plausible.io/js/script.js"></script>',
      style: "<style>body{font:16px/1.5 sans-serif;margin:1rem;color:#111;background:#fff}</style>",
    },
    body: {
      nav: '<nav><a href="/services">Services</a> <a href="/contact">Contact</a></nav>',
      heading: `<h1>${name}</h1>`,
      phone: '<p><a href="tel:+14155550142">Call (415) 555-0142</a></p>',
      text: `<p>${TEXT.repeat(2)}</p>`,
      images: '<img src="/img/team.svg" alt="Our team" width="20" height="20">',
      form:
        '<form action="/send" method="post"><label>Name <input type="text" name="name"></label>' +
        '<label>Message <textarea name="text"></textarea></label><button>Send</button></form>',
      hours: "<p>Opening hours: Mon-Fri 8 to 6</p>",
      address: `<address>12 Main St, ${place}, CA 94601</address>`,
    },
    compress: true,
    robots: "User-agent: *\nAllow: /\n",
    sitemap: true,
    pages: ["/services", "/contact"],
    delayMs: 0,
  };
}

/** A small generator of numbers: the sites must be the same everywhere. */
function numbers(seed: number): () => number {
  let state = seed * 2_654_435_761 >>> 0;
  return () => {
    state = Math.imul(state ^ state >>> 15, 2_246_822_519) + 0x9e37_79b9 >>> 0;
    return ((state ^ state >>> 13) >>> 0) / 4_294_967_296;
  };
}

export interface LabOptions {
  /** Leave out faults that need more than the first page. */
  browser?: boolean;
}

/** Site n of the lab, from 0: site 0 is clean, and the first sites have each fault at least once. */
export function plantSite(
  n: number,
  { browser = false }: LabOptions = {},
): Planted {
  const random = numbers(n + 1);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const site = cleanSite(
    `site${n}.example.com`,
    TRADES[n % TRADES.length]!,
    pick(PLACES),
  );
  const known = FAULTS.filter(({ needs }) => needs === undefined || browser);
  const faults: Fault[] = [];
  const wanted = n === 0 ? 0 : 2 + Math.floor(random() * 5);
  const queue = n === 0 ? [] : [
    // Three that are far apart in the list: neighbours exclude each other.
    ...[0, 1, 2].map((k) => known[(n - 1 + k * Math.ceil(known.length / 3)) % known.length]!),
    ...Array.from({ length: 20 }, () => pick(known)),
  ];
  for (const fault of queue) {
    if (faults.length >= Math.max(3, wanted)) break;
    const clashes = faults.some((one) =>
      one === fault || one.not?.includes(fault.finding) ||
      fault.not?.includes(one.finding)
    );
    if (!clashes) faults.push(fault);
  }
  for (const fault of faults) fault.plant(site);
  return {
    site,
    faults: n === 0 ? [] : faults,
    expected: [
      ...new Set(
        faults.flatMap(({ finding, brings = [] }) => [finding, ...brings]),
      ),
    ]
      .sort(),
  };
}
