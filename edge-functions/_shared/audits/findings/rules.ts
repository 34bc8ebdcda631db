// The rules for findings. A change of a rule counts its version up; a report names the versions that it used.
import type { Rule } from "./rule.ts";

export const RULES: readonly Rule[] = [
  // Reachability.
  {
    ...{
      id: "links_broken",
      version: 1,
      category: "Reachability",
      measure: "links.broken",
      above: 0,
    },
    ...{ impact: [3, 6], worst: 10, confidence: 0.9, effort: 1, unit: "count" },
    title: "Links lead nowhere",
    cost:
      "{value} on the first page end in an error. Visitors who follow them leave, and search engines take the site " +
      "for neglected.",
    fix: "Correct or remove these links.",
  },
  {
    ...{ id: "redirects_many", version: 1, category: "Speed", measure: "page.redirects", above: 2 },
    ...{ impact: 2, confidence: 1, effort: 1, unit: "count" },
    title: "The address redirects several times",
    cost: "{value} detours before the page starts to load. Each costs a phone up to half a second.",
    fix: "Redirect once, straight to the final address.",
  },
  // Speed.
  {
    ...{ id: "visitors_wait", version: 1, category: "Speed", measure: "field.lcp_ms", above: 2500 },
    ...{ impact: [6, 9], worst: 8000, confidence: 0.95, effort: 3, unit: "ms" },
    title: "Real visitors wait for the page",
    cost:
      "For a quarter of real visitors the main content takes longer than {value}; up to {threshold} is good. Many " +
      "leave before they see it.",
    fix:
      "Start with the slow parts that this report lists: images, scripts that block, the server.",
  },
  {
    ...{
      id: "visitors_taps_lag",
      version: 1,
      category: "Speed",
      measure: "field.inp_ms",
      above: 200,
    },
    ...{ impact: [4, 7], worst: 1000, confidence: 0.95, effort: 3, unit: "ms" },
    title: "Taps answer slowly for real visitors",
    cost:
      "A tap takes {value} to show an effect; up to {threshold} is good. The site feels broken on a phone.",
    fix: "Remove scripts that the page does not need, chat and trackers first.",
  },
  {
    ...{
      id: "slow_main_content",
      version: 1,
      category: "Speed",
      measure: "speed.lcp_ms",
      above: 2500,
    },
    ...{ impact: [5, 9], worst: 10_000, confidence: 0.8, effort: 3, unit: "ms" },
    title: "The main content comes late on a phone",
    cost:
      "On a typical phone it takes {value} until the main content is there; up to {threshold} is good. The longer it " +
      "takes, the more visitors go back to the search results, and to a competitor.",
    fix:
      "Start with the slow parts that this report lists: images, scripts that block, the server.",
  },
  {
    ...{ id: "page_blocked", version: 1, category: "Speed", measure: "speed.tbt_ms", above: 200 },
    ...{ impact: [3, 6], worst: 2000, confidence: 0.7, effort: 3, unit: "ms" },
    title: "Scripts keep the page from reacting",
    cost: "For {value} while it loads the page does not react to taps; up to {threshold} is good.",
    fix: "Load chat, trackers and videos only after the page, or on a tap.",
  },
  {
    ...{ id: "layout_jumps", version: 1, category: "Speed", measure: "speed.cls", above: 0.1 },
    ...{ impact: [3, 6], worst: 0.5, confidence: 0.8, effort: 2, unit: "score" },
    title: "The page jumps while it loads",
    cost:
      "Text and buttons move under the finger (a shift of {value}; up to {threshold} is good), so that people tap the " +
      "wrong thing.",
    fix: "Give images and embedded parts their width and height.",
  },
  {
    ...{ id: "server_slow", version: 1, category: "Speed", measure: "speed.server_ms", above: 600 },
    ...{ impact: [3, 6], worst: 3000, confidence: 0.7, effort: 2, unit: "ms" },
    title: "The server is slow to answer",
    cost: "The first part of the page could arrive {value} earlier. Everything else waits for it.",
    fix: "Switch on page caching, or move to a faster host.",
  },
  {
    ...{
      id: "images_heavy",
      version: 1,
      category: "Speed",
      measure: "speed.image_bytes",
      above: 200_000,
    },
    ...{ impact: [3, 7], worst: 5_000_000, confidence: 0.9, effort: 1, unit: "bytes" },
    title: "Images are larger than they need to be",
    cost:
      "{value} of the images could be saved without a visible difference. On mobile data, that is waiting time and " +
      "money of the visitor.",
    fix: "Save photos in the size in which they are shown, as WebP or AVIF.",
  },
  {
    ...{
      id: "scripts_block",
      version: 1,
      category: "Speed",
      measure: "speed.blocking_ms",
      above: 300,
    },
    ...{ impact: [3, 6], worst: 3000, confidence: 0.7, effort: 2, unit: "ms" },
    title: "Scripts and styles hold the page back",
    cost: "The page stays white up to {value} longer than it has to.",
    fix: "Load scripts with “defer”, and styles that the first screen does not need later.",
  },
  {
    ...{ id: "scripts_unused", version: 1, category: "Speed" },
    ...{ measure: "speed.unused_script_bytes", above: 200_000 },
    ...{ impact: [2, 4], worst: 2_000_000, confidence: 0.7, effort: 3, unit: "bytes" },
    title: "The page loads scripts that it does not use",
    cost: "{value} of scripts are loaded and not used.",
    fix: "Remove plugins and tags that nobody needs any more.",
  },
  {
    ...{
      id: "page_heavy",
      version: 1,
      category: "Speed",
      measure: "speed.bytes",
      above: 3_000_000,
    },
    ...{ impact: [3, 6], worst: 15_000_000, confidence: 0.9, effort: 2, unit: "bytes" },
    title: "The page is heavy",
    cost: "A visit loads {value}; {threshold} is a lot already.",
    fix: "Compress images and videos, and load what is further down only when it is reached.",
  },
  {
    ...{
      id: "not_compressed",
      version: 1,
      category: "Speed",
      measure: "page.compressed",
      is: false,
    },
    ...{ when: [{ measure: "page.bytes", above: 20_000 }], impact: 3, confidence: 1, effort: 1 },
    title: "The server does not compress pages",
    cost: "Text arrives at three to five times the size that it could have.",
    fix: "Switch on gzip or Brotli; most hosts have a switch for it.",
  },
  // Search.
  {
    ...{
      id: "hidden_from_search",
      version: 1,
      category: "Search",
      measure: "seo.noindex",
      is: true,
    },
    ...{ impact: 10, confidence: 1, effort: 1 },
    title: "The page asks search engines not to show it",
    cost:
      "A setting of the page (noindex) keeps it out of search results. Nobody finds the business by searching for it.",
    fix: "Remove “noindex”; in most systems it is a tick box from the time before the launch.",
  },
  {
    ...{
      id: "blocked_by_robots",
      version: 1,
      category: "Search",
      measure: "seo.blocked",
      is: true,
    },
    ...{ impact: 10, confidence: 1, effort: 1 },
    title: "robots.txt locks search engines out",
    cost:
      "The file robots.txt forbids search engines to read the site, so that they show little or nothing of it.",
    fix: "Remove the line “Disallow: /”.",
  },
  {
    ...{
      id: "title_missing",
      version: 1,
      category: "Search",
      measure: "seo.title_length",
      below: 1,
    },
    ...{ impact: 7, confidence: 1, effort: 1 },
    title: "The page has no title",
    cost:
      "Search results show the title first. Without one, they show the address, which few people choose.",
    fix: "Write a title with what the business does and where.",
  },
  {
    ...{ id: "title_long", version: 1, category: "Search", measure: "seo.title_length", above: 70 },
    ...{ impact: 2, confidence: 0.9, effort: 1, unit: "characters" },
    title: "The title is cut off in search results",
    cost: "It has {value}; about 60 are shown.",
    fix: "Put what the business does and where into the first 60 characters.",
  },
  {
    ...{
      id: "title_short",
      version: 1,
      category: "Search",
      measure: "seo.title_length",
      below: 15,
    },
    ...{ when: [{ measure: "seo.title_length", above: 0 }], impact: 3, confidence: 0.8, effort: 1 },
    unit: "characters",
    title: "The title says little",
    cost: "It has {value}. The name of the trade and the place are what people search for.",
    fix: "Write a title with what the business does and where.",
  },
  {
    ...{ id: "description_missing", version: 1, category: "Search" },
    ...{ measure: "seo.description_length", below: 1, impact: 4, confidence: 1, effort: 1 },
    title: "Search results have no text of the business's own",
    cost:
      "Without a description, search engines pick some lines of the page. Good lines of one's own bring more clicks.",
    fix: "Write one or two sentences as the description of the page.",
  },
  {
    ...{ id: "heading_missing", version: 1, category: "Search", measure: "seo.h1", below: 1 },
    ...{ impact: 3, confidence: 1, effort: 1 },
    title: "The page has no main heading",
    cost: "Search engines and screen readers look for one to know what the page is about.",
    fix: "Mark the main heading as a heading of level 1.",
  },
  {
    ...{ id: "text_thin", version: 1, category: "Search", measure: "seo.words", below: 100 },
    ...{ impact: 4, confidence: 0.7, effort: 2, unit: "count" },
    title: "There is hardly any text",
    cost: "The first page has {value} in words. Search engines find little to show it for.",
    fix: "Say what the business offers, where, and why people choose it.",
  },
  {
    ...{ id: "not_marked_as_business", version: 1, category: "Search" },
    ...{ measure: "seo.local_business", is: false, impact: 4, confidence: 0.8, effort: 1 },
    title: "Search engines are not told that this is a local business",
    cost:
      "Hours, phone and address are not marked as such (schema.org), so that they may be missing on maps and in results.",
    fix: "Add a LocalBusiness block with name, address, phone and hours.",
  },
  {
    ...{ id: "marks_invalid", version: 1, category: "Search" },
    ...{ measure: "seo.structured_data_invalid", is: true, impact: 3, confidence: 1, effort: 1 },
    title: "The marks for search engines have an error",
    cost: "A block of structured data cannot be read, so that search engines ignore it.",
    fix: "Correct the JSON-LD block.",
  },
  {
    ...{ id: "sitemap_missing", version: 1, category: "Search", measure: "seo.sitemap", is: false },
    ...{ impact: 2, confidence: 0.9, effort: 1 },
    title: "There is no list of pages for search engines",
    cost: "Without a sitemap, new pages are found late.",
    fix: "Let the system write a sitemap.xml, and name it in robots.txt.",
  },
  {
    ...{
      id: "language_missing",
      version: 1,
      category: "Accessibility",
      measure: "seo.lang",
      is: false,
    },
    ...{ impact: 2, confidence: 1, effort: 1 },
    title: "The page does not name its language",
    cost: "Screen readers read it with the wrong voice, and browsers offer to translate it.",
    fix: "Write “lang” into the first tag of the page.",
  },
  // Phones.
  {
    ...{
      id: "not_for_phones",
      version: 1,
      category: "Phones",
      measure: "mobile.viewport",
      is: false,
    },
    ...{ impact: 9, confidence: 1, effort: 3 },
    title: "The page is not made for phones",
    cost:
      "Phones show it as a small picture of the desktop page. More than half of local searches are made on phones.",
    fix: "Set the viewport, and use a layout that adapts.",
  },
  {
    ...{
      id: "wider_than_screen",
      version: 1,
      category: "Phones",
      measure: "mobile.overflow_px",
      above: 8,
    },
    ...{ when: [{ measure: "mobile.viewport", is: true }], impact: [4, 7], worst: 400 },
    ...{ confidence: 0.9, effort: 2, unit: "px" },
    title: "The page is wider than the screen of a phone",
    cost: "Visitors have to move it sideways: {value} do not fit.",
    fix: "Let wide images, tables and embedded parts shrink to the screen.",
  },
  {
    ...{
      id: "zoom_blocked",
      version: 1,
      category: "Phones",
      measure: "mobile.zoom_blocked",
      is: true,
    },
    ...{ impact: 3, confidence: 1, effort: 1 },
    title: "Visitors cannot enlarge the page",
    cost: "People who see badly cannot read it.",
    fix: "Remove “user-scalable=no” and “maximum-scale=1”.",
  },
  // Contact.
  {
    ...{
      id: "phone_missing",
      version: 1,
      category: "Contact",
      measure: "contact.phone",
      is: false,
    },
    ...{ impact: 8, confidence: 0.8, effort: 1 },
    title: "There is no phone number on the first page",
    cost: "People who want to call now look at the next result.",
    fix: "Put the number at the top of the page.",
  },
  {
    ...{
      id: "phone_not_tappable",
      version: 1,
      category: "Contact",
      measure: "contact.phone_link",
      is: false,
    },
    ...{ when: [{ measure: "contact.phone", is: true }], impact: 6, confidence: 1, effort: 1 },
    title: "The phone number cannot be tapped",
    cost: "On a phone, visitors have to remember the number and type it. Some do not.",
    fix: "Make the number a link that begins with “tel:”.",
  },
  {
    ...{
      id: "no_way_to_write",
      version: 1,
      category: "Contact",
      measure: "contact.form",
      is: false,
    },
    ...{ when: [{ measure: "contact.email", is: false }, { measure: "contact.page", is: false }] },
    ...{ impact: 6, confidence: 0.8, effort: 2 },
    title: "There is no way to write",
    cost:
      "No form, no e-mail address and no contact page on the first page: who visits after hours leaves nothing behind.",
    fix: "Add a short form or an address.",
  },
  {
    ...{
      id: "address_missing",
      version: 1,
      category: "Contact",
      measure: "contact.address",
      is: false,
    },
    ...{ impact: 3, confidence: 0.6, effort: 1 },
    title: "The first page does not show where the business is",
    cost: "People check that it is nearby, and so do search engines for local results.",
    fix: "Put the address at the foot of every page.",
  },
  {
    ...{
      id: "hours_missing",
      version: 1,
      category: "Contact",
      measure: "contact.hours",
      is: false,
    },
    ...{ impact: 2, confidence: 0.6, effort: 1 },
    title: "The first page does not show opening hours",
    cost: "Who does not know whether it is open, looks elsewhere.",
    fix: "Put the hours beside the address.",
  },
  // Security.
  {
    ...{ id: "no_tls", version: 1, category: "Security", measure: "tls.available", is: false },
    ...{ impact: 10, confidence: 1, effort: 1 },
    title: "Browsers call the site “not secure”",
    cost:
      "The site works without encryption only. Browsers warn every visitor, and forms can be read on the way.",
    fix: "Switch on HTTPS; most hosts include a certificate.",
  },
  {
    ...{
      id: "certificate_invalid",
      version: 1,
      category: "Security",
      measure: "tls.valid",
      is: false,
    },
    ...{ impact: 10, confidence: 1, effort: 1 },
    title: "The certificate is invalid",
    cost: "Browsers show a full-page warning instead of the site. Almost nobody goes past it.",
    fix: "Renew the certificate, and let the host renew it by itself.",
  },
  {
    ...{
      id: "certificate_ends",
      version: 1,
      category: "Security",
      measure: "tls.days_left",
      below: 14,
    },
    ...{ when: [{ measure: "tls.valid", is: true }], impact: 7, confidence: 0.8, effort: 1 },
    unit: "days",
    title: "The certificate ends soon",
    cost: "In {value} browsers show a warning instead of the site, unless it is renewed.",
    fix: "Renew the certificate, and let the host renew it by itself.",
  },
  {
    ...{ id: "tls_old", version: 1, category: "Security", measure: "tls.old_protocol", is: true },
    ...{ impact: 5, confidence: 1, effort: 2 },
    title: "The encryption is out of date",
    cost: "Current browsers refuse such connections.",
    fix: "Let the host switch on TLS 1.2 and 1.3.",
  },
  {
    ...{
      id: "not_led_to_tls",
      version: 1,
      category: "Security",
      measure: "tls.upgrade",
      is: false,
    },
    ...{ impact: 5, confidence: 1, effort: 1 },
    title: "The encrypted site is not used by itself",
    cost: "Who types the name gets the unencrypted page, with a warning of the browser.",
    fix: "Redirect http to https.",
  },
  {
    ...{
      id: "mixed_content",
      version: 1,
      category: "Security",
      measure: "page.mixed_content",
      above: 0,
    },
    ...{ impact: 5, confidence: 1, effort: 1, unit: "count" },
    title: "Parts of the page are not encrypted",
    cost: "Browsers block {value} of the page or warn about it.",
    fix: "Load these parts with https.",
  },
  {
    ...{
      id: "password_open",
      version: 1,
      category: "Security",
      measure: "page.password_without_tls",
      is: true,
    },
    ...{ impact: 8, confidence: 1, effort: 1 },
    title: "Passwords are sent without encryption",
    cost: "Anybody in the same network can read them.",
    fix: "Switch on HTTPS.",
  },
  {
    ...{ id: "php_old", version: 1, category: "Security", measure: "tech.php", below: 8.02 },
    ...{ impact: [5, 8], worst: 5, confidence: 0.8, effort: 2, unit: "version" },
    title: "The site runs on software without security updates",
    cost: "PHP {value} gets none any more. Sites on it are what automatic attacks look for.",
    fix: "Let the host switch to a supported PHP, after a test.",
  },
  {
    ...{ id: "jquery_old", version: 1, category: "Security", measure: "tech.jquery", below: 3.05 },
    ...{ impact: 3, confidence: 0.9, effort: 2, unit: "version" },
    title: "A script library has known weaknesses",
    cost: "jQuery {value} has published security problems.",
    fix: "Update the theme or the plugin that brings it.",
  },
  {
    ...{
      id: "wordpress_old",
      version: 1,
      category: "Security",
      measure: "tech.wordpress",
      below: 6.04,
    },
    ...{ impact: [4, 8], worst: 4, confidence: 0.8, effort: 2, unit: "version" },
    title: "WordPress is out of date",
    cost: "Version {value} has known holes that programs search the web for.",
    fix: "Update WordPress and its plugins, after a backup.",
  },
  {
    ...{
      id: "versions_told",
      version: 1,
      category: "Security",
      measure: "headers.versions",
      above: 0,
    },
    ...{ impact: 2, confidence: 1, effort: 1, unit: "count" },
    title: "The server tells which versions it runs",
    cost: "That is what attackers sort their targets by.",
    fix: "Switch version numbers in headers off.",
  },
  {
    ...{ id: "hsts_missing", version: 1, category: "Security", measure: "headers.hsts", is: false },
    ...{ when: [{ measure: "tls.valid", is: true }], impact: 2, confidence: 1, effort: 1 },
    title: "Browsers are not told to insist on encryption",
    cost: "In an open network, a first visit can be led astray.",
    fix: "Send the header Strict-Transport-Security.",
  },
  {
    ...{
      id: "framing_open",
      version: 1,
      category: "Security",
      measure: "headers.framing",
      is: false,
    },
    ...{ impact: 2, confidence: 0.9, effort: 1 },
    title: "Other sites may show this one inside theirs",
    cost: "Visitors can be made to press buttons that they do not see.",
    fix: "Send “frame-ancestors 'self'” as Content-Security-Policy.",
  },
  {
    ...{
      id: "sniffing_open",
      version: 1,
      category: "Security",
      measure: "headers.nosniff",
      is: false,
    },
    ...{ impact: 1, confidence: 1, effort: 1 },
    title: "Browsers guess what files are",
    cost: "A file that was uploaded can be taken for a program.",
    fix: "Send “X-Content-Type-Options: nosniff”.",
  },
  {
    ...{ id: "cookies_open", version: 1, category: "Security" },
    ...{
      measure: "headers.insecure_cookies",
      above: 0,
      impact: 2,
      confidence: 1,
      effort: 1,
      unit: "count",
    },
    title: "Cookies are sent without encryption, too",
    cost: "{value} can be read in an open network.",
    fix: "Mark cookies as Secure.",
  },
  // Accessibility.
  {
    ...{
      id: "access_barriers",
      version: 1,
      category: "Accessibility",
      measure: "access.grave",
      above: 0,
    },
    ...{ impact: [4, 7], worst: 8, confidence: 0.9, effort: 2, unit: "count" },
    title: "People with disabilities cannot use parts of the page",
    cost:
      "{value} of the rules of WCAG 2.1 AA are broken gravely. Besides lost customers, such barriers are a common " +
      "reason for demand letters.",
    fix: "Correct the elements that are named here, and check the other pages for the same.",
  },
  {
    ...{ id: "images_unnamed", version: 1, category: "Accessibility" },
    ...{
      measure: "seo.images_without_alt",
      above: 0,
      impact: [2, 4],
      worst: 20,
      confidence: 1,
      effort: 1,
    },
    unit: "count",
    title: "Images have no description",
    cost: "{value} say nothing to people who cannot see them, and to search engines for pictures.",
    fix: "Describe each image in its “alt” text; leave it empty for ornaments.",
  },
  {
    ...{ id: "overlay", version: 1, category: "Accessibility" },
    ...{ measure: "tech.accessibility_overlay", is: true, impact: 2, confidence: 0.7, effort: 2 },
    title: "A widget promises accessibility",
    cost:
      "Such widgets do not remove barriers in the page itself, and have not kept their users out of court.",
    fix: "Correct the page instead.",
  },
  {
    ...{
      id: "console_errors",
      version: 1,
      category: "Reachability",
      measure: "page.console_errors",
      above: 0,
    },
    ...{ impact: 2, confidence: 0.6, effort: 2, unit: "count" },
    title: "Parts of the page fail",
    cost: "The browser reports {value}; something on the page may not work.",
    fix: "Look at the console of the browser, and correct or remove what fails.",
  },
  // Tracking.
  {
    ...{
      id: "not_measured",
      version: 1,
      category: "Tracking",
      measure: "tech.analytics",
      is: false,
    },
    ...{ impact: 3, confidence: 0.7, effort: 1 },
    title: "Nobody counts the visitors",
    cost: "Without a count, nobody knows which advertising brings customers.",
    fix: "Add a visitor count; there are some without cookies.",
  },
  {
    ...{
      id: "analytics_dead",
      version: 1,
      category: "Tracking",
      measure: "tech.universal_analytics",
      is: true,
    },
    ...{ impact: 3, confidence: 0.9, effort: 1 },
    title: "The visitor count has stopped",
    cost: "The page still has Universal Analytics, which collects nothing since July 2023.",
    fix: "Replace it.",
  },
  {
    ...{ id: "tracking_without_consent", version: 1, category: "Tracking" },
    ...{ measure: "consent.trackers", above: 0, when: [{ measure: "consent.banner", is: false }] },
    ...{ impact: 4, confidence: 0.7, effort: 2, unit: "count" },
    title: "Visitors are tracked without being asked",
    cost:
      "{value} of advertising or recording run without a notice, which several states' privacy laws and wiretap suits " +
      "are about.",
    fix: "Ask first, or remove what is not needed.",
  },
  {
    ...{ id: "flash", version: 1, category: "Reachability", measure: "tech.flash", is: true },
    ...{ impact: 6, confidence: 0.9, effort: 3 },
    title: "The page uses Flash",
    cost: "No browser shows it since 2021.",
    fix: "Replace it with a video or plain HTML.",
  },
];
