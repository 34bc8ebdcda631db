#!/usr/bin/env node
// Runs a command after installing its requirements: `node scripts/dev/setup.mjs [--tools | --browser] COMMAND ARGS…`.
// Has no dependencies and runs on Node 20, because it installs everything else.
// `--tools` leaves the database server out, `--browser` brings Chromium, Prometheus and the linters of deploy/ as well.
// COMMAND is a .ts file of this repository, which the pinned Node runs, or a program that a package ships.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bin = join(root, "node_modules", ".bin");
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

function stop(text) {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}

function fits(wanted, value) {
  if (!wanted) return true;
  const list = [wanted].flat();
  const denied = list.filter((item) => item.startsWith("!"));
  return denied.length > 0 ? !denied.includes(`!${value}`) : list.includes(value);
}

/** Packages of the lock file that node_modules lacks or has in a different version. */
function missingPackages() {
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return ["all"];
  const have = readJson(hidden).packages;
  const libc = process.report?.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
  const missing = [];
  for (const [path, wanted] of Object.entries(readJson(join(root, "package-lock.json")).packages)) {
    if (path === "" || have[path]?.version === wanted.version) continue;
    const here = fits(wanted.os, process.platform) && fits(wanted.cpu, process.arch) &&
      fits(wanted.libc, libc);
    // npm omits packages for other systems, and sometimes optional packages.
    if (!here || (wanted.optional && !wanted.os)) continue;
    missing.push(path);
  }
  return missing;
}

function npmCi(node) {
  const cli = process.env.npm_execpath;
  const args = ["ci", "--loglevel=error"];
  const run = cli && /\.c?js$/.test(cli)
    ? spawnSync(node, [cli, ...args], { cwd: root, stdio: ["ignore", 2, 2] })
    : spawnSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (run.status !== 0) stop("npm ci failed; see its messages above.");
}

function installPackages() {
  if (missingPackages().length === 0) return;
  process.stderr.write("Installing the packages of package-lock.json (npm ci) …\n");
  npmCi(process.execPath);
  // With an early Node 20, npm omits native packages that require a newer one: install again
  // with the Node that was just installed.
  if (missingPackages().length > 0 && existsSync(join(bin, "node"))) {
    npmCi(join(bin, "node"));
  }
  const missing = missingPackages();
  if (missing.length > 0) stop(`npm ci did not install ${missing.join(", ")}.`);
}

/** The newest PostgreSQL on this machine, and the required extensions that it lacks. */
function findPostgres() {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base)
    ? readdirSync(base).filter((name) => existsSync(join(base, name, "bin", "initdb")))
      .sort((a, b) => Number(b) - Number(a))
    : [];
  const lacks = (version) =>
    Object.entries({
      cron: "pg_cron",
      pgtap: "pgtap",
      "postgis-3": "address_standardizer",
      "plpgsql-check": "plpgsql_check",
    }).filter(([, extension]) =>
      !existsSync(`/usr/share/postgresql/${version}/extension/${extension}.control`)
    ).map(([name]) => `postgresql-${version}-${name}`);
  const complete = versions.find((version) => lacks(version).length === 0);
  return { complete, packages: complete || !versions[0] ? [] : lacks(versions[0]) };
}

function distributionPackages() {
  const depends = spawnSync("apt-cache", ["depends", "postgresql"], { encoding: "utf8" }).stdout;
  const version = /Depends: postgresql-(\d+)/.exec(depends ?? "")?.[1];
  if (!version) return null;
  const parts = ["cron", "pgtap", "postgis-3", "plpgsql-check"];
  return ["postgresql", ...parts.map((part) => `postgresql-${version}-${part}`)];
}

function explain(packages) {
  stop(
    `Sluice needs a PostgreSQL server with pg_cron, pgTAP, PostGIS' address_standardizer and
plpgsql_check, and cannot install them here (this requires apt-get, and root or sudo).

On Debian or Ubuntu install them once:
  sudo apt-get update
  sudo apt-get install ${packages.join(" ")}

On any other system, start PostgreSQL 15 or newer with these extensions (a Supabase project has
them, with or without Docker) and set its URL:
  export DATABASE_URL=postgresql://USER:PASSWORD@HOST:PORT/postgres
The user must be a superuser there, unless the database is a Supabase one.`,
  );
}

