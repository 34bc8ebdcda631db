import { expect, test } from "vitest";
import {
  decodeEntities,
  extractSite,
  mergeSites,
} from "../../../edge-functions/_shared/prospects/site/extract.ts";

const URL_ = "https://ames.example.com/";

test("schema.org data are read first, also within a graph", () => {
  const facts = extractSite(
    `<html><head><title>Home | Ames</title><script type="application/ld+json">
    {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "The site"},
     {"@type": ["Dentist", "LocalBusiness"], "name": "Ames &amp; Dale Dental", "telephone": "(213) 555-0101",
      "email": "mailto:Hello@ames.example.com", "sameAs": ["https://www.facebook.com/amesdental"],
      "address": {"@type": "PostalAddress", "streetAddress": "12 Main St", "addressLocality": "Los Angeles",
        "addressRegion": "CA", "postalCode": "90001"}, "geo": {"latitude": "34.05", "longitude": -118.24},
      "openingHoursSpecification": [{"dayOfWeek": ["https://schema.org/Monday", "Tuesday"], "opens": "09:00:00",
        "closes": "17:00"}]}]}</script></head><body><a href="tel:+12135550199">call</a></body></html>`,
    URL_,
  );
  expect(facts).toMatchObject({
    ...{ name: "Ames & Dale Dental", phones: ["(213) 555-0101", "+12135550199"] },
    ...{
      emails: ["hello@ames.example.com"],
      street: "12 Main St",
      city: "Los Angeles",
      state: "CA",
    },
    ...{ zip: "90001", latitude: 34.05, longitude: -118.24, hours: ["Mo,Tu 09:00-17:00"] },
    ...{ social: ["https://www.facebook.com/amesdental"], types: ["Dentist", "LocalBusiness"] },
  });
});

test("without them, links and the title say who it is", () => {
  const facts = extractSite(
    `<title>Welcome to Cole Plumbing - Los Angeles</title><a href='tel:(213)%20555-0103'>x</a>
     <a href="mailto:info@cole.example.com?subject=Hi">y</a><a href=/contact-us>z</a>
     <a href="https://other.example.com/contact">w</a>
     <a href="https://www.facebook.com/sharer/sharer.php?u=x">share</a>`,
    "https://cole.example.com/",
  );
  expect(facts).toMatchObject({
    ...{ name: "Cole Plumbing", phones: ["(213) 555-0103"], emails: ["info@cole.example.com"] },
    ...{ contactPages: ["https://cole.example.com/contact-us"], social: [] },
  });
});

test("the visible text is the last resort, and scripts do not count as text", () => {
  const facts = extractSite(
    `<h1>Dee</h1><script>var a = "213-555-0100 x@example.com"</script><p>Call (213) 555-0104 or write to
     dee&#64;example.com</p><img src="logo@2x.png">`,
    URL_,
  );
  expect(facts).toMatchObject({ phones: ["(213) 555-0104"], emails: ["dee@example.com"] });
});

test("broken data, and data about something else, say nothing", () => {
  const facts = extractSite(
    `<script type="application/ld+json">{"@type": "LocalBusiness", </script>
     <script type="application/ld+json">{"@type": "Person", "name": "Pat", "telephone": "213-555-0105"}</script>`,
    URL_,
  );
  expect(facts).toMatchObject({ name: null, phones: [], emails: [], street: null });
});

test("a hostile page takes no more time than an ordinary one of its size", () => {
  for (
    const piece of ["<a href=", "<script ", "<!--", "&#x41", "a@a.", "<title ", '<a x="', "(213) "]
  ) {
    const began = process.cpuUsage();
    extractSite(piece.repeat(100_000).slice(0, 1_000_000), URL_);
    const { user } = process.cpuUsage(began);
    expect({ piece, slow: user > 20_000_000 }).toEqual({ piece, slow: false });
  }
});

test("a second page adds what the first one lacks, and replaces nothing", () => {
  const one = extractSite(`<title>Eve</title><a href="tel:2135550106">x</a>`, URL_);
  const other = extractSite(
    `<title>Contact</title><a href="tel:2135550107">x</a><a href="mailto:eve@example.com">y</a>`,
    URL_,
  );
  expect(mergeSites(one, other)).toMatchObject({
    ...{ name: "Eve", phones: ["2135550106"], emails: ["eve@example.com"] },
  });
});

test("entities are decoded once, and only those that are known", () => {
  expect(decodeEntities("A &amp;amp; B &#8211; &nope; &#x110000;")).toBe("A &amp; B – &nope; ");
});
