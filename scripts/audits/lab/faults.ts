// Faults that the lab plants in its sites, each with the finding that must come of it.

/** A site before its faults: what its pages and headers are made of. */
export interface LabSite {
  domain: string;
  https: boolean;
  /** Its certificate is not for it. */
  invalidCertificate: boolean;
  /** http stays http, beside https. */
  noUpgrade: boolean;
  headers: Record<string, string>;
  cookies: string[];
  lang: string | null;
  title: string | null;
  /** Tags of the head, by name. */
  head: Record<string, string>;
  /** Parts of the body, by name. */
  body: Record<string, string>;
  compress: boolean;
  robots: string | null;
  sitemap: boolean;
  /** Pages beside the first. */
  pages: string[];
  /** Ms before the first page is answered. */
  delayMs: number;
}

export interface Fault {
  /** Of the rule that finds it. */
  finding: string;
  /** Needs a browser, or Lighthouse, to be found. */
  needs?: "browser" | "lighthouse";
  /** Not together with these. */
  not?: string[];
  /** Other findings that it brings along. */
  brings?: string[];
  plant(site: LabSite): void;
}

const WORDPRESS_OLD = '<meta name="generator" content="WordPress 5.2.4">';

export const FAULTS: readonly Fault[] = [
  {
    finding: "hidden_from_search",
    plant: (s) => s.head.robots = '<meta name="robots" content="noindex">',
  },
  {
    finding: "blocked_by_robots",
    plant: (s) => s.robots = "User-agent: Googlebot\nDisallow: /\n",
  },
  {
    finding: "title_missing",
    not: ["title_long", "title_short"],
    plant: (s) => s.title = null,
  },
  {
    finding: "title_long",
    not: ["title_missing", "title_short"],
    plant: (s) =>
      s.title = `${s.title}, the best of all in the whole of the county since the year 1987`,
  },
  {
    finding: "title_short",
    not: ["title_missing", "title_long"],
    plant: (s) => s.title = "Home",
  },
  { finding: "description_missing", plant: (s) => delete s.head.description },
  {
    finding: "heading_missing",
    plant: (s) => s.body.heading = "<p><b>Welcome</b></p>",
  },
  {
    finding: "text_thin",
    plant: (s) => s.body.text = "<p>We are here for you.</p>",
  },
  {
    finding: "not_marked_as_business",
    not: ["marks_invalid"],
    plant: (s) =>
      s.head.business = '<script type="application/ld+json">{"@type":"WebSite"}</script>',
  },
  {
    finding: "marks_invalid",
    not: ["not_marked_as_business"],
    brings: ["not_marked_as_business"],
    plant: (s) =>
      s.head.business = '<script type="application/ld+json">{"@type": "Store",}</script>',
  },
  { finding: "sitemap_missing", plant: (s) => s.sitemap = false },
  { finding: "language_missing", plant: (s) => s.lang = null },
  {
    finding: "not_for_phones",
    not: ["zoom_blocked", "wider_than_screen"],
    plant: (s) => delete s.head.viewport,
  },
  {
    finding: "zoom_blocked",
    not: ["not_for_phones"],
    plant: (s) =>
      s.head.viewport = '<meta name="viewport" content="width=device-width, user-scalable=no">',
  },
  {
    finding: "phone_missing",
    not: ["phone_not_tappable"],
    plant: (s) => s.body.phone = "<p>Call us</p>",
  },
  {
    finding: "phone_not_tappable",
    not: ["phone_missing"],
    plant: (s) => s.body.phone = "<p>Call (415) 555-0142</p>",
  },
  {
    finding: "no_way_to_write",
    plant: (
      s,
    ) => (s.body.form = "", s.body.nav = '<nav><a href="/services">Services</a></nav>'),
  },
  { finding: "hours_missing", plant: (s) => s.body.hours = "" },
  {
    finding: "no_tls",
    not: [
      "certificate_invalid",
      "not_led_to_tls",
      "mixed_content",
      "cookies_open",
      "hsts_missing",
    ],
    plant: (s) => s.https = false,
  },
  {
    finding: "certificate_invalid",
    not: ["no_tls", "hsts_missing"],
    plant: (s) => s.invalidCertificate = true,
  },
  {
    finding: "not_led_to_tls",
    not: ["no_tls"],
    plant: (s) => s.noUpgrade = true,
  },
  {
    finding: "mixed_content",
    not: ["no_tls"],
    plant: (s) =>
      s.body.mixed =
        '<img src="http://images.example.com/van.png" alt="Our van" width="10" height="10">',
  },
  {
    finding: "php_old",
    brings: ["versions_told"],
    plant: (s) => s.headers["x-powered-by"] = "PHP/7.2.34",
  },
  {
    finding: "versions_told",
    not: ["php_old"],
    plant: (s) => s.headers.server = "Apache/2.4.6 (CentOS)",
  },
  {
    finding: "jquery_old",
    plant: (s) => s.body.jquery = '<script defer src="/js/jquery-1.12.4.min.js"></script>',
  },
  { finding: "wordpress_old", plant: (s) => s.head.generator = WORDPRESS_OLD },
  {
    finding: "hsts_missing",
    not: ["no_tls", "certificate_invalid"],
    plant: (s) => delete s.headers["strict-transport-security"],
  },
  {
    finding: "framing_open",
    plant: (s) => delete s.headers["content-security-policy"],
  },
  {
    finding: "sniffing_open",
    plant: (s) => delete s.headers["x-content-type-options"],
  },
  {
    finding: "cookies_open",
    not: ["no_tls"],
    plant: (s) => s.cookies.push("visit=1; Path=/"),
  },
  {
    finding: "images_unnamed",
    plant: (s) =>
      s.body.images = '<img src="/img/team.svg" width="20" height="20">'.repeat(
        4,
      ),
  },
  {
    finding: "not_measured",
    not: ["tracking_without_consent", "analytics_dead"],
    plant: (s) => s.head.analytics = "",
  },
  {
    finding: "analytics_dead",
    not: ["not_measured"],
    plant: (s) => s.head.old = '<script type="text/plain">ga("create", "UA-123456-1")</script>',
  },
  {
    finding: "tracking_without_consent",
    not: ["not_measured"],
    plant: (s) =>
      s.head.pixel = '<script defer src="https://connect.facebook.net/en_US/fbevents.js"></script>',
  },
  {
    finding: "not_compressed",
    plant: (s) => {
      s.compress = false;
      s.body.filler = `<!-- ${"padding ".repeat(3_000)} -->`;
    },
  },
  {
    finding: "links_broken",
    plant: (s) => s.body.broken = '<a href="/gone">Our work</a> <a href="/old-offers">Offers</a>',
  },
  {
    finding: "wider_than_screen",
    needs: "browser",
    not: ["not_for_phones"],
    plant: (s) =>
      s.body.wide = '<div style="width:900px">Prices of all our services at a glance</div>',
  },
  {
    finding: "access_barriers",
    needs: "browser",
    plant: (s) =>
      s.body.barrier =
        '<p style="color:#bbb;background:#fff">Ask for our offers</p><form><input type="text" name="q"></form>',
  },
];
