/** CPU seconds of this process for some work. Unlike the time it takes, they hold where many processes share a core. */
export function cpuSecondsOf(work: () => unknown): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}
