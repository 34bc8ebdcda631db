// A worker whose own clocks differ from the shared one. Its leases are measured on the clock that never jumps, which
// runs as fast as the shared one here (SLUICE_FAULTS_SPEED); its calendar may be days off (SLUICE_FAULTS_DAYS).
import process from "node:process";

const speed = Number(process.env.SLUICE_FAULTS_SPEED ?? 1);
const offBy = Number(process.env.SLUICE_FAULTS_DAYS ?? 0) * 86_400_000;

const elapsed = performance.now.bind(performance);
performance.now = () => elapsed() * speed;

if (offBy !== 0) {
  const Real = Date;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, as) =>
      Reflect.construct(target, args.length === 0 ? [Real.now() + offBy] : args, as),
    get: (target, name) => name === "now" ? () => target.now() + offBy : Reflect.get(target, name),
  });
}

await import("../../edge-functions/worker/main.ts");