/** apt-get as root, or through sudo; null if neither is available. */
function findApt() {
  const apt = spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;
  const isRoot = process.getuid?.() === 0;
  const sudo = !isRoot && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;
  const askSudo = !isRoot && !sudo && process.stdin.isTTY &&
    spawnSync("sudo", ["-V"], { stdio: "ignore" }).status === 0;
  if (!apt || !(isRoot || sudo || askSudo)) return null;
  const aptGet = (...args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const command = isRoot
      ? ["apt-get", ...args]
      : ["sudo", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
    return spawnSync(command[0], command.slice(1), {
      env,
      stdio: [askSudo ? "inherit" : "ignore", 2, 2],
    }).status === 0;
  };
  return (...packages) => {
    // Outdated lists are not fatal: they may contain the packages.
    aptGet("update", "-qq");
    return aptGet("install", "-y", "-qq", "--no-install-recommends", ...packages);
  };
}

function installPostgres() {
  const found = findPostgres();
  if (found.complete) return;
  const named = [
    "postgresql",
    ...["cron", "pgtap", "postgis-3", "plpgsql-check"]
      .map((part) => `postgresql-NN-${part}`),
  ];
  const install = findApt();
  if (!install) {
    explain(found.packages.length > 0 ? found.packages : distributionPackages() ?? named);
  }
  process.stderr.write("Installing PostgreSQL and its extensions (apt-get) …\n");
  const packages = found.packages.length > 0 ? found.packages : distributionPackages() ?? named;
  if (!install(...packages)) explain(packages);
  if (!findPostgres().complete) explain(packages);
}

/** If it cannot be installed, the tests of the pages report it. */
function installBrowser() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(":");
  const here = names.some((name) => folders.some((folder) => existsSync(join(folder, name))));
  if (process.env.SLUICE_CHROMIUM || here || process.platform !== "linux") return;
  process.stderr.write("Installing Chromium for the tests of the pages (apt-get) …\n");
  findApt()?.("chromium");
}

/** If it cannot be installed, the tests of the alerts report it. */
function installPrometheus() {
  const folders = (process.env.PATH ?? "").split(":");
  const here = ["prometheus", "promtool"].every((name) =>
    folders.some((folder) => existsSync(join(folder, name)))
  );
  if (here || process.platform !== "linux") return;
  process.stderr.write("Installing Prometheus for the tests of the metrics (apt-get) …\n");
  findApt()?.("prometheus");
}

/** Checks the files of deploy/. If they cannot be installed, its tests report it. */
function installLinters() {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"];
  const missing = [["nginx", "nginx-light"], ["systemd-analyze", "systemd"]].filter(([name]) =>
    !folders.some((folder) => existsSync(join(folder, name)))
  ).map(([, apt]) => apt);
  if (missing.length === 0 || process.platform !== "linux") return;
  process.stderr.write(
    `Installing ${missing.join(" and ")} for the tests of deploy/ (apt-get) …\n`,
  );
  findApt()?.(...missing);
}

function resolveCommand([command, ...args]) {
  if (!command.endsWith(".ts")) {
    const shipped = join(bin, command);
    return [existsSync(shipped) ? shipped : command, args];
  }
  if (!existsSync(join(root, command))) stop(`${command} is not part of this checkout.`);
  const shipped = join(bin, "node");
  const node = existsSync(shipped) ? shipped : process.execPath;
  if (node === process.execPath && Number(process.versions.node.split(".")[0]) < 24) {
    stop(
      "Node 24 is not available as a package for this system: install Node 24 or newer and run again.",
    );
  }
  return [node, [join(root, command), ...args]];
}

const wanted = process.argv.slice(2);
const tools = wanted[0] === "--tools";
const browser = wanted[0] === "--browser";
if (tools || browser) wanted.shift();
installPackages();
if (!tools && !process.env.DATABASE_URL) installPostgres();
if (browser) {
  installBrowser();
  installPrometheus();
  installLinters();
}
if (wanted.length > 0) {
  const [command, args] = resolveCommand(wanted);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  // npm changes to the top folder; file names on the command line are relative to the caller's.
  const cwd = wanted[0].endsWith(".ts") ? process.env.INIT_CWD ?? process.cwd() : root;
  const child = spawn(command, args, { stdio: "inherit", env, cwd });
  // A terminal sends Ctrl-C to the child as well; a signal by pid reaches only this process.
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  child.on("error", (error) => stop(`${command}: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}
