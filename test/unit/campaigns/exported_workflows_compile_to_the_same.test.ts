import fc from "fast-check";
import { expect, test } from "vitest";
import { compileWorkflow } from "../../../edge-functions/_shared/campaigns/canvas/compile.ts";
import {
  parseInterval,
  printInterval,
} from "../../../edge-functions/_shared/campaigns/canvas/delays.ts";
import { exportWorkflow } from "../../../edge-functions/_shared/campaigns/canvas/export.ts";
import { catalogue, drawnSteps, shown } from "./support.ts";

test("publishing an exported workflow changes nothing, for any drawn sequence", () => {
  fc.assert(
    fc.property(drawnSteps, (steps) => {
      const exported = JSON.parse(JSON.stringify(exportWorkflow("Spring", shown(steps))));
      const compiled = compileWorkflow(exported, catalogue);
      expect(compiled.problems).toEqual([]);
      const byName = (list: readonly { node: string }[]) =>
        [...list].sort((one, other) => one.node.localeCompare(other.node));
      expect(compiled.name).toBe("Spring");
      expect(byName(compiled.steps!)).toEqual(byName(steps));
      expect(compiled.steps![0]!.node).toBe(steps[0]!.node);
    }),
    { numRuns: 500 },
  );
});

test("a list is exported as a chain", () => {
  const [first] = shown([{ node: "x", kind: "send", channel: "email" }]);
  const list = [1, 2].map((step) => ({
    ...first!,
    step,
    node: null,
    delay: step === 1 ? "00:00:00" : "3 days",
    variants: [{ template: "Hello", share: 1 }],
    is_first: step === 1,
  }));
  const { steps } = compileWorkflow(exportWorkflow("Old", list), catalogue);
  expect(steps?.map(({ node, next }) => [node, next?.delay])).toEqual([
    ["Step 1", "3 days"],
    ["Step 2", undefined],
  ]);
});

test("nodes have places of their own", () => {
  fc.assert(fc.property(drawnSteps, (steps) => {
    const places = exportWorkflow("Spring", shown(steps)).nodes.map(({ position }) =>
      position.join()
    );
    expect(new Set(places).size).toBe(places.length);
  }));
});

test("intervals are read as Postgres prints them", () => {
  expect(parseInterval("3 days 02:30:00")).toEqual({ days: 3, minutes: 150 });
  expect(parseInterval("00:00:01")).toEqual({ days: 0, minutes: 1 });
  expect(parseInterval("1 day")).toEqual({ days: 1, minutes: 0 });
  fc.assert(fc.property(fc.nat(365), fc.nat(1000), (days, minutes) => {
    expect(parseInterval(printInterval({ days, minutes }))).toEqual({ days, minutes });
  }));
});
